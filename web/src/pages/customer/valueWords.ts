import { useFormats } from '../../lib/format.ts';
import { isKnown, useT } from '../../lib/language.tsx';
import { useChannelName } from '../../lib/names.ts';
import { useCurrency, useData } from '../../lib/session.ts';
import type { PortraitValue } from './customerQueries.ts';

type Valued = Pick<PortraitValue, 'key' | 'type' | 'value'>;

/** A value in words: options by their own names, money and days as the language writes them. */
export function useValueWords(): (value: Valued) => string {
  const t = useT();
  const { count, decimal, day, money, list } = useFormats();
  const currency = useCurrency();
  const channelName = useChannelName();
  return ({ key, type, value }) => {
    if (type === 'money' && typeof value === 'number') return money(value, currency);
    if (typeof value === 'number') return key.endsWith('_days') ? t('customers.days', { days: Math.round(value) }) : Number.isInteger(value) ? count(value) : decimal(value);
    if (type === 'day' && typeof value === 'string') return day(value);
    if (typeof value === 'boolean') return t(value ? 'kit.yes' : 'kit.no');
    if (Array.isArray(value)) return list(value.map(String));
    const text = String(value);
    if (key === 'first_channel') return channelName(text);
    return isKnown(`${key}.${text}`) ? t(`${key}.${text}`) : text;
  };
}

/** The name of a field: its own label, or the word of a field every workspace has. */
export function useFieldName(): (field: Pick<PortraitValue, 'key' | 'label'>) => string {
  const t = useT();
  return ({ key, label }) => (label && label !== key ? label : isKnown(`field.${key}`) ? t(`field.${key}`) : key);
}

/** Who said it: staff, a program with a key, a module of the product, or a source of data by its name. */
export function useSourceWords(): (source: string) => string {
  const t = useT();
  const { sources } = useData();
  return (source) => {
    if (source.startsWith('user:')) return t('customer.source.staff');
    if (source.startsWith('key:')) return t('customer.source.key');
    const name = sources.find(({ key }) => key === source)?.name;
    return name ?? (isKnown(`source.${source}`) ? t(`source.${source}`) : source);
  };
}
