import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency } from '../../lib/session.ts';
import { ChartFrame } from '../../ui/chart/Chart.tsx';
import { Notice } from '../../ui/Figure.tsx';
import { Bars } from '../../ui/Bars.tsx';
import { useCounted } from '../insight/useCounted.ts';
import type { CostSplit } from './benchmarkQueries.ts';

const HUNDRED = 100;

/** How cost falls on the life cycle; marketing outside its band is flagged. */
export function CostBand({ told: { rows, totalMinor, from, to, refused, countedAt } }: { told: CostSplit }) {
  const t = useT();
  const { percent, moneyRound, day } = useFormats();
  const currency = useCurrency();
  const counted = useCounted();
  if (refused) return <Notice>{refused.sentence}</Notice>;
  const marketing = rows.find(({ key }) => key === 'acquisition');
  const shown = (value: { low: number; high: number }) => t('benchmarks.band', { from: percent(value.low, 0), to: percent(value.high, 0) });
  const finding = marketing?.place && marketing.band
    ? t(`benchmarks.cost.finding.${marketing.place}`, { share: percent(marketing.share), low: percent(marketing.band.low, 0), high: percent(marketing.band.high, 0), label: t('benchmark.unverified') })
    : t('benchmarks.cost');
  return (
    <ChartFrame
      finding={<span className={marketing?.place === 'inside' ? undefined : 'ochre'}>{finding}</span>} note={counted(t('benchmarks.cost.note', { from: day(from), to: day(to), total: moneyRound(totalMinor, currency) }), countedAt)} csvName="cost-split"
      table={{
        header: [t('benchmarks.cost.kind'), t('benchmarks.cost.amount'), t('benchmarks.cost.share'), t('benchmarks.cost.band')],
        rows: rows.map(({ key, costMinor, share, band, place }) => ({
          cells: [t(`benchmarks.cost.${key}`), costMinor / HUNDRED, share, band ? `${band.low}–${band.high}` : ''],
          shown: [t(`benchmarks.cost.${key}`), moneyRound(costMinor, currency), percent(share), band && place ? `${shown(band)} · ${t(`benchmarks.place.${place}`)}` : ''],
        })),
      }}
    >
      <Bars bars={rows.map(({ key, share, costMinor }) => ({ key, label: t(`benchmarks.cost.${key}`), value: share, shown: <>{percent(share)} <span className="grey small">{moneyRound(costMinor, currency)}</span></> }))} />
    </ChartFrame>
  );
}
