import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { Page } from '../../ui/Page.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { Empty } from '../../ui/States.tsx';
import { type Metrics, metricsQuery } from '../insight/insightQueries.ts';
import { MetricDetail } from './MetricDetail.tsx';
import '../insight/insight.css';

type Row = Metrics['rows'][number];

/** Every figure the product shows: what it counts, in which version, since when. */
export default function MetricsPage() {
  const t = useT();
  const { day } = useFormats();
  const [filters, change] = useFilters();
  const { data, error, refetch } = useQuery(metricsQuery);
  const open = data?.rows.find(({ id }) => id === filters['id']);
  const columns: Column<Row>[] = [
    { key: 'name', title: t('insight.metric.name'), phone: 'head', cell: ({ name }) => name },
    { key: 'sentence', title: t('insight.metric.sentence'), cell: ({ sentence }) => <span className="wrap-words">{sentence}</span> },
    { key: 'unit', title: t('insight.metric.unit'), cell: ({ unit }) => t(`insight.unitname.${unit}`) },
    { key: 'version', title: t('insight.metric.version'), numeric: true, phone: 'aside', cell: ({ version }) => String(version) },
    { key: 'since', title: t('insight.metric.since'), cell: ({ madeOn }) => (madeOn ? day(madeOn) : t('insight.metric.builtin')) },
    { key: 'owner', title: t('insight.metric.owner'), cell: ({ owner }) => (owner === 'perennial' ? t('settings.audit.kind.system') : owner || '—') },
  ];
  return (
    <Page title={t('nav.insight.metrics')} lead={t('insight.metrics.lead', { count: data?.rows.length ?? 0 })}>
      <DataTable name="metrics" caption={t('nav.insight.metrics')} columns={columns} rows={data?.rows} rowKey={({ id }) => id} error={error} onRetry={() => void refetch()} onOpen={({ id }) => change({ id }, { push: true })} empty={<Empty title={t('insight.empty')} />} />
      <SidePanel open={open !== undefined} onClose={() => change({ id: null })} title={open?.name ?? ''}>{open && <MetricDetail id={open.id} />}</SidePanel>
    </Page>
  );
}
