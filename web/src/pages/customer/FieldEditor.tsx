import type { ReactNode } from 'react';
import { isKnown, useT } from '../../lib/language.tsx';
import { useCurrency } from '../../lib/session.ts';
import { DayField } from '../../ui/DayField.tsx';
import { Field } from '../../ui/Field.tsx';
import type { FieldLine } from '../settings/fieldsQueries.ts';
import type { PortraitValue } from './customerQueries.ts';

const MINOR = 100;
const SEPARATOR = ', ';

/** A value as it stands in its editor. Money is typed in whole currency, lists with commas. */
export function draftFrom({ type }: FieldLine, value: PortraitValue['value']): string {
  if (Array.isArray(value)) return value.join(SEPARATOR);
  return type === 'money' && typeof value === 'number' ? String(value / MINOR) : String(value);
}

/** What an editor holds as the server wants it; nothing clears the field. */
export function valueFrom({ type }: FieldLine, draft: string): string | number | boolean | string[] | null {
  const text = draft.trim();
  if (text === '') return null;
  if (type === 'number') return Number(text);
  if (type === 'money') return Math.round(Number(text) * MINOR);
  if (type === 'boolean') return text === 'true';
  return type === 'multi' ? text.split(/[,，、]/).map((one) => one.trim()).filter(Boolean) : text;
}

type EditorProps = { field: FieldLine; name: string; value: string; hint: ReactNode; onChange: (text: string) => void };

/** One field: a box for words, a list for options, a calendar for days, numbers for numbers. */
export function FieldEditor({ field, name, value, hint, onChange }: EditorProps) {
  const t = useT();
  const currency = useCurrency();
  const { type, options, optionWords } = field;
  const word = (option: string): string => (optionWords && isKnown(`${optionWords}${option}`) ? t(`${optionWords}${option}`) : option);
  if (type === 'multi' && options.length > 0) return <OptionBoxes name={name} options={options} word={word} value={value} onChange={onChange} />;
  const choices = type === 'boolean' ? [['true', t('kit.yes')], ['false', t('kit.no')]] as const : type === 'enum' && options.length > 0 ? options.map((option) => [option, word(option)] as const) : null;
  const kind = type === 'number' || type === 'money' ? 'number' : 'text';
  return (
    <Field label={type === 'money' ? `${name} (${currency})` : name} hint={hint ?? (type === 'multi' ? t('customer.edit.list') : undefined)}>
      {(ids) => (choices
        ? <select {...ids} className="input" value={value} onChange={(event) => onChange(event.target.value)}><option value="">—</option>{choices.map(([key, label]) => <option key={key} value={key}>{label}</option>)}</select>
        : type === 'day' ? <DayField {...ids} clearable value={value} onChange={onChange} />
        : <input {...ids} className="input" type={kind} step="any" maxLength={2000} value={value} onChange={(event) => onChange(event.target.value)} />)}
    </Field>
  );
}

type BoxesProps = { name: string; options: readonly string[]; word: (option: string) => string; value: string; onChange: (text: string) => void };

function OptionBoxes({ name, options, word, value, onChange }: BoxesProps) {
  const chosen = value.split(SEPARATOR).filter(Boolean);
  const toggle = (option: string) => onChange(options.filter((one) => chosen.includes(one) !== (one === option)).join(SEPARATOR));
  return (
    <fieldset className="field option-boxes">
      <legend className="grey">{name}</legend>
      {options.map((option) => <label key={option} className="row"><input type="checkbox" checked={chosen.includes(option)} onChange={() => toggle(option)} />{word(option)}</label>)}
    </fieldset>
  );
}
