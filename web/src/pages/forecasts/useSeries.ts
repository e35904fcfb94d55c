import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency } from '../../lib/session.ts';
import type { Forecast } from './forecastQueries.ts';

/** The name of a forecast series, and its numbers as people read them. */
export function useSeries({ series, kind }: Pick<Forecast, 'series' | 'kind'>): { name: string; write: (value: number) => string } {
  const t = useT();
  const { count, moneyRound } = useFormats();
  const currency = useCurrency();
  const stage = series.startsWith('stage.') ? series.slice('stage.'.length) : null;
  return {
    name: stage === null ? t(`forecasts.series.${series}`) : t('forecasts.stage.of', { stage: t(`stage.${stage}`) }),
    write: (value) => (kind === 'money' ? moneyRound(value, currency) : count(value)),
  };
}
