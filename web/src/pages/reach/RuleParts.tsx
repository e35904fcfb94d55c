import { Popover } from 'antd';
import { createContext, type ReactNode, useContext, useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { WordSelect } from '../../ui/WordSelect.tsx';

/** Whether whoever looks may change the rules; else every part is a plain word. */
export const Editing = createContext(false);
export const useEditing = (): boolean => useContext(Editing);

type Option<Key extends string> = { key: Key; label: string };
const Said = ({ children }: { children: ReactNode }) => <strong className="strong">{children}</strong>;

/** One word of several. */
export function Pick<Key extends string>({ label, value, options, onChange }: { label: string; value: Key; options: readonly Option<Key>[]; onChange: (value: Key) => void }) {
  if (!useEditing()) return <Said>{options.find(({ key }) => key === value)?.label ?? value}</Said>;
  return <WordSelect label={label} value={value} options={options} onChoose={(key) => onChange(key as Key)} />;
}

type NumberProps = { label: string; value: number | null; min: number; max: number; step?: number; onChange: (value: number) => void };

/** A number in its sentence; what does not fit is not taken, and gone when left. */
export function NumberPart({ label, value, min, max, step = 1, onChange }: NumberProps) {
  const [text, setText] = useState<string | null>(null);
  const shown = value === null ? '' : String(value);
  if (!useEditing()) return <Said>{value === null ? '—' : shown}</Said>;
  const fits = (typed: string): boolean => typed.trim() !== '' && Number.isFinite(Number(typed)) && Number(typed) >= min && Number(typed) <= max && (step < 1 || Number.isInteger(Number(typed)));
  const type = (typed: string) => {
    setText(typed);
    if (fits(typed)) onChange(Number(typed));
  };
  return <input type="number" className="sentence-part number-part" aria-label={label} aria-invalid={text !== null && !fits(text)} min={min} max={max} step={step} value={text ?? shown} onChange={({ target }) => type(target.value)} onBlur={() => setText(null)} style={{ width: `${Math.max(3, (text ?? shown).length + 2)}ch` }} />;
}

const two = (value: number): string => String(value).padStart(2, '0');
export const clockOf = (minute: number): string => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
const minuteOf = (typed: string): number | undefined => {
  const [, hour, minute] = /^\s*([01]?\d|2[0-3])[:：]([0-5]\d)\s*$/.exec(typed) ?? [];
  return hour === undefined ? undefined : Number(hour) * 60 + Number(minute);
};

/** A time of day, kept as minutes since midnight; typed by the clock of 24 hours, whatever clock the browser shows. */
export function ClockPart({ label, value, onChange }: { label: string; value: number; onChange: (minute: number) => void }) {
  const [text, setText] = useState<string | null>(null);
  if (!useEditing()) return <Said>{clockOf(value)}</Said>;
  const type = (typed: string) => {
    setText(typed);
    const minute = minuteOf(typed);
    if (minute !== undefined) onChange(minute);
  };
  return <input className="sentence-part clock-part" inputMode="numeric" maxLength={5} aria-label={label} aria-invalid={text !== null && minuteOf(text) === undefined} value={text ?? clockOf(value)} onChange={({ target }) => type(target.value)} onBlur={() => setText(null)} />;
}

/** Some of several, said as a list and ticked in a small window. */
export function ManyPart<Key extends string>({ label, value, options, onChange, none }: { label: string; value: readonly Key[]; options: readonly Option<Key>[]; onChange: (value: Key[]) => void; none?: string }) {
  const t = useT();
  const { list } = useFormats();
  const [open, setOpen] = useState(false);
  const said = list(options.filter(({ key }) => value.includes(key)).map((one) => one.label)) || (none ?? t('sendRules.choose.none'));
  if (!useEditing()) return <Said>{said}</Said>;
  const toggle = (key: Key) => onChange(options.map((one) => one.key).filter((one) => (one === key ? !value.includes(one) : value.includes(one))));
  const ticks = <fieldset className="many-ticks" aria-label={label}>{options.map(({ key, label: name }) => <label key={key}><input type="checkbox" checked={value.includes(key)} onChange={() => toggle(key)} /> {name}</label>)}</fieldset>;
  return (
    <Popover trigger="click" placement="bottomLeft" open={open} onOpenChange={setOpen} content={ticks} destroyOnHidden>
      <button type="button" className="sentence-part many-part" aria-label={`${label}: ${said}`} aria-expanded={open}>{said}</button>
    </Popover>
  );
}
