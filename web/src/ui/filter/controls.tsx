import { createContext, type KeyboardEvent, type ReactNode, useContext, useId, useState } from 'react';
import { useT } from '../../lib/language.tsx';
import { DayField } from '../DayField.tsx';
import { readNumber, shownNumber } from './operands.ts';

/** What is wrong with the condition in the form, in words, by the pointer to its part. */
export const Faults = createContext<ReadonlyMap<string, string>>(new Map());

/** A part of a condition with what is wrong about it beneath. */
export function Part({ at, children }: { at: string; children: (ids: { 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode }) {
  const fault = useContext(Faults).get(at);
  const id = useId();
  return (
    <span className="filter-part">
      {children(fault ? { 'aria-describedby': id, 'aria-invalid': true } : {})}
      {fault && <span id={id} className="act small" role="alert">{fault}</span>}
    </span>
  );
}

export type Option = { value: string; label: string };
type ChoiceProps = { label: string; value: string; options: readonly Option[]; onChoose: (value: string) => void; at?: string };

/** One of some words. What is chosen and no longer offered stays among them. */
export function Choice({ label, value, options, onChoose, at = '' }: ChoiceProps) {
  const all = options.some((one) => one.value === value) ? options : [{ value, label: value || '—' }, ...options];
  return <Part at={at}>{(ids) => <select {...ids} className="input" aria-label={label} value={value} onChange={({ target }) => onChoose(target.value)}>{all.map((one) => <option key={one.value} value={one.value}>{one.label}</option>)}</select>}</Part>;
}

type NumberProps = { label: string; value: number; onChange: (value: number) => void; at: string; isMoney?: boolean; short?: boolean };

/** A number as it is typed; what it is not yet is no number. */
export function NumberField({ label, value, onChange, at, isMoney = false, short = false }: NumberProps) {
  const [text, setText] = useState(() => shownNumber(value, isMoney));
  const type = (next: string) => {
    setText(next);
    onChange(readNumber(next, isMoney));
  };
  return <Part at={at}>{(ids) => <input {...ids} className={short ? 'input filter-short' : 'input'} type="number" step="any" inputMode="decimal" aria-label={label} value={text} onChange={({ target }) => type(target.value)} />}</Part>;
}

type TextProps = { label: string; value: string; onChange: (value: string) => void; at: string; placeholder?: string; most?: number };
export const TextField = ({ label, value, onChange, at, placeholder, most = 500 }: TextProps) => (
  <Part at={at}>{(ids) => <input {...ids} className="input" type="text" maxLength={most} aria-label={label} placeholder={placeholder} value={value} onChange={({ target }) => onChange(target.value)} />}</Part>
);

export const DayPart = ({ label, value, onChange, at, min }: { label: string; value: string; onChange: (day: string) => void; at: string; min?: string }) => (
  <Part at={at}>{(ids) => <DayField {...ids} aria-label={label} clearable value={value} min={min} onChange={onChange} />}</Part>
);

type ValuesProps = { label: string; values: readonly string[]; options: readonly Option[]; onChange: (values: string[]) => void; at: string };

/** Several of some words: boxes where the words are known, else each word typed by itself. */
export const ValuesField = (props: ValuesProps) => (props.options.length > 0 ? <Boxes {...props} /> : <TypedWords {...props} />);

function Boxes({ label, values, options, onChange, at }: ValuesProps) {
  const all = [...options, ...values.filter((value) => !options.some((one) => one.value === value)).map((value) => ({ value, label: value }))];
  const toggle = (value: string) => onChange(values.includes(value) ? values.filter((one) => one !== value) : [...values, value]);
  return (
    <Part at={at}>{() => (
      <ul className="filter-boxes" aria-label={label}>
        {all.map((one) => <li key={one.value}><label className="row small"><input type="checkbox" checked={values.includes(one.value)} onChange={() => toggle(one.value)} />{one.label}</label></li>)}
      </ul>
    )}</Part>
  );
}

function TypedWords({ label, values, onChange, at }: ValuesProps) {
  const t = useT();
  const [text, setText] = useState('');
  const add = () => {
    const more = text.split(/[,，、]/).map((one) => one.trim()).filter((one) => one !== '' && !values.includes(one));
    if (more.length > 0) onChange([...values, ...new Set(more)]);
    setText('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || text.trim() === '') return;
    event.preventDefault();
    event.stopPropagation();
    add();
  };
  return (
    <Part at={at}>{(ids) => (
      <span className="filter-words">
        {values.map((value) => <button key={value} type="button" className="plain filter-word" aria-label={t('filter.word.remove', { value })} onClick={() => onChange(values.filter((one) => one !== value))}>{value}<span aria-hidden="true"> ×</span></button>)}
        <input {...ids} className="input" aria-label={label} placeholder={t('kit.filter.values')} value={text} onChange={({ target }) => setText(target.value)} onKeyDown={onKeyDown} onBlur={add} />
      </span>
    )}</Part>
  );
}

/** A word before a control, on one line with it where there is room. */
export const Line = ({ words, children }: { words?: string; children: ReactNode }) => <div className="filter-line">{words && <span className="grey small">{words}</span>}{children}</div>;
