import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useFilters, useGo } from '../../lib/location.tsx';
import { useCurrency, useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { Choices } from '../../ui/Choices.tsx';
import { type Column, DataTable, Pager } from '../../ui/DataTable.tsx';
import { Page } from '../../ui/Page.tsx';
import { StageBadge } from '../../ui/StageBadge.tsx';
import { Empty } from '../../ui/States.tsx';
import { usePages } from '../../ui/usePages.ts';
import { shownRange } from '../experiments/ExperimentsPage.tsx';
import { approvalsQuery, effectsQuery, fetchJourneys, type JourneyRow, PAGE_SIZE, STATES } from './journeyQueries.ts';
import { NewJourney } from './NewJourney.tsx';
import { StateActions } from './StateActions.tsx';
import { StateWord } from './StateWord.tsx';
import '../experiments/experiments.css';
import './journeys.css';

const NEW = 'new';

/** Every journey: who is inside, what it brought, and what may be done with it. */
export default function JourneysPage() {
  const t = useT();
  const go = useGo();
  const may = useMay();
  const [filters, change] = useFilters();
  const state = STATES.find((one) => one === filters['state']);
  const pages = usePages<JourneyRow>(['journeys', 'list', state ?? ''], (cursor, signal) => fetchJourneys(state, cursor, signal));
  const { data, error, refetch, isPlaceholderData } = pages.query;
  const columns = useColumns();
  const add = may('engage.write') && <Button type="primary" onClick={() => change({ panel: NEW })}>{t('journeys.new')}</Button>;
  const empty = state ? <Empty title={t('journeys.empty.state', { state: t(`journeys.state.${state}`) })} /> : <Empty title={t('journeys.empty')} action={add}>{t('journeys.empty.why')}</Empty>;
  return (
    <Page title={t('nav.engage.journeys')} lead={<Lead rows={data?.rows} />} actions={add}>
      <Choices label={t('journeys.state')} options={[{ key: '', label: t('journeys.state.all') }, ...STATES.map((key) => ({ key, label: t(`journeys.state.${key}`) }))]} value={state ?? ''} onChoose={(key) => change({ state: key || null })} />
      <div className="journeys-table">
        <DataTable name="journeys" caption={t('nav.engage.journeys')} columns={columns} rows={data?.rows} rowKey={({ id }) => id} error={error} onRetry={() => void refetch()} dimmed={isPlaceholderData} onOpen={({ id }) => go(paths.journey(id))} expectedRows={6} empty={empty} />
      </div>
      {data && (data.next !== null || pages.page > 0) && <Pager pages={pages} size={PAGE_SIZE} noun="journeys.count" />}
      <NewJourney open={may('engage.write') && filters['panel'] === NEW} onClose={() => change({ panel: null })} />
    </Page>
  );
}

/** How many run, how many people are inside, and what waits for a yes. */
function Lead({ rows }: { rows: readonly JourneyRow[] | undefined }) {
  const t = useT();
  const { data } = useQuery(approvalsQuery({ open: 'true' }));
  if (!rows || rows.length === 0) return <>{t('journeys.lead.none')}</>;
  const live = rows.filter(({ state }) => state === 'live'), waiting = data?.rows.length ?? 0;
  return (
    <>
      {t('journeys.lead', { live: live.length, paused: rows.filter(({ state }) => state === 'paused').length, inside: rows.reduce((sum, { totals }) => sum + totals.inside, 0) })}
      {waiting > 0 && <> <Anchor to={paths.approvals()}>{t('journeys.lead.waiting', { count: waiting })}</Anchor></>}
    </>
  );
}

function useColumns(): Column<JourneyRow>[] {
  const t = useT();
  const may = useMay();
  const { count, moment } = useFormats();
  return [
    {
      key: 'name', title: t('journeys.name'), phone: 'head',
      cell: ({ id, name, stage, description }) => <span className="journey-name"><Anchor className="customer-name" to={paths.journey(id)} tabIndex={-1}>{name}</Anchor><span className="grey small row">{stage && <StageBadge stage={stage as 'active'} />}{description}</span></span>,
    },
    { key: 'state', title: t('journeys.state'), phone: 'aside', cell: ({ state }) => <StateWord state={state} /> },
    { key: 'entered', title: t('journeys.entered'), numeric: true, cell: ({ totals }) => count(totals.entered) },
    { key: 'inside', title: t('journeys.inside'), numeric: true, cell: ({ id, totals }) => (totals.inside > 0 ? <Anchor to={paths.journey(id, { view: 'people', status: 'inside' })} tabIndex={-1}>{count(totals.inside)}</Anchor> : '0') },
    { key: 'goal', title: t('journeys.goal'), numeric: true, cell: ({ totals }) => count(totals.goal) },
    ...(may('insight.read') ? [{ key: 'lift', title: t('journeys.lift'), cell: (row: JourneyRow) => <Lift row={row} /> }] : []),
    { key: 'changed', title: t('journeys.changed'), cell: ({ changedAt, ownerName }) => <span className="journey-changed"><span className="nowrap">{moment(changedAt)}</span><span className="grey small">{ownerName || t('journeys.owner.program')}</span></span> },
    ...(may('engage.write') ? [{ key: 'actions', title: <span className="unseen">{t('journeys.actions')}</span>, cell: (row: JourneyRow) => <StateActions journey={row} asMenu /> }] : []),
  ];
}

/** What the journey's experiment found in money, never without its verdict. */
function Lift({ row }: { row: JourneyRow }) {
  const t = useT();
  const { moneyRound } = useFormats();
  const currency = useCurrency();
  const { data } = useQuery({ ...effectsQuery, enabled: row.experimentId !== null });
  if (row.experimentId === null) return <span className="grey">—</span>;
  if (row.holdOut === 0) return <span className="grey">{t('journeys.lift.none')}</span>;
  const [one] = data?.rows.find(({ id }) => id === row.experimentId)?.result?.comparisons ?? [];
  if (!one) return <span className="grey">{data ? t('journeys.lift.early') : '…'}</span>;
  const range = shownRange(one.net);
  return (
    <span className="verdicts">
      {one.net && <span><span className="strong">{moneyRound(one.net.value, currency)}</span> <span className="grey small nowrap">{moneyRound(range.low, currency)} … {moneyRound(range.high, currency)}</span></span>}
      <span className={`x-verdict small ${one.profit.finding ?? one.profit.verdict}`}>{t(`experiment.verdict.profit.${one.profit.finding ?? one.profit.verdict}`)}</span>
    </span>
  );
}
