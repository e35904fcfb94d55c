import { useState } from 'react';
import type { EventFilter } from '../../../../../../src/kernel/conditions/index.ts';
import { useT } from '../../../../lib/language.tsx';
import { Icon } from '../../../../ui/Icon.tsx';
import { useBench } from '../context.ts';
import { eventName } from '../../said.ts';
import { Words } from './fields.tsx';

type Filter = EventFilter['where'][number];
const OTHER = '\n';
const OPS = ['equals', 'not_equals', 'contains', 'not_contains', 'starts', 'in', 'not_in', 'is', 'is_not', 'greater', 'at_least', 'less', 'at_most', 'present', 'empty'] as const;
type Op = (typeof OPS)[number];
const BARE: readonly Op[] = ['present', 'empty'], NUMBERS: readonly Op[] = ['is', 'is_not', 'greater', 'at_least', 'less', 'at_most'], SETS: readonly Op[] = ['in', 'not_in'];

/** A comparison of what was typed; null while something is missing. */
export function testOf(op: Op, text: string): Filter['test'] | null {
  if (BARE.includes(op)) return { op } as Filter['test'];
  if (SETS.includes(op)) { const values = text.split(/[,，、]/).map((one) => one.trim()).filter(Boolean); return values.length > 0 ? { op, values } as Filter['test'] : null; }
  if (NUMBERS.includes(op)) return text.trim() !== '' && Number.isFinite(Number(text)) ? { op, value: Number(text) } as Filter['test'] : null;
  return text === '' ? null : { op, value: text } as Filter['test'];
}
const typed = (test: Filter['test']): string => ('values' in test ? test.values.join(', ') : 'value' in test ? String(test.value) : '');

type FilterProps = { filter: Filter | null; disabled: boolean; onFilter: (filter: Filter | null) => void };

/** One property and what is asked of it; taken as soon as it is whole. */
function PropertyRow({ filter, disabled, onFilter }: FilterProps) {
  const t = useT();
  const [property, setProperty] = useState(filter?.property ?? ''), [op, setOp] = useState<Op>((filter?.test.op as Op | undefined) ?? 'equals'), [text, setText] = useState(filter ? typed(filter.test) : '');
  const tell = (name: string, by: Op, value: string): void => {
    setProperty(name); setOp(by); setText(value);
    const test = testOf(by, value);
    if (name.trim() !== '' && test) onFilter({ property: name.trim(), test });
  };
  return (
    <div className="jc-filter">
      <input className="input" aria-label={t('filter.property')} placeholder={t('filter.property')} disabled={disabled} maxLength={100} value={property} onChange={({ target }) => tell(target.value, op, text)} />
      <select className="input" aria-label={t('kit.filter.operator')} disabled={disabled} value={op} onChange={({ target }) => tell(property, target.value as Op, text)}>{[...(OPS.includes(op) ? [] : [op]), ...OPS].map((one) => <option key={one} value={one}>{t(`kit.op.${one}`)}</option>)}</select>
      {!BARE.includes(op) && <input className="input" aria-label={t('kit.filter.value')} placeholder={t('kit.filter.value')} disabled={disabled} maxLength={500} value={text} onChange={({ target }) => tell(property, op, target.value)} />}
      {!disabled && <button type="button" className="plain jc-tool" aria-label={t('canvas.form.filter.remove')} title={t('canvas.form.filter.remove')} onClick={() => onFilter(null)}><Icon name="close" size={16} /></button>}
    </div>
  );
}

type OneProps = { event: EventFilter; disabled: boolean; onEvent: (event: EventFilter) => void; onRemove?: (() => void) | undefined };

/** One event, with filters on its properties. */
export function OneEvent({ event: { event, where }, disabled, onEvent, onRemove }: OneProps) {
  const t = useT();
  const { catalogue, teller } = useBench();
  const known = [...new Set([event, ...(catalogue.events ?? []).map((one) => one.event)])];
  const [other, setOther] = useState(false), [adding, setAdding] = useState(false);
  const filtered = (at: number, next: Filter | null): void => onEvent({ event, where: next ? where.with(at, next) : where.toSpliced(at, 1) });
  return (
    <div className="jc-event">
      <div className="jc-event-name">
        <select className="input" aria-label={t('filter.event')} disabled={disabled} value={other ? OTHER : event} onChange={({ target }) => { setOther(target.value === OTHER); if (target.value !== OTHER) onEvent({ event: target.value, where }); }}>
          {known.map((one) => <option key={one} value={one}>{eventName(teller, one)}</option>)}
          <option value={OTHER}>{t('canvas.form.event.other')}</option>
        </select>
        {onRemove && !disabled && <button type="button" className="plain jc-tool" aria-label={t('canvas.form.event.remove')} title={t('canvas.form.event.remove')} onClick={onRemove}><Icon name="close" size={16} /></button>}
      </div>
      {other && <Words label={t('filter.event.name')} value={event} maxLength={100} isValid={(name) => name.trim() !== ''} wrong={t('canvas.form.needed')} onText={(name) => onEvent({ event: name.trim(), where })} />}
      {where.map((filter, at) => <PropertyRow key={`${at}`} filter={filter} disabled={disabled} onFilter={(next) => filtered(at, next)} />)}
      {adding && <PropertyRow filter={null} disabled={disabled} onFilter={(next) => { setAdding(false); if (next) onEvent({ event, where: [...where, next] }); }} />}
      {!disabled && !adding && where.length < 20 && <button type="button" className="plain link small" onClick={() => setAdding(true)}>＋ {t('canvas.form.filter.add')}</button>}
    </div>
  );
}

/** Any of some events. */
export function EventsField({ label, events, disabled, onEvents }: { label: string; events: readonly EventFilter[]; disabled: boolean; onEvents: (events: EventFilter[]) => void }) {
  const t = useT();
  const { hints } = useBench();
  return (
    <fieldset className="field jc-group">
      <legend className="grey">{label}</legend>
      {events.map((event, at) => <OneEvent key={`${at}`} event={event} disabled={disabled} onEvent={(next) => onEvents(events.with(at, next))} onRemove={events.length > 1 ? () => onEvents(events.toSpliced(at, 1)) : undefined} />)}
      {!disabled && events.length < 20 && <button type="button" className="plain link small" onClick={() => onEvents([...events, { event: hints.event, where: [] }])}>＋ {t('canvas.form.event.add')}</button>}
    </fieldset>
  );
}
