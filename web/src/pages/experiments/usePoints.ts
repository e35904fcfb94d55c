import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';

/** A difference of shares in percentage points, with its sign. */
export function usePoints(): (difference: number | null | undefined) => string {
  const t = useT();
  const { decimal } = useFormats();
  return (difference) => (difference === null || difference === undefined ? '—' : t('experiments.points', { value: `${difference < 0 ? '−' : '+'}${decimal(Math.abs(difference) * 100)}` }));
}
