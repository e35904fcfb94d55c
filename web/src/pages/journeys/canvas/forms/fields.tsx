import { type ReactNode, useId, useState } from 'react';
import { type Duration, UNITS } from '../../../../../../src/engage/core/definition.ts';
import { useT } from '../../../../lib/language.tsx';
import { Field } from '../../../../ui/Field.tsx';

type Choice = { value: string; label: string };
type Base = { label: string; hint?: ReactNode; disabled?: boolean };

/** One of some; a value that is none of them is shown as it is. */
export function Pick({ label, hint, disabled, value, options, onPick }: Base & { value: string; options: readonly Choice[]; onPick: (value: string) => void }) {
  const all = options.some((one) => one.value === value) ? options : [{ value, label: value || '—' }, ...options];
  return (
    <Field label={label} hint={hint}>{(ids) => (
      <select {...ids} className="input" disabled={disabled} value={value} onChange={({ target }) => onPick(target.value)}>{all.map((one) => <option key={one.value} value={one.value}>{one.label}</option>)}</select>
    )}</Field>
  );
}

type TextProps = Base & { value: string; onText: (value: string) => void; isValid?: (value: string) => boolean; wrong?: string; area?: boolean; options?: readonly string[]; maxLength?: number };

/** Words; what cannot stand is shown as wrong and not taken until it is right again. */
export function Words({ label, hint, disabled, value, onText, isValid = () => true, wrong, area, options, maxLength = 500 }: TextProps) {
  const [text, setText] = useState(value), [held, setHeld] = useState(value), list = useId();
  if (held !== value) { setHeld(value); setText(value); }
  const change = (next: string) => { setText(next); if (isValid(next)) { setHeld(next); onText(next); } };
  const shared = { value: text, disabled, maxLength, onChange: ({ target }: { target: { value: string } }) => change(target.value) };
  return (
    <Field label={label} hint={hint} error={isValid(text) ? undefined : wrong}>{(ids) => (
      area ? <textarea {...ids} className="input area" rows={3} {...shared} /> : <><input {...ids} className="input" {...shared} {...(options ? { list } : {})} />{options && <datalist id={list}>{options.map((one) => <option key={one} value={one} />)}</datalist>}</>
    )}</Field>
  );
}

type NumberProps = Base & { value: number; min: number; max: number; whole?: boolean; unit?: ReactNode; onNumber: (value: number) => void };

/** A number within its bounds; others are shown as wrong and not taken. */
export function Amount({ label, hint, disabled, value, min, max, whole = true, unit, onNumber }: NumberProps) {
  const t = useT();
  const [text, setText] = useState(String(value)), [held, setHeld] = useState(value);
  if (held !== value) { setHeld(value); setText(String(value)); }
  const valid = (given: string): boolean => given.trim() !== '' && Number(given) >= min && Number(given) <= max && (!whole || Number.isInteger(Number(given)));
  const change = (next: string) => { setText(next); if (valid(next)) { setHeld(Number(next)); onNumber(Number(next)); } };
  return (
    <Field label={label} hint={hint} error={valid(text) ? undefined : t('canvas.form.between', { min, max })}>{(ids) => (
      <span className="jc-amount"><input {...ids} className="input" type="number" disabled={disabled} min={min} max={max} step={whole ? 1 : 'any'} value={text} onChange={({ target }) => change(target.value)} />{typeof unit === 'string' ? <span className="grey">{unit}</span> : unit}</span>
    )}</Field>
  );
}

const MINUTES = { minutes: 1, hours: 60, days: 1_440, weeks: 10_080 } as const;
const TWO_YEARS = 1_051_200;

