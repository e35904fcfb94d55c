import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import { Field } from '../../ui/Field.tsx';
import { Section } from '../../ui/Page.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { StageBadge } from '../../ui/StageBadge.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { type Matrix, matrixQuery } from './stageRulesQueries.ts';

type Row = Matrix['rows'][number];

/** Stage × strategy: what people in each stage need, what is wanted of them, who answers for it. */
export function StagesMatrix() {
  const t = useT();
  const matrix = useQuery(matrixQuery);
  const [editing, setEditing] = useState<Row | null>(null);
  return (
    <Section title={t('stageRules.matrix')} note={t('stageRules.matrix.note')}>
      <Loaded query={matrix} skeleton={<Skeleton lines={8} />}>{({ rows }) => <MatrixTable rows={rows} onEdit={setEditing} />}</Loaded>
      <SidePanel open={editing !== null} onClose={() => setEditing(null)} title={editing ? <StageBadge stage={editing.stage} /> : ''}>
        {editing && <StrategyForm key={editing.stage} row={editing} onDone={() => setEditing(null)} />}
      </SidePanel>
    </Section>
  );
}

function MatrixTable({ rows, onEdit }: { rows: readonly Row[]; onEdit: (row: Row) => void }) {
  const t = useT();
  const may = useMay();
  const { count } = useFormats();
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data stages-matrix">
        <caption className="unseen">{t('stageRules.matrix')}</caption>
        <thead><tr><th scope="col">{t('stageRules.matrix.stage')}</th><th scope="col" className="number">{t('stageRules.matrix.customers')}</th>{['needs', 'goal', 'kpi', 'ownerTeam'].map((key) => <th key={key} scope="col">{t(`stageRules.matrix.${key}`)}</th>)}<th scope="col"><span className="unseen">{t('settings.actions')}</span></th></tr></thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.stage}>
              <td className="phone-head"><StageBadge stage={row.stage} /></td>
              <td className="number phone-aside"><Anchor to={paths.customers({ stage: row.stage })}>{count(row.customers)}</Anchor></td>
              {(['needs', 'goal', 'kpi', 'ownerTeam'] as const).map((key) => <td key={key} className={row[key] ? 'wrap' : 'wrap stages-blank'}><span className="card-label">{t(`stageRules.matrix.${key}`)}</span>{row[key] || '—'}</td>)}
              <td>{may('lifecycle.write') && <button type="button" className="plain link" aria-label={`${t('stageRules.edit')} ${t(`stage.${row.stage}`)}`} onClick={() => onEdit(row)}>{t('stageRules.edit')}</button>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const LIMITS = { needs: 500, goal: 500, kpi: 200, ownerTeam: 100 } as const;

function StrategyForm({ row: { stage, needs, goal, kpi, ownerTeam }, onDone }: { row: Row; onDone: () => void }) {
  const t = useT();
  const [draft, setDraft] = useState({ needs, goal, kpi, ownerTeam });
  const save = useWrite(['settings', 'lifecycle'], () => api.put(`/lifecycle/matrix/${stage}`, draft), { done: t('settings.saved'), after: onDone });
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate(undefined); };
  const field = (key: keyof typeof LIMITS, long: boolean) => (
    <Field label={t(`stageRules.matrix.${key}`)} hint={t(`stageRules.matrix.${key}.hint`)}>
      {(ids) => long
        ? <Input.TextArea {...ids} autoSize={{ minRows: 2, maxRows: 8 }} maxLength={LIMITS[key]} value={draft[key]} onChange={({ target }) => setDraft({ ...draft, [key]: target.value })} />
        : <Input {...ids} maxLength={LIMITS[key]} value={draft[key]} onChange={({ target }) => setDraft({ ...draft, [key]: target.value })} />}
    </Field>
  );
  return (
    <form className="form" onSubmit={submit}>
      {field('needs', true)}{field('goal', true)}{field('kpi', false)}{field('ownerTeam', false)}
      <div><Button type="primary" htmlType="submit" loading={save.isPending}>{t('settings.save')}</Button></div>
    </form>
  );
}
