import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { Field, useToast } from '../../ui/Field.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import type { Matrix } from './lifecycleQueries.ts';

const PARTS = ['needs', 'goal', 'kpi', 'ownerTeam'] as const;
const MOST: Readonly<Record<(typeof PARTS)[number], number>> = { needs: 500, goal: 500, kpi: 200, ownerTeam: 100 };

/** What is wanted in one stage: what people there need, the goal, how it is measured, who looks after it. */
export function StrategyPanel({ row, onClose }: { row: Matrix['rows'][number]; onClose: () => void }) {
  const t = useT();
  const toast = useToast();
  const client = useQueryClient();
  const [strategy, setStrategy] = useState({ needs: row.needs, goal: row.goal, kpi: row.kpi, ownerTeam: row.ownerTeam });
  const save = useMutation({
    mutationFn: () => api.put(`/lifecycle/matrix/${row.stage}`, strategy),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['lifecycle', 'matrix'] });
      onClose();
    },
    onError: toast.failed,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <SidePanel open onClose={onClose} title={t(`stage.${row.stage}`)}>
      <form className="form" onSubmit={submit}>
        {PARTS.map((part) => (
          <Field key={part} label={t(`lifecycle.part.${part}`)}>
            {(ids) => <Input.TextArea {...ids} autoSize={{ minRows: 1, maxRows: 6 }} maxLength={MOST[part]} value={strategy[part]} onChange={(event) => setStrategy({ ...strategy, [part]: event.target.value })} />}
          </Field>
        ))}
        <div><Button type="primary" htmlType="submit" loading={save.isPending}>{t('accounts.save')}</Button></div>
      </form>
    </SidePanel>
  );
}
