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
import { flowQuery, type Overview, overviewQuery } from './lifecycleQueries.ts';
import { PeriodChart } from './PeriodChart.tsx';
import { StageColumns } from './StageColumns.tsx';
import './lifecycle.css';

export default function LifecyclePage() {
  const t = useT();
  const [filters] = useFilters();
  const overview = useQuery(overviewQuery({ shop: filters['shop'] }));
  const { data } = overview;
  return (
    <Page title={t('lifecycle.title')} lead={data && data.total > 0 ? <Lead overview={data} /> : undefined}>
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
  const { verdict, noChurn, stages, comparedTo } = overview;
  return (
    <>
      <Notice tone={verdict.code === 'calibrated' ? 'note' : 'warn'}>
        <span className="strong">{t(`verdict.${verdict.code}`)}</span> · {noChurn ? t(`no_churn.${noChurn}`) : t(`verdict.${verdict.code}.why`, verdict.params)}
      </Notice>
      <StageColumns stages={stages} />
      <p className="grey small">{t('lifecycle.compared', { day: day(comparedTo) })}</p>
      <Section title={t('lifecycle.flow')} actions={<Anchor to={paths.flow()}>{t('lifecycle.flow.more')}</Anchor>}><LastFlow /></Section>
      <Section><PeriodChart /></Section>
    </>
  );
}

function LastFlow() {
  const { shortDay } = useFormats();
  const [{ shop }] = useFilters();
  const flow = useQuery(flowQuery({ shop }));
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
