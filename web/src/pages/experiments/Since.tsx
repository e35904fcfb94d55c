import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency } from '../../lib/session.ts';
import { Section } from '../../ui/Page.tsx';
import { useArmName } from './armNames.ts';
import type { ResultDetail } from './experimentsQueries.ts';
import { Heads } from './People.tsx';
import { usePoints } from './usePoints.ts';

/** Of a settled result: what arrived later, beside the figures that stand. */
export function Since({ result }: { result: ResultDetail }) {
  const t = useT();
  const { day, count, moneyRound } = useFormats();
  const currency = useCurrency();
  const armName = useArmName();
  const { since } = result;
  if (!since) return null;
  const told = { day: day(result.settledAt), asOf: day(result.asOf) };
  if (!since.isChanged) return <Section title={t('experiments.since')}><p className="grey">{t('experiments.since.none', told)}</p></Section>;
  const rows = result.arms.flatMap((before) => { const now = since.arms.find(({ arm }) => arm === before.arm); return now ? [{ before, now }] : []; });
  const moved = (before: string, now: string) => (before === now ? <span className="grey">{before}</span> : <>{before} → <span className="strong">{now}</span></>);
  return (
    <Section title={t('experiments.since')} note={t('experiments.since.note', told)}>
      <div className="table-scroll" tabIndex={0}>
        <table className="data compact">
          <thead><tr><th scope="col">{t('experiments.arm')}</th>{(['buyers', 'orders', 'refunds', 'net'] as const).map((head) => <th key={head} scope="col" className="number">{t(`experiments.arm.${head}`)}</th>)}</tr></thead>
          <tbody>
            {rows.map(({ before, now }) => (
              <tr key={before.arm}>
                <td>{armName(before)}</td>
                <td className="number">{before.buyers === now.buyers ? <span className="grey">{count(before.buyers)}</span> : <>{count(before.buyers)} → <span className="strong"><Heads people={now.buyers} pick={{ arm: now.arm, which: 'bought', since: true }} title={t('experiments.people.since', { arm: armName(now) })} /></span></>}</td>
                <td className="number">{moved(count(before.orders), count(now.orders))}</td>
                <td className="number">{moved(moneyRound(before.refundedMinor, currency), moneyRound(now.refundedMinor, currency))}</td>
                <td className="number">{moved(moneyRound(before.netMinor, currency), moneyRound(now.netMinor, currency))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Anew result={result} />
    </Section>
  );
}

/** How it would read if it were settled today: told, and never the verdict. */
function Anew({ result: { since, arms } }: { result: ResultDetail }) {
  const t = useT();
  const { day, moneyRound } = useFormats();
  const currency = useCurrency();
  const points = usePoints();
  const armName = useArmName();
  return (
    <ul className="experiment-checks">
      {since?.comparisons.map(({ arm, effect, net }) => effect && (
        <li key={arm}>
          {t('experiments.since.anew', { arm: armName(arms.find((one) => one.arm === arm) ?? { arm }), asOf: day(since.asOf), difference: points(effect.difference), low: points(effect.interval.low), high: points(effect.interval.high), net: net ? moneyRound(net.value, currency) : '—' })}
        </li>
      ))}
    </ul>
  );
}