/** A while, up to two years. */
export function While({ label, disabled, value, onWhile }: Base & { value: Duration; onWhile: (value: Duration) => void }) {
  const t = useT();
  const unit = (
    <select className="input" aria-label={t('filter.unit')} disabled={disabled} value={value.unit} onChange={({ target }) => { const next = target.value as Duration['unit']; onWhile({ unit: next, amount: Math.min(value.amount, Math.floor(TWO_YEARS / MINUTES[next])) }); }}>
      {UNITS.map((one) => <option key={one} value={one}>{t(`filter.unit.${one}`)}</option>)}
    </select>
  );
  return <Amount label={label} value={value.amount} min={1} max={Math.floor(TWO_YEARS / MINUTES[value.unit])} unit={unit} {...(disabled === undefined ? {} : { disabled })} onNumber={(amount) => onWhile({ ...value, amount })} />;
}

export const TimeOfDay = ({ label, disabled, value, onTime }: Base & { value: string; onTime: (value: string) => void }) => (
  <Field label={label}>{(ids) => <input {...ids} className="input jc-time" type="time" disabled={disabled} value={value} onChange={({ target }) => /^\d{2}:\d{2}$/.test(target.value) && onTime(target.value)} />}</Field>
);

/** So many days before, on, or after a day. */
export function DaysAround({ label, disabled, value, onDays }: Base & { value: number; onDays: (value: number) => void }) {
  const t = useT();
  const side = value === 0 ? 'on' : value < 0 ? 'before' : 'after';
  const choose = (next: string): void => onDays(next === 'on' ? 0 : (next === 'before' ? -1 : 1) * Math.max(1, Math.abs(value)));
  return (
    <div className="jc-pair">
      <Pick label={label} value={side} disabled={disabled ?? false} options={['before', 'on', 'after'].map((one) => ({ value: one, label: t(`canvas.form.side.${one}`) }))} onPick={choose} />
      {value !== 0 && <Amount label={t('lifecycle.life.days')} value={Math.abs(value)} min={1} max={365} disabled={disabled ?? false} onNumber={(many) => onDays(value < 0 ? -many : many)} />}
    </div>
  );
}

/** Any of some, as boxes. */
export function Boxes<T extends string | number>({ label, disabled, options, values, onValues, hint }: Base & { options: readonly { value: T; label: string }[]; values: readonly T[]; onValues: (values: T[]) => void }) {
  const toggle = (value: T): void => onValues(options.map((one) => one.value).filter((one) => (one === value ? !values.includes(one) : values.includes(one))));
  return (
    <fieldset className="field jc-boxes" disabled={disabled}>
      <legend className="grey">{label}</legend>
      <div className="row">{options.map(({ value, label: name }) => <label key={value} className="jc-box"><input type="checkbox" checked={values.includes(value)} onChange={() => toggle(value)} />{name}</label>)}</div>
      {hint && <span className="grey small">{hint}</span>}
    </fieldset>
  );
}

export const Tick = ({ label, hint, disabled, value, onTick }: Base & { value: boolean; onTick: (value: boolean) => void }) => (
  <label className="jc-tick"><input type="checkbox" disabled={disabled} checked={value} onChange={({ target }) => onTick(target.checked)} /><span>{label}{hint && <span className="grey small jc-tick-hint">{hint}</span>}</span></label>
);

const read = (text: string): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : null;
  } catch {
    return null;
  }
};

/** Names and values that go along, as programs write them. */
export function Along({ label, hint, disabled, value, onValue }: Base & { value: Record<string, unknown>; onValue: (value: Record<string, unknown>) => void }) {
  const t = useT();
  const told = JSON.stringify(value, null, 2);
  const [text, setText] = useState(told), [held, setHeld] = useState(told);
  if (held !== told) { setHeld(told); setText(told); }
  const change = (next: string): void => { setText(next); const given = read(next); if (given) { setHeld(JSON.stringify(given, null, 2)); onValue(given); } };
  return <Field label={label} hint={hint} error={read(text) ? undefined : t('canvas.form.json')}>{(ids) => <textarea {...ids} className="input area code" rows={4} spellCheck={false} disabled={disabled} value={text} onChange={({ target }) => change(target.value)} />}</Field>;
}
