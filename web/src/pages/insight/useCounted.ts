import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';

/** A note under a report, with the moment it was counted where that was not just now. */
export function useCounted(): (note: string, countedAt: Date | null) => string {
  const t = useT();
  const { moment } = useFormats();
  return (note, countedAt) => (countedAt === null ? note : t('insight.counted', { note: note.replace(/[.。]$/, ''), at: moment(String(countedAt)) }));
}
