import { useId } from 'react';
import { useFormats } from '../lib/format.ts';
import { useT } from '../lib/language.tsx';
import { usePromotionName } from '../lib/promotions.ts';
import { useCurrency } from '../lib/session.ts';
import { type Rhythm, shapeOf } from './rhythm.ts';

type StripProps = { rhythm: Rhythm; name?: string };
const ROW = { width: 160, height: 20 };
const LARGE = { width: 960, height: 96 };

/** The 年轮条 in words, for those who cannot see it. */
function useTelling(rhythm: Rhythm): string {
  const t = useT();
  const { day } = useFormats();
  const { overdue } = shapeOf(rhythm, ROW);
  const last = rhythm.purchases.map((purchase) => purchase.day).sort().at(-1);
  return t('kit.rhythm.told', {
    count: rhythm.purchases.length, last: last ? day(last) : '', state: overdue ? 'overdue' : rhythm.expected ? 'expected' : 'none',
    from: rhythm.expected ? day(rhythm.expected.from) : '', to: rhythm.expected ? day(rhythm.expected.to) : '',
  });
}

/** The signature of the product, 160 × 20: two years of purchases, the window of the next, and the gap since. */
export function RhythmStrip({ rhythm }: StripProps) {
  const telling = useTelling(rhythm);
  return <svg className="rhythm" width={ROW.width} height={ROW.height} viewBox={`0 0 ${ROW.width} ${ROW.height}`} role="img" aria-label={telling}><Drawing rhythm={rhythm} size={ROW} tick={1.75} /></svg>;
}

function Drawing({ rhythm, size, tick }: { rhythm: Rhythm; size: { width: number; height: number }; tick: number }) {
  const id = useId();
  const { height, width } = size;
  const { ticks, expected, overdue, promotions, quarters } = shapeOf(rhythm, size);
  return (
    <>
      <pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="5" className="rhythm-hatch" /></pattern>
      {promotions.map(({ x, width: wide, name }) => <rect key={`${name}${x}`} className="rhythm-promo" x={x} y={0} width={wide} height={height - 1} />)}
      {expected && <rect className="rhythm-expected" x={expected.x} y={0} width={expected.width} height={height - 1} />}
      {overdue && <rect x={overdue.x} y={0} width={overdue.width} height={height - 1} fill={`url(#${id})`} />}
      <line className="rhythm-base" x1={0} x2={width} y1={height - 0.5} y2={height - 0.5} />
      {quarters.map((x) => <line key={x} className="rhythm-base" x1={x} x2={x} y1={height - 3} y2={height} />)}
      {ticks.map(({ x, height: tall, day }, index) => <rect key={`${day}${index}`} className="rhythm-tick" x={Math.min(x, width - tick)} y={height - 1 - tall} width={tick} height={tall} />)}
    </>
  );
}

/** The same strip, large, with years, names of promotions, amounts and a legend: first thing on a customer's page. */
export function RhythmStripLarge({ rhythm }: StripProps) {
  const t = useT();
  const { day, money } = useFormats();
  const currency = useCurrency();
  const promotionName = usePromotionName();
  const telling = useTelling(rhythm);
  const { ticks, promotions, years, expected, overdue } = shapeOf(rhythm, LARGE);
  const share = (x: number): string => `${(x / LARGE.width) * 100}%`;
  return (
    <figure className="rhythm-large">
      <div className="rhythm-stage">
        <svg viewBox={`0 0 ${LARGE.width} ${LARGE.height}`} preserveAspectRatio="none" role="img" aria-label={telling}><Drawing rhythm={rhythm} size={LARGE} tick={4} /></svg>
        {ticks.map(({ x, height, day: on, amount }, index) => (
          <span key={`${on}${index}`} className="rhythm-point" style={{ left: share(x), height }} title={`${day(on)} · ${money(amount, currency)}`} />
        ))}
      </div>
      <div className="rhythm-axis" aria-hidden="true">
        {years.map(({ x, year }) => <span key={year} style={{ left: share(x) }}>{year}</span>)}
        <span className="rhythm-today">{day(rhythm.asOf)}</span>
      </div>
      <figcaption className="small grey">
        <span className="legend"><i className="key-tick" />{t('kit.rhythm.purchase')}</span>
        {expected && <span className="legend"><i className="key-expected" />{t('kit.rhythm.expected', { from: day(rhythm.expected?.from), to: day(rhythm.expected?.to) })}</span>}
        {overdue && <span className="legend"><i className="key-overdue" />{t('kit.rhythm.overdue')}</span>}
        {promotions.length > 0 && <span className="legend"><i className="key-promo" />{t('kit.rhythm.promotion', { names: [...new Set(promotions.map(({ name }) => promotionName(name)))].filter(Boolean).slice(-4).join(' · ') })}</span>}
      </figcaption>
    </figure>
  );
}
