import { useParams } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Notice } from '../../ui/Figure.tsx';
import { Page, Section } from '../../ui/Page.tsx';
import { Failure, Skeleton } from '../../ui/States.tsx';
import { Arms } from './Arms.tsx';
import { DaysChart } from './DaysChart.tsx';
import { DraftForm } from './DraftForm.tsx';
import { EffectReport } from './EffectReport.tsx';
import { experimentQuery, type ExperimentDetail, type ResultDetail, resultQuery } from './experimentsQueries.ts';
import { Files } from './Files.tsx';
import { Guardrails } from './Guardrails.tsx';
import { PeopleBehind } from './People.tsx';
import { PromiseMade } from './PromiseMade.tsx';
import { Since } from './Since.tsx';
import { Verdicts } from './Verdicts.tsx';
import { Waterfall } from './Waterfall.tsx';
import './experiments.css';

/** One experiment: a draft to be registered, or what it brought. */
export default function ExperimentPage() {
  const t = useT();
  const { id = '' } = useParams({ strict: false });
  const query = useQuery(experimentQuery(id));
  if (query.error && !query.data) return <Page title={t('nav.insight.experiments')}><Failure error={query.error} onRetry={() => void query.refetch()} /></Page>;
  if (!query.data) return <Page title={t('nav.insight.experiments')}><Skeleton lines={8} /></Page>;
  return query.data.phase === 'draft' ? <DraftForm draft={query.data} key={query.data.id} /> : <Drawn experiment={query.data} />;
}

function Drawn({ experiment }: { experiment: ExperimentDetail }) {
  const t = useT();
  const { day } = useFormats();
  const result = useQuery(resultQuery(experiment.id));
  const [one] = result.data?.comparisons ?? [];
  return (
    <PeopleBehind token={experiment.token}>
    <Page title={experiment.name} lead={one ? t('experiments.says', { buyers: t(`experiment.verdict.buyers.${one.buyers.verdict}`), profit: t(`experiment.verdict.profit.${one.profit.verdict}`) }) : experiment.hypothesis}>
      <p className="grey experiment-line">{result.data?.settledAt ? t('experiments.settled.of', { day: day(result.data.settledAt), asOf: day(result.data.asOf) }) : t(`experiments.phase.${experiment.phase}`)} · {t('experiments.window', { from: day(experiment.startsOn), to: day(experiment.lastDay) })} · {experiment.sentence}</p>
      {result.error && !result.data ? <Failure error={result.error} onRetry={() => void result.refetch()} /> : result.data ? <Findings experiment={experiment} result={result.data} /> : <Skeleton height={320} />}
      <Files experiment={experiment} />
      <PromiseMade experiment={experiment} />
    </Page>
    </PeopleBehind>
  );
}

function Findings({ experiment, result }: { experiment: ExperimentDetail; result: ResultDetail }) {
  const t = useT();
  const { day, count } = useFormats();
  return (
    <>
      {result.ratio?.isMismatch && <Notice tone="act">{t('experiments.mismatch', { seen: result.ratio.arms.map(({ customers }) => count(customers)).join(' / '), expected: result.ratio.arms.map(({ expected }) => count(expected)).join(' / ') })}</Notice>}
      {(result.phase === 'running' || result.phase === 'drawn') && <Notice>{t(result.phase === 'drawn' ? 'experiments.notSent' : 'experiments.running', { day: day(result.lastDay) })}</Notice>}
      {result.phase === 'unsettled' && <Notice tone="warn">{t(result.asOf > result.refundsUntil ? 'experiments.settling' : 'experiments.unsettled', { day: day(result.refundsUntil) })}</Notice>}
      {result.comparisons.map((comparison) => <Verdicts key={comparison.arm} comparison={comparison} result={result} isOnly={result.comparisons.length === 1} />)}
      {result.comparisons.map((comparison) => comparison.net && <Waterfall key={comparison.arm} comparison={comparison} isOnly={result.comparisons.length === 1} name={nameOf(experiment, comparison.arm)} />)}
      <DaysChart result={result} />
      <Arms result={result} />
      <Since result={result} />
      <Guardrails result={result} />
      {result.report && <EffectReport report={result.report} arms={result.arms} />}
      {result.merged > 0 && <Section><p className="grey">{t('experiments.merged', { people: result.merged })}</p></Section>}
    </>
  );
}

const nameOf = ({ plan }: ExperimentDetail, arm: string): string => plan.variants.find(({ key }) => key === arm)?.name || arm;
