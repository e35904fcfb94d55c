import type { ReactNode } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency } from '../../lib/session.ts';
import { WhyButton } from '../../ui/Figure.tsx';
import { Section } from '../../ui/Page.tsx';
import { useArmName } from './armNames.ts';
import { shownRange } from './ExperimentsPage.tsx';
import type { Comparison, ResultDetail } from './experimentsQueries.ts';
import { IntervalMark, rangeOf } from './IntervalMark.tsx';
import { usePoints } from './usePoints.ts';

type VerdictsProps = { comparison: Comparison; result: ResultDetail; isOnly: boolean };

/** The two questions of every experiment, judged apart: did more people buy, and did it pay. */
export function Verdicts({ comparison, result, isOnly }: VerdictsProps) {
  const t = useT();
  const { decimal, percent, money, moneyRound } = useFormats();
  const currency = useCurrency();
  const points = usePoints();
  const armName = useArmName();
  const { effect, net, extraBuyers, buyers, profit } = comparison;
  const name = armName(result.arms.find(({ arm }) => arm === comparison.arm) ?? comparison);
  const netRange = shownRange(net);
  const isUnread = (one: Comparison['buyers']): boolean => one.finding !== null && one.verdict === 'unsettled';
  return (
    <Section title={isOnly ? undefined : name}>
      <div className="verdict-plot">
        <VerdictRow
          title={t('experiments.buyers.question')} why={t('experiments.buyers.why')} judgement={buyers} sentence={t(`experiment.verdict.buyers.${buyers.verdict}`)} soFar={isUnread(buyers) && t('experiments.soFar', { finding: t(`experiment.verdict.buyers.${buyers.finding ?? 'not_proven'}`) })}
          figure={effect && points(effect.difference)} range={effect && t('experiments.interval.of', { low: points(effect.interval.low), high: points(effect.interval.high) })}
          note={effect && <>{t('experiments.shares', { treated: percent(effect.treatedShare), control: percent(effect.controlShare) })}{extraBuyers && <> · <span className="strong">{t('experiments.extra.of', { people: decimal(extraBuyers.value, 0), low: decimal(extraBuyers.low, 0), high: decimal(extraBuyers.high, 0) })}</span></>}</>}
          mark={effect && <IntervalMark value={effect.difference} interval={effect.interval} range={rangeOf([effect.interval])} verdict={buyers.finding ?? buyers.verdict} label={t('experiments.interval.of', { low: points(effect.interval.low), high: points(effect.interval.high) })} height={44} />}
        />
        <VerdictRow
          title={t('experiments.profit.question')} why={net?.method === 'per_customer' ? t('experiments.profit.why.customer') : t('experiments.profit.why.buyer')} judgement={profit} sentence={t(`experiment.verdict.profit.${profit.verdict}`)} soFar={isUnread(profit) && t('experiments.soFar', { finding: t(`experiment.verdict.profit.${profit.finding ?? 'not_proven'}`) })}
          figure={net && moneyRound(net.value, currency)} range={net && t('experiments.interval.of', { low: moneyRound(netRange.low, currency), high: moneyRound(netRange.high, currency) })}
          note={net && comparison.honestMinor !== null && t('experiments.naive', { naive: money(comparison.naiveMinor, currency), honest: money(comparison.honestMinor, currency) })}
          mark={net && <IntervalMark value={net.value} interval={netRange} range={rangeOf([netRange])} verdict={profit.finding ?? profit.verdict} label={t('experiments.interval.of', { low: moneyRound(netRange.low, currency), high: moneyRound(netRange.high, currency) })} height={44} />}
        />
      </div>
    </Section>
  );
}

type RowProps = { title: string; why: string; judgement: Comparison['buyers']; sentence: string; soFar: ReactNode; figure: ReactNode; range: ReactNode; note: ReactNode; mark: ReactNode };

function VerdictRow({ title, why, judgement, sentence, soFar, figure, range, note, mark }: RowProps) {
  return (
    <div className="verdict-row">
      <div className="verdict-words">
        <p className="grey">{title} <WhyButton label={title} definition={why} /></p>
        <p className={`x-said ${judgement.finding ?? judgement.verdict}`}>{sentence}</p>
        {soFar && <p className="grey small">{soFar}</p>}
      </div>
      <div className="verdict-figure">{figure && <span className="figure">{figure}</span>}{range && <span className="grey small nowrap">{range}</span>}</div>
      <div className="verdict-mark">{mark}{note && <p className="grey small">{note}</p>}</div>
    </div>
  );
}
