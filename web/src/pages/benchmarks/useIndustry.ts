import { useT } from '../../lib/language.tsx';

/** The line that stands for all industries has a word of its own; the others are called as they were written. */
export function useIndustry(): (industry: string) => string {
  const t = useT();
  return (industry) => (industry === 'general' ? t('benchmarks.industry.general') : industry);
}
