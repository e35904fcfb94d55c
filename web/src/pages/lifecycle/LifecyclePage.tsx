import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useFilters, useGo } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { Notice } from '../../ui/Figure.tsx';
import { Page, Section } from '../../ui/Page.tsx';
import { Sankey } from '../../ui/Sankey.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { WhenSeen } from '../../ui/WhenSeen.tsx';
import { flowQuery, matrixQuery, type Overview, overviewQuery, type Report, scopeIn, verdictOf } from './lifecycleQueries.ts';
import { LadderBars } from './LadderBars.tsx';
import { Lifetime } from './Lifetime.tsx';
import { LifetimeCohorts } from './LifetimeCohorts.tsx';
import { PeriodChart } from './PeriodChart.tsx';
import { StageColumns } from './StageColumns.tsx';
import './lifecycle.css';

export default function LifecyclePage() {
  const t = useT();
  const [filters] = useFilters();
  const overview = useQuery(overviewQuery(scopeIn(filters)));
  const { data } = overview;
  const go = useGo();
  const risky = data?.stages.find(({ stage }) => stage === 'at_risk')?.customers ?? 0;
  return (
    <Page title={t('lifecycle.title')} lead={data && data.total > 0 ? <Lead overview={data} /> : undefined} actions={risky > 0 && <Button type="primary" onClick={() => go(paths.customers({ stage: 'at_risk' }))}>{t('lifecycle.risky', { count: risky })}</Button>}>
      <Loaded query={overview} skeleton={<><Skeleton height={320} /><Skeleton lines={6} /></>}>
        {(known) => (known.total === 0 ? <NoStages /> : <Stages overview={known} />)}
      </Loaded>
    </Page>
  );
}

/** One sentence that answers: who is slipping away, and how that changed. */
function Lead({ overview: { stages, total } }: { overview: Overview }) {
  const t = useT();
  const { percent } = useFormats();
  const slipping = stages.filter(({ stage }) => stage === 'declining' || stage === 'at_risk');
  const now = slipping.reduce((sum, { customers }) => sum + customers, 0);
  const before = slipping.reduce((sum, line) => sum + line.before, 0);
  return <>{t('lifecycle.lead', { count: now, share: percent(now / total), change: Math.abs(now - before), way: now > before ? 'more' : now < before ? 'fewer' : 'same' })}</>;
}

function Stages({ overview }: { overview: Overview }) {
  const t = useT();
  const { day } = useFormats();
  const matrix = useQuery(matrixQuery);
  const { report, comparedWith, churnedThen } = overview;
  return (
    <>
      {report && <Verdict report={report} then={churnedThen} />}
      <StageColumns overview={overview} matrix={matrix.data} />
      <p className="grey small stage-note">{t('lifecycle.compared', { day: day(comparedWith) })}</p>
      <Section title={t('lifecycle.flow')} actions={<Anchor to={paths.flow()}>{t('lifecycle.flow.more')}</Anchor>}><LastFlow /></Section>
      <WhenSeen height={420}><Section><PeriodChart /></Section></WhenSeen>
      <WhenSeen height={320}><Section title={t('lifecycle.ladder')}><LadderBars /></Section></WhenSeen>
      <WhenSeen height={420}><Section><Lifetime /></Section></WhenSeen>
      <WhenSeen height={420}><Section><LifetimeCohorts /></Section></WhenSeen>
    </>
  );
}

/** What the label 流失 is worth: judged on past days, and by those called churned three months ago. */
function Verdict({ report, then }: { report: Report; then: Overview['churnedThen'] }) {
  const t = useT();
  const { percent } = useFormats();
  const { word, why, params } = verdictOf(report);
  return (
    <Notice tone={report.verdict === 'calibrated' ? 'note' : 'warn'}>
      <span className="strong">{t(word)}</span> · {t(why, params)}
      {then.share !== null && <> {t('lifecycle.then', { called: then.called, share: percent(then.share, 0) })}</>}
    </Notice>
  );
}

function LastFlow() {
  const { shortDay } = useFormats();
  const [filters] = useFilters();
  const flow = useQuery(flowQuery(scopeIn(filters)));
  return (
    <Loaded query={flow} skeleton={<Skeleton height={420} />}>
      {({ cells, from, to }) => <Sankey flows={cells.map(({ customers, ...way }) => ({ ...way, count: customers }))} before={shortDay(from)} after={shortDay(to)} />}
    </Loaded>
  );
}

function NoStages() {
  const t = useT();
  const go = useGo();
  const may = useMay();
  return <Empty title={t('lifecycle.empty')} action={may('imports.write') && <Button type="primary" onClick={() => go(paths.imports())}>{t('customers.import')}</Button>}>{t('lifecycle.empty.why')}</Empty>;
}
