import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency } from '../../lib/session.ts';
import { WhyButton } from '../../ui/Figure.tsx';
import { Section } from '../../ui/Page.tsx';
import { useArmName } from './armNames.ts';
import type { ResultDetail } from './experimentsQueries.ts';
import { Behind, Heads } from './People.tsx';

/** What was counted in each arm, as anybody could count it from the orders. */
export function Arms({ result }: { result: ResultDetail }) {
  const t = useT();
  const { count, percent, moneyRound } = useFormats();
  const currency = useCurrency();
  const armName = useArmName();
  const heads = ['people', 'sent', 'buyers', 'share', 'orders', 'paid', 'refunds', 'net', 'margin', 'coupons', 'messages'] as const;
  return (
    <Section title={<>{t('experiments.arms')} <WhyButton label={t('experiments.arms')} definition={t('experiments.arms.why')} /></>}>
      <div className="table-scroll" tabIndex={0}>
        <table className="data compact">
          <thead><tr><th scope="col">{t('experiments.arm')}</th>{heads.map((head) => <th key={head} scope="col" className="number">{t(`experiments.arm.${head}`)}</th>)}</tr></thead>
          <tbody>
            {result.arms.map((arm) => (
              <tr key={arm.arm}>
                <td><span className="legend"><i style={{ background: arm.arm === 'control' ? 'var(--holdout)' : 'var(--accent)' }} />{armName(arm)}</span></td>
                <td className="number"><Heads people={arm.customers} pick={{ arm: arm.arm, which: 'drawn' }} title={t('experiments.people.drawn', { arm: armName(arm) })} /></td>
                <td className="number"><Heads people={arm.sent} pick={{ arm: arm.arm, which: 'sent' }} title={t('experiments.people.sent', { arm: armName(arm) })} />{arm.arm !== 'control' && arm.customers > arm.sent && <span className="grey small nowrap"> · <Behind people={arm.customers - arm.sent} pick={{ arm: arm.arm, which: 'unsent' }} title={t('experiments.people.unsent', { arm: armName(arm) })}>{t('experiments.arm.unsent', { people: arm.customers - arm.sent })}</Behind></span>}</td>
                <td className="number"><Heads people={arm.buyers} pick={{ arm: arm.arm, which: 'bought' }} title={t('experiments.people.bought', { arm: armName(arm) })} /></td><td className="number">{percent(arm.customers ? arm.buyers / arm.customers : null)}</td>
                <td className="number">{count(arm.orders)}</td><td className="number">{moneyRound(arm.paidMinor, currency)}</td><td className="number"><Behind people={arm.refunded} pick={{ arm: arm.arm, which: 'refunded' }} title={t('experiments.people.refunded', { arm: armName(arm) })}>{moneyRound(arm.refundedMinor, currency)}</Behind></td><td className="number">{moneyRound(arm.netMinor, currency)}</td>
                <td className="number">{moneyRound(arm.profitMinor, currency)}</td><td className="number">{moneyRound(arm.couponMinor, currency)}</td><td className="number">{moneyRound(arm.messageMinor, currency)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Checks result={result} />
    </Section>
  );
}

/** What speaks for or against the comparison itself: the draw's ratio, the watched reading, the adjustment for the past. */
function Checks({ result }: { result: ResultDetail }) {
  const t = useT();
  const { decimal, percent, money } = useFormats();
  const currency = useCurrency();
  const [one] = result.comparisons;
  const p = (value: number): string => (value < 0.001 ? '< 0.001' : decimal(value, 3));
  return (
    <ul className="experiment-checks">
      {result.ratio && !result.ratio.isMismatch && <li>{t('experiments.ratio.good', { p: p(result.ratio.pValue) })}</li>}
      {one?.effect && <li>{t(result.reading === 'fixed' ? 'experiments.reading.fixed' : 'experiments.reading.always', { p: p(one.buyersPValue ?? one.effect.pValue), always: one.alwaysValid ? p(one.alwaysValid.pValue) : '—' })}</li>}
      {one?.cuped && <li>{one.cuped.isUsed ? t('experiments.cuped.used', { cut: percent(one.cuped.varianceCut), difference: money(one.cuped.difference, currency), low: money(one.cuped.interval.low, currency), high: money(one.cuped.interval.high, currency) }) : t('experiments.cuped.unused')}</li>}
      {one?.netOther && <li>{t(`experiments.other.${one.netOther.method}`, { net: money(one.netOther.value, currency), low: money(one.netOther.low, currency), high: money(one.netOther.high, currency) })}</li>}
      {result.costCoverage !== null && <li className={result.costCoverage < 0.95 ? 'ochre' : undefined}>{t('experiments.coverage', { share: percent(result.costCoverage) })}</li>}
    </ul>
  );
}
