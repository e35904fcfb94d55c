import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { Notice } from '../../ui/Figure.tsx';
import { Section } from '../../ui/Page.tsx';
import { Empty, Failure, Skeleton } from '../../ui/States.tsx';
import { Arms } from '../experiments/Arms.tsx';
import { DaysChart } from '../experiments/DaysChart.tsx';
import { EffectReport } from '../experiments/EffectReport.tsx';
import { experimentQuery, type ResultDetail, resultQuery } from '../experiments/experimentsQueries.ts';
import { Guardrails } from '../experiments/Guardrails.tsx';
import { PeopleBehind } from '../experiments/People.tsx';
import { Verdicts } from '../experiments/Verdicts.tsx';
import { Waterfall } from '../experiments/Waterfall.tsx';
import { Heard } from './Heard.tsx';
import type { Journey } from './journeyQueries.ts';
import { Promised } from './Promised.tsx';
import '../experiments/experiments.css';
import './journeys.css';

/** What a journey brought in money against its hold-out, and what was heard of what it said. */
export function EffectPanel({ journey }: { journey: Journey }) {
  const t = useT();
  const may = useMay();
  if (journey.version === 0) return <><Empty title={t('journeys.effect.draft')}>{t('journeys.effect.draft.why')}</Empty><Promised journey={journey} /></>;
  return (
    <>
      {may('insight.read') && <Proven journey={journey} />}
      <Heard journey={journey} />
      <Promised journey={journey} />
    </>
  );
}

/** Without a comparison there is no lift, and none is shown. */
function Proven({ journey }: { journey: Journey }) {
  const t = useT();
  if (journey.experimentId === null || (journey.holdOut === 0 && journey.totals.control === 0)) return <Notice tone="warn">{t('journeys.effect.noControl', { entered: journey.totals.entered })}</Notice>;
  return <Measured id={journey.experimentId} />;
}

function Measured({ id }: { id: string }) {
  const t = useT();
  const { day } = useFormats();
  const experiment = useQuery(experimentQuery(id)), result = useQuery(resultQuery(id));
  const error = experiment.error ?? result.error;
  if (error && !result.data) return <Failure error={error} onRetry={() => { void experiment.refetch(); void result.refetch(); }} />;
  if (!experiment.data || !result.data) return <Skeleton height={320} />;
  const [one] = result.data.comparisons;
  if (!one?.effect) return <>{result.data.ratio?.isMismatch ? <Mismatch result={result.data} /> : <Notice>{t('journeys.effect.early')}</Notice>}</>;
  return (
    <PeopleBehind token={experiment.data.token}>
      <p className="lead effect-says">{t('experiments.says', { buyers: t(`experiment.verdict.buyers.${one.buyers.finding ?? one.buyers.verdict}`), profit: t(`experiment.verdict.profit.${one.profit.finding ?? one.profit.verdict}`) })}</p>
      <p className="grey small">{t('journeys.effect.window', { days: experiment.data.plan.windowDays, asOf: day(result.data.asOf) })} <Anchor to={paths.experiment(id)}>{t('journeys.effect.experiment')}</Anchor></p>
      <Findings result={result.data} />
    </PeopleBehind>
  );
}

function Findings({ result }: { result: ResultDetail }) {
  const t = useT();
  const isOnly = result.comparisons.length === 1;
  return (
    <>
      {result.ratio?.isMismatch && <Mismatch result={result} />}
      {result.comparisons.map((one) => <Verdicts key={one.arm} comparison={one} result={result} isOnly={isOnly} />)}
      {result.comparisons.map((one) => one.net && <Waterfall key={one.arm} comparison={one} isOnly={isOnly} name={one.arm} />)}
      <DaysChart result={result} />
      <Arms result={result} />
      <Guardrails result={result} />
      {result.report && <EffectReport report={result.report} arms={result.arms} />}
      {result.merged > 0 && <Section><p className="grey">{t('experiments.merged', { people: result.merged })}</p></Section>}
    </>
  );
}

/** The groups are not as drawn: something took people out of one of them, and nothing can be compared. */
function Mismatch({ result: { ratio } }: { result: ResultDetail }) {
  const t = useT();
  const { count } = useFormats();
  return <Notice tone="act">{t('experiments.mismatch', { seen: (ratio?.arms ?? []).map(({ customers }) => count(customers)).join(' / '), expected: (ratio?.arms ?? []).map(({ expected }) => count(expected)).join(' / ') })}</Notice>;
}
