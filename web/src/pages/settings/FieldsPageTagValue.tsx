import type { Catalogue } from '../../../../src/kernel/conditions/catalogue.ts';
import { type Band, CATEGORY, isOfProperty, type Measure, MEASURES, PURCHASE, TIES, type Ties, type ValueKind } from '../../../../src/lifecycle/core/tags/bands.ts';
import { useEventProperties } from '../../lib/eventProperties.ts';
import { useSpoken, useT } from '../../lib/language.tsx';
import { Choice, Line, NumberField, type Option, TextField } from '../../ui/filter/controls.tsx';
import { PickFields } from '../../ui/filter/EventFields.tsx';
import { PropertyField } from '../../ui/filter/PropertyField.tsx';
import { labelOf } from '../../ui/filter/subjects.ts';
import { WindowFields } from '../../ui/filter/WindowFields.tsx';
import { isOfMoney, type ValueDraft } from './tagValues.ts';

type Props = { kind: ValueKind; draft: ValueDraft; catalogue: Catalogue; onChange: (draft: ValueDraft) => void };

const BANDS_MAX = 20;
const SHOWN_MAX = 40;

/** What a tag that carries a value is made of: what somebody did, or a figure of theirs, and the bands it falls in. */
export function TagValue({ kind, draft, catalogue, onChange }: Props) {
  const t = useT();
  const { language } = useSpoken();
  const set = (change: Partial<ValueDraft>) => onChange({ ...draft, ...change });
  const numbers = catalogue.fields.filter(({ type, masked, encrypted }) => (type === 'number' || type === 'money') && !masked && !encrypted);
  const isMoney = isOfMoney(draft, numbers.filter(({ type }) => type === 'money').map(({ key }) => key));
  return (
    <div className="field">
      <span>{t(`fields.tag.made.${kind}`)}</span>
      <div className="tag-rule filter-editor tag-value">
        {kind === 'metric' && <Line words={t('fields.tag.of')}><Choice label={t('fields.tag.of')} value={draft.of} options={(['event', 'field'] as const).map((value) => ({ value, label: t(`fields.tag.of.${value}`) }))} onChoose={(of) => set({ of: of as ValueDraft['of'] })} /></Line>}
        {kind === 'metric' && draft.of === 'field'
          ? <Line words={t('fields.tag.field')}><Choice label={t('fields.tag.field')} value={draft.field} options={numbers.map(({ key, label }) => ({ value: key, label: labelOf(language, label, key) }))} onChoose={(field) => set({ field })} /></Line>
          : <Did kind={kind} draft={draft} catalogue={catalogue} onChange={onChange} />}
        {kind === 'preference' && <Liking draft={draft} set={set} />}
        {kind === 'metric' && <Bands bands={draft.bands} isMoney={isMoney} onChange={(bands) => set({ bands })} />}
      </div>
    </div>
  );
}

/** The event, which property of it or what is counted, and within which time. */
function Did({ kind, draft, catalogue, onChange }: Props) {
  const t = useT();
  const { event, where, window, property, measure } = draft;
  const seen = useEventProperties(event);
  const known: Option[] = [...(event === PURCHASE && kind !== 'metric' ? [{ value: CATEGORY, label: t('fields.tag.category') }] : []), ...seen.slice(0, SHOWN_MAX).map((key) => ({ value: key, label: key }))];
  const set = (change: Partial<ValueDraft>) => onChange({ ...draft, ...change });
  const pick = (next: { event: string; where: ValueDraft['where'] }) => set({ ...next, ...(next.event !== PURCHASE && property === CATEGORY ? { property: '$channel' } : {}) });
  return (
    <>
      <PickFields pick={{ event, where }} catalogue={catalogue} onChange={pick} at="" label={t('filter.event')} />
      {kind === 'metric' && <Line words={t('filter.measure')}><Choice label={t('filter.measure')} value={measure} options={MEASURES.map((value) => ({ value, label: t(`filter.measure.${value}`) }))} onChoose={(next) => set({ measure: next as Measure })} /></Line>}
      {(kind !== 'metric' || isOfProperty(measure)) && <Line words={t('filter.property')}><PropertyField key={`${event} ${known.length}`} property={property} at="" known={known} onChange={(next) => set({ property: next })} /></Line>}
      <WindowFields window={window} isOfDays={false} onChange={(next) => set({ window: next })} />
    </>
  );
}

function Liking({ draft: { ties, least }, set }: { draft: ValueDraft; set: (change: Partial<ValueDraft>) => void }) {
  const t = useT();
  return (
    <>
      <Line words={t('fields.tag.least')}><NumberField short label={t('fields.tag.least')} value={least} at="" onChange={(next) => set({ least: next })} /><span className="small">{t('fields.tag.least.times')}</span></Line>
      <Line words={t('fields.tag.ties')}><Choice label={t('fields.tag.ties')} value={ties} options={TIES.map((value) => ({ value, label: t(`fields.tag.ties.${value}`) }))} onChoose={(next) => set({ ties: next as Ties })} /></Line>
    </>
  );
}

/** Bands from the lowest up; the first may begin below everything, and then everybody has one. */
function Bands({ bands, isMoney, onChange }: { bands: readonly Band[]; isMoney: boolean; onChange: (bands: Band[]) => void }) {
  const t = useT();
  const put = (nth: number, change: Partial<Band>) => onChange(bands.map((band, at) => (at === nth ? { ...band, ...change } : band)));
  return (
    <div className="tag-bands">
      <span className="grey small">{t('fields.tag.bands')}</span>
      {bands.map(({ name, from }, nth) => (
        <div className="filter-line" key={`${bands.length} ${nth} ${isMoney}`}>
          {from === null ? <span className="small tag-lowest">{t('fields.tag.band.lowest')}</span> : <><span className="grey small">{t('fields.tag.band.from')}</span><NumberField short label={t('fields.tag.band.from.nth', { n: nth + 1 })} value={from} isMoney={isMoney} at="" onChange={(next) => put(nth, { from: next })} /></>}
          <span className="grey small">{t('fields.tag.band.name')}</span>
          <TextField label={t('fields.tag.band.name.nth', { n: nth + 1 })} value={name} at="" most={100} onChange={(next) => put(nth, { name: next })} />
          {nth === 0 && <button type="button" className="plain link small" onClick={() => put(nth, { from: from === null ? 0 : null })}>{t(from === null ? 'fields.tag.band.begin' : 'fields.tag.band.open')}</button>}
          {bands.length > 1 && <button type="button" className="plain link small" aria-label={t('fields.tag.band.remove', { n: nth + 1 })} onClick={() => onChange(bands.filter((_, at) => at !== nth))}>×</button>}
        </div>
      ))}
      {bands.length < BANDS_MAX && <div><button type="button" className="plain link small" onClick={() => onChange([...bands, { name: '', from: Number.NaN }])}>＋ {t('fields.tag.band.add')}</button></div>}
    </div>
  );
}
