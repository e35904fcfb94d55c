import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency } from '../../lib/session.ts';
import type { Rfm } from './RfmPage.tsx';

type Scales = NonNullable<Rfm['scales']>;
const MEASURES = ['recency', 'frequency', 'monetary'] as const;

/** Where each measure is cut, and how many fall in each part; says so when ties leave fewer parts than asked for. */
export function RfmScales({ scales, bins, method, windowDays }: { scales: Scales; bins: number; method: string; windowDays: number }) {
  const t = useT();
  const { count, decimal, moneyRound } = useFormats();
  const currency = useCurrency();
  const write = (measure: (typeof MEASURES)[number], value: number): string =>
    value >= Number.MAX_SAFE_INTEGER ? '∞' : measure === 'monetary' ? moneyRound(value, currency) : measure === 'recency' ? t('customers.days', { days: Math.floor(value) }) : Number.isInteger(value) ? count(value) : decimal(value);
  return (
    <div className="rfm-scales">
      {MEASURES.map((measure) => {
        const steps = scales[measure];
        return (
          <div key={measure}>
            <h3>{t(`rfm.${measure}`)}</h3>
            <table className="data compact">
              <thead><tr><th scope="col">{t('rfm.score')}</th><th scope="col" className="number">{t('rfm.upTo')}</th><th scope="col" className="number">{t('kit.cohort.size')}</th></tr></thead>
              <tbody>{steps.map(({ upTo, score, isHigh, customers }) => <tr key={`${score} ${upTo}`}><td>{score} {isHigh ? '↑' : '↓'}</td><td className="number">{write(measure, upTo)}</td><td className="number">{count(customers)}</td></tr>)}</tbody>
            </table>
            {measure === 'frequency' && windowDays > 0 && steps[0]?.upTo === 0 && <p className="small grey">{t('rfm.outside', { days: windowDays })}</p>}
            {method === 'quantiles' && steps.length < bins && <p className="small ochre">{t('rfm.ties', { bins, parts: steps.length })}</p>}
          </div>
        );
      })}
    </div>
  );
}
