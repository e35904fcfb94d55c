import { useQuery } from '@tanstack/react-query';
import { InputNumber, Select } from 'antd';
import { useT } from '../../lib/language.tsx';
import { Choices } from '../../ui/Choices.tsx';
import { Field } from '../../ui/Field.tsx';
import { FilterSentence, type Tree } from '../../ui/FilterSentence.tsx';
import { Skeleton } from '../../ui/States.tsx';
import { catalogueQuery, EVERYBODY, tagKeysQuery } from '../customers/customersQueries.ts';
import { segmentsQuery } from '../segments/segmentsQueries.ts';
import type { StepProps } from './draft.ts';
import { peopleKept } from './people.ts';

const KINDS = ['segment', 'tree', 'customers'] as const;

/** Who may be drawn: a segment, conditions, or the people chosen elsewhere. */
export function StepPeople({ held, set, plan, listed }: StepProps & { listed: number | undefined }) {
  const t = useT();
  const kept = peopleKept();
  const kind = held.audience?.kind ?? 'customers';
  const hasList = kind === 'customers' || listed !== undefined || (kept?.ids.length ?? 0) > 0;
  const segments = useQuery(segmentsQuery);
  const tags = useQuery(tagKeysQuery);
  const choose = (next: string) => {
    if (next === 'tree') set({ audience: { kind: 'tree', tree: EVERYBODY } });
    else if (next === 'segment' && segments.data?.rows[0]) set({ audience: { kind: 'segment', id: segments.data.rows[0].id } });
    else if (next === 'customers') set({ audience: kept && kept.ids.length > 0 ? { kind: 'customers', ids: [...kept.ids], label: kept.label } : undefined });
  };
  const options = KINDS.filter((one) => (one === 'customers' ? hasList : one === 'segment' ? (segments.data?.rows.length ?? 0) > 0 || kind === 'segment' : true)).map((key) => ({ key, label: t(`experiments.from.${key}`) }));
  return (
    <div className="stack">
      <Choices label={t('experiments.people')} options={options} value={kind} onChoose={choose} />
      {held.audience?.kind === 'segment' && <Field label={t('experiments.from.segment')}>{(ids) => <Select {...ids} className="experiment-select" value={held.audience?.kind === 'segment' ? held.audience.id : ''} onChange={(id: string) => set({ audience: { kind: 'segment', id } })} options={(segments.data?.rows ?? []).map(({ id, name }) => ({ value: id, label: name }))} />}</Field>}
      {held.audience?.kind === 'tree' && <Conditions tree={held.audience.tree as Tree} onChange={(tree) => set({ audience: { kind: 'tree', tree: tree as Extract<typeof held.audience, { kind: 'tree' }>['tree'] } })} />}
      {kind === 'customers' && <p>{held.audience?.kind === 'customers' ? t('experiments.list.of', { people: held.audience.ids.length, label: held.audience.label }) : t('experiments.list.of', { people: listed ?? 0, label: '' })}</p>}
      <Field label={t('experiments.without')} hint={t('experiments.without.hint')}>{(ids) => <Select {...ids} className="experiment-select" mode="tags" value={held.plan.withoutTags} onChange={(withoutTags: string[]) => plan({ withoutTags })} options={[...new Set([...(tags.data ?? []), 'open_complaint'])].map((value) => ({ value, label: value === 'open_complaint' ? t('experiments.tag.open_complaint') : value }))} />}</Field>
      <Field label={t('experiments.complaintDays')} hint={t('experiments.complaintDays.hint')}>{(ids) => <InputNumber {...ids} className="experiment-days" min={0} max={365} value={held.plan.complaintDays} onChange={(value) => plan({ complaintDays: value ?? 0 })} suffix={t('experiments.days')} />}</Field>
    </div>
  );
}

function Conditions({ tree, onChange }: { tree: Tree; onChange: (tree: Tree) => void }) {
  const t = useT();
  const catalogue = useQuery(catalogueQuery);
  const tags = useQuery(tagKeysQuery);
  return (
    <div className="field" role="group" aria-label={t('experiments.from.tree')}>
      {catalogue.data ? <FilterSentence tree={tree} catalogue={catalogue.data} tags={tags.data ?? []} onChange={onChange} /> : <Skeleton lines={1} />}
      <span className="grey small">{t('segments.filter.hint')}</span>
    </div>
  );
}
