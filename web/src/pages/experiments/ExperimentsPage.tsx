import { Button } from 'antd';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useGo } from '../../lib/location.tsx';
import { useCurrency, useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { type Column, DataTable, Pager } from '../../ui/DataTable.tsx';
import { WhyButton } from '../../ui/Figure.tsx';
import { Page } from '../../ui/Page.tsx';
import { Empty } from '../../ui/States.tsx';
import { usePages } from '../../ui/usePages.ts';
import { IntervalMark, rangeOf } from './IntervalMark.tsx';
import { type Comparison, type ExperimentRow, fetchExperiments, PAGE_SIZE } from './experimentsQueries.ts';
import { Scorecard } from './Scorecard.tsx';
import { usePoints } from './usePoints.ts';
import './experiments.css';

const first = ({ result }: ExperimentRow): Comparison | undefined => result?.comparisons[0];
const treatedOf = ({ arms }: ExperimentRow): number => arms.reduce((sum, { arm, customers }) => sum + (arm === 'control' ? 0 : customers), 0);
const costOf = ({ result }: ExperimentRow): number | null => (result ? result.arms.reduce((sum, { couponMinor, messageMinor }) => sum + couponMinor + messageMinor, 0) : null);

/** Everything that was tried, against a control each: what it brought, what it cost, and what of it is proven. */
export default function ExperimentsPage() {
  const t = useT();
  const go = useGo();
  const may = useMay();
  const pages = usePages<ExperimentRow>(['experiments', 'list'], fetchExperiments);
  const { data, error, refetch } = pages.query;
  const rows = data?.rows;
  const columns = useColumns(rows ?? []);
  const add = may('insight.write') && <Button type="primary" onClick={() => go(paths.newExperiment())}>{t('experiments.new')}</Button>;
  const judged = (rows ?? []).filter(({ result }) => result?.phase === 'settled');
  const proven = (what: 'buyers' | 'profit'): number => judged.filter((row) => first(row)?.[what].verdict === 'proven_up').length;
  return (
    <Page title={t('nav.insight.experiments')} lead={<>{rows && judged.length > 0 ? t('experiments.lead', { count: judged.length, buyers: proven('buyers'), profit: proven('profit') }) : t('experiments.lead.none')} <WhyButton label={t('nav.insight.experiments')} definition={t('experiments.why')} /></>} actions={rows && rows.length > 0 && add}>
      <div className="experiments-table">
        <DataTable name="experiments" caption={t('nav.insight.experiments')} columns={columns} rows={rows} rowKey={({ id }) => id} error={error} onRetry={() => void refetch()} onOpen={({ id }) => go(paths.experiment(id))} expectedRows={6} empty={<Empty title={t('experiments.empty')} action={add}>{t('experiments.empty.why')}</Empty>} />
      </div>
      {data && (data.next !== null || pages.page > 0) && <Pager pages={pages} size={PAGE_SIZE} />}
      <Scorecard />
    </Page>
  );
}

function useColumns(rows: readonly ExperimentRow[]): Column<ExperimentRow>[] {
  const t = useT();
  const { count, day, shortDay, moneyRound } = useFormats();
  const currency = useCurrency();
  const range = rangeOf(rows.flatMap((row) => { const { effect } = first(row) ?? {}; return effect ? [effect.interval] : []; }));
  const said = (row: ExperimentRow, what: 'buyers' | 'profit') => { const one = first(row)?.[what]; return one && <span className={`x-verdict ${one.verdict}`}>{t(`experiment.verdict.${what}.${one.verdict}`)}</span>; };
  return [
    { key: 'name', title: t('experiments.name'), phone: 'head', cell: (row) => <span className="experiment-name"><Anchor className="customer-name" to={paths.experiment(row.id)} tabIndex={-1}>{row.name}</Anchor><span className="grey small">{t(`experiments.phase.${row.phase}`)} · {day(row.startsOn)} – {shortDay(row.lastDay)}</span></span> },
    { key: 'treated', title: t('experiments.treated'), numeric: true, cell: (row) => (row.arms.length > 0 ? count(treatedOf(row)) : '—') },
    { key: 'control', title: t('experiments.control'), numeric: true, cell: ({ arms }) => count(arms.find(({ arm }) => arm === 'control')?.customers ?? null) },
    { key: 'lift', title: t('experiments.difference'), cell: (row) => <Difference comparison={first(row)} range={range} /> },
    { key: 'extra', title: t('experiments.extra'), numeric: true, cell: (row) => count(first(row)?.extraBuyers?.value ?? null) },
    { key: 'cost', title: t('experiments.cost'), numeric: true, cell: (row) => moneyRound(costOf(row), currency) },
    { key: 'net', title: t('experiments.net'), numeric: true, cell: (row) => <span className="net-cell"><span className="strong">{moneyRound(first(row)?.net?.value ?? null, currency)}</span>{first(row)?.net && <span className="grey small nowrap">{moneyRound(shownRange(first(row)?.net).low, currency)} … {moneyRound(shownRange(first(row)?.net).high, currency)}</span>}</span> },
    { key: 'verdict', title: t('experiments.verdict'), cell: (row) => (row.result ? <span className="verdicts">{said(row, 'buyers')}{said(row, 'profit')}</span> : <span className="grey">{t('experiments.verdict.draft')}</span>) },
  ];
}

type Range = { low: number; high: number };

/** The difference with its interval, every row on one scale. */
function Difference({ comparison, range }: { comparison: Comparison | undefined; range: Range }) {
  const t = useT();
  const points = usePoints();
  if (!comparison?.effect) return <span className="grey">—</span>;
  const { difference, interval } = comparison.effect;
  return <span className="difference-cell"><span className="strong nowrap">{points(difference)}</span><IntervalMark value={difference} interval={interval} range={range} verdict={comparison.buyers.verdict} label={t('experiments.interval.of', { low: points(interval.low), high: points(interval.high) })} width={120} /></span>;
}

/** The interval as it is printed where there is one, else as computed. */
export const shownRange = (net: Comparison['net'] | undefined): Range => net?.printed ?? net ?? { low: 0, high: 0 };
