import { Checkbox, Input } from 'antd';
import { useFormats } from '../../lib/format.ts';
import { isKnown, useT } from '../../lib/language.tsx';
import { DayField } from '../../ui/DayField.tsx';
import { Field } from '../../ui/Field.tsx';
import type { Row, Setting, Values } from './settingsForm.ts';

type Value = Values[string] | undefined;

/** A group of settings by its word, else by its own name. */
export function useGroupWord(): (group: string) => string {
  const t = useT();
  return (group) => (isKnown(`channels.group.${group}`) ? t(`channels.group.${group}`) : group);
}

/** The key of a setting's word: that of its provider before the one of all. */
const keyOf = (provider: string, path: string): string => [`channels.setting.${provider}.${path}`, `channels.setting.${path}`].find(isKnown) ?? '';

function useSettingWord(provider: string): (path: string) => string {
  const t = useT();
  return (path) => { const key = keyOf(provider, path); return key ? t(key) : path.replaceAll('.', ' '); };
}

type FieldProps = { provider: string; setting: Setting; value: Value; isNew: boolean; onChange: (value: string | readonly string[] | readonly Row[]) => void };

/** One setting of a provider; what the workspace already keeps is never shown, so an empty field means: as it is. */
export function SettingField({ provider, setting, value, isNew, onChange }: FieldProps) {
  const t = useT();
  const { list } = useFormats();
  const word = useSettingWord(provider);
  const { path, kind, required, options, fallback } = setting;
  const optionWord = (key: string): string => (isKnown(`channels.option.${key}`) ? t(`channels.option.${key}`) : isKnown(`message.purpose.${key}`) ? t(`message.purpose.${key}`) : key);
  const text = typeof value === 'string' ? value : '';
  const usual = fallback === null || fallback === '' ? '' : t('channels.usual', { value: Array.isArray(fallback) ? list(fallback.map((one) => optionWord(String(one)))) : optionWord(String(fallback)) });
  const hintKey = `${keyOf(provider, path)}.hint`;
  const hint = [isKnown(hintKey) ? t(hintKey) : '', isNew ? usual : ''].filter(Boolean).join(' ');
  const label = <>{word(path)}{required && isNew && <span className="grey"> · {t('channels.needed')}</span>}</>;
  if (kind === 'rows') return <RowsField provider={provider} setting={setting} rows={Array.isArray(value) ? (value as readonly Row[]) : []} label={word(path)} hint={hint} onChange={onChange} />;
  return (
    <Field label={label} {...(hint ? { hint } : {})}>
      {(ids) => {
        if (kind === 'choice') return <select {...ids} className="input" value={text} onChange={({ target }) => onChange(target.value)}><option value="">{t(isNew ? 'channels.as.usual' : 'channels.as.kept')}</option>{options.map((key) => <option key={key} value={key}>{optionWord(key)}</option>)}</select>;
        if (kind === 'switch') return <select {...ids} className="input" value={text} onChange={({ target }) => onChange(target.value)}><option value="">{t(isNew ? 'channels.as.usual' : 'channels.as.kept')}</option><option value="true">{t('kit.yes')}</option><option value="false">{t('kit.no')}</option></select>;
        if (kind === 'choices') return <span id={ids.id} role="group" aria-label={word(path)}><Checkbox.Group value={Array.isArray(value) ? [...(value as readonly string[])] : []} onChange={(next: string[]) => onChange(next)} options={options.map((key) => ({ value: key, label: optionWord(key) }))} /></span>;
        if (kind === 'day') return <DayField {...ids} value={text} clearable onChange={onChange} />;
        if (kind === 'secret') return <Input.Password {...ids} autoComplete="new-password" value={text} onChange={({ target }) => onChange(target.value)} />;
        if (kind === 'long') return <Input.TextArea {...ids} rows={3} spellCheck={false} value={text} onChange={({ target }) => onChange(target.value)} />;
        return <Input {...ids} type={kind === 'number' || kind === 'email' ? kind : 'text'} {...(setting.min !== null ? { min: setting.min } : {})} {...(setting.max !== null ? { max: setting.max } : {})} value={text} onChange={({ target }) => onChange(target.value)} />;
      }}
    </Field>
  );
}

type RowsProps = { provider: string; setting: Setting; rows: readonly Row[]; label: string; hint: string; onChange: (rows: readonly Row[]) => void };

function RowsField({ provider, setting: { columns, path }, rows, label, hint, onChange }: RowsProps) {
  const t = useT();
  const word = useSettingWord(provider);
  const put = (at: number, key: string, text: string) => onChange(rows.map((row, i) => (i === at ? { ...row, [key]: text } : row)));
  return (
    <fieldset className="field account-rows">
      <span>{label}</span>
      {rows.map((row, at) => (
        <div key={at} className="row">
          {columns.map((column) => <Input key={column.path} aria-label={word(`${path}.${column.path}`)} placeholder={word(`${path}.${column.path}`)} type={column.kind === 'number' ? 'number' : 'text'} value={row[column.path] ?? ''} onChange={({ target }) => put(at, column.path, target.value)} />)}
          <button type="button" className="plain link" aria-label={t('sendRules.remove.of', { what: `${label} ${at + 1}` })} onClick={() => onChange(rows.filter((_, i) => i !== at))}>{t('sendRules.remove')}</button>
        </div>
      ))}
      <div><button type="button" className="plain link" onClick={() => onChange([...rows, {}])}>{t('channels.rows.add')}</button></div>
      {hint && <span className="grey small">{hint}</span>}
    </fieldset>
  );
}
