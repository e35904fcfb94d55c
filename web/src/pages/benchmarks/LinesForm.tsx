import { Button, Input, InputNumber, Switch } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useWrite } from '../../lib/useWrite.ts';
import { Field } from '../../ui/Field.tsx';
import { BENCHMARKS_KEY, type Line } from './benchmarkQueries.ts';
import { useIndustry } from './useIndustry.ts';

const HUNDRED = 100;
const EMPTY: Line = { industry: '', share: 0.3, citation: '', label: '', shown: false, own: false, changedAt: null };

/** Every line with its figure and where it was read; one of them is drawn. */
export function LinesForm({ lines }: { lines: readonly Line[] }) {
  const t = useT();
  const [adding, setAdding] = useState(false);
  return (
    <div className="stack">
      {lines.map((line) => <LineForm key={JSON.stringify(line)} line={line} />)}
      {adding ? <LineForm line={EMPTY} onDone={() => setAdding(false)} /> : <div><Button onClick={() => setAdding(true)}>{t('benchmarks.add')}</Button></div>}
    </div>
  );
}

function LineForm({ line, onDone }: { line: Line; onDone?: () => void }) {
  const t = useT();
  const industry = useIndustry();
  const isNew = line === EMPTY;
  const [draft, setDraft] = useState(line);
  const set = (change: Partial<Line>) => setDraft({ ...draft, ...change });
  const path = `/insight/benchmarks/churn/${encodeURIComponent(draft.industry.trim())}`;
  const save = useWrite([BENCHMARKS_KEY], () => api.put(path, { share: draft.share, citation: draft.citation.trim(), shown: draft.shown }), { done: t('benchmarks.saved'), after: () => onDone?.() });
  const remove = useWrite([BENCHMARKS_KEY], () => api.delete(path), { done: t('benchmarks.removed') });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(undefined);
  };
  return (
    <form className="form" onSubmit={submit}>
      {isNew ? <Field label={t('benchmarks.industry')}>{(ids) => <Input {...ids} value={draft.industry} maxLength={30} onChange={({ target }) => set({ industry: target.value })} />}</Field> : <h3>{industry(line.industry)} <span className="ochre small">{line.label}</span></h3>}
      <Field label={t('benchmarks.share')}>{(ids) => <InputNumber {...ids} min={0} max={HUNDRED} value={Math.round(draft.share * HUNDRED)} onChange={(share) => set({ share: (share ?? 0) / HUNDRED })} />}</Field>
      <Field label={t('benchmarks.citation')}>{(ids) => <Input.TextArea {...ids} rows={2} maxLength={500} value={draft.citation} onChange={({ target }) => set({ citation: target.value })} />}</Field>
      <label className="row"><Switch size="small" checked={draft.shown} aria-label={t('benchmarks.shown')} onChange={(shown) => set({ shown })} />{t('benchmarks.shown')}</label>
      <div className="row">
        <Button htmlType="submit" type="primary" loading={save.isPending} disabled={draft.industry.trim() === '' || draft.citation.trim().length < 3}>{t('benchmarks.save')}</Button>
        {line.own && <Button loading={remove.isPending} onClick={() => remove.mutate(undefined)}>{t('benchmarks.remove')}</Button>}
      </div>
    </form>
  );
}
