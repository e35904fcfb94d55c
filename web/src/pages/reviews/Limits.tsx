import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, InputNumber } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { Field, useToast } from '../../ui/Field.tsx';
import { Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { type Limits as LimitRows, limitsQuery } from './reviewsQueries.ts';

/** How many one identifier may stand beside before it links nobody: read by all who review, set by whoever sets the workspace. */
export function Limits() {
  const t = useT();
  const limits = useQuery(limitsQuery);
  return (
    <Section title={t('limits.title')}>
      <p className="grey">{t('limits.lead')}</p>
      <Loaded query={limits} skeleton={<Skeleton lines={3} />}>{({ rows }) => <LimitsForm key={JSON.stringify(rows)} rows={rows} />}</Loaded>
    </Section>
  );
}

function LimitsForm({ rows }: { rows: LimitRows['rows'] }) {
  const t = useT();
  const may = useMay()('settings.write');
  const toast = useToast();
  const client = useQueryClient();
  const [draft, setDraft] = useState<Readonly<Record<string, number>>>({});
  const save = useMutation({
    mutationFn: () => api.put<LimitRows>('/identity/limits', { limits: draft }),
    onSuccess: () => { toast.done(t('limits.saved')); void client.invalidateQueries(); },
    onError: toast.failed,
  });
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate(); };
  return (
    <form className="stack" onSubmit={submit}>
      <div className="limits">
        {rows.map(({ kind, limit, declared }) => (
          <Field key={kind} label={t(`identifier.kind.${kind}`)} {...(limit === declared ? {} : { hint: t('limits.declared', { declared }) })}>
            {(ids) => <InputNumber {...ids} min={1} max={1_000} precision={0} disabled={!may} value={draft[kind] ?? limit} onChange={(value) => value !== null && setDraft({ ...draft, [kind]: value })} />}
          </Field>
        ))}
      </div>
      {may && <div><Button htmlType="submit" loading={save.isPending} disabled={Object.keys(draft).length === 0}>{t('limits.save')}</Button></div>}
    </form>
  );
}
