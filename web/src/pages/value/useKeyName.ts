import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';

/** A stage, a month of first purchase or a channel as people call it. */
export function useKeyName(by: string): (key: string) => string {
  const t = useT();
  const { month } = useFormats();
  return (key) => (by === 'stage' ? t(`stage.${key}`) : by === 'cohort' ? (key === '' ? t('money.cohort.none') : month(key)) : key || t('money.channel.none'));
}
