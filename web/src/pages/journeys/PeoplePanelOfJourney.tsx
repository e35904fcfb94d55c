import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useFilters } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { Choices } from '../../ui/Choices.tsx';
import { type Column, DataTable, Pager } from '../../ui/DataTable.tsx';
import { Empty } from '../../ui/States.tsx';
import { usePages } from '../../ui/usePages.ts';
import { AddPeople } from './AddPeople.tsx';
import { type Enrolment, fetchPeople, type Journey, PAGE_SIZE, STATUSES } from './journeyQueries.ts';
import { PathPanel } from './PathPanel.tsx';
import { useEnrolledName } from './useEnrolledName.ts';
import { useStepName } from './useStepName.ts';
import './journeys.css';

/** Who is or was in a journey, where they stand, and the way each of them went. */
export function PeoplePanelOfJourney({ journey }: { journey: Journey }) {
  const t = useT();
  const may = useMay();
  const [filters, change] = useFilters();
  const status = STATUSES.find((one) => one === filters['status']), node = filters['at'];
  const pages = usePages<Enrolment>(['journeys', 'people', journey.id, status ?? '', node ?? ''], (cursor, signal) => fetchPeople(journey.id, { status, node }, cursor, signal));
  const { data, error, refetch, isPlaceholderData } = pages.query;
  const columns = useColumns(journey);
  const step = useStepName(journey);
  const canAdd = may('engage.write') && journey.state === 'live' && journey.byHand;
  return (
    <div className="stack">
      <div className="spread">
        <Choices label={t('journeys.people.status')} options={[{ key: '', label: t('journeys.state.all') }, ...STATUSES.map((key) => ({ key, label: t(`journeys.status.${key}`) }))]} value={status ?? ''} onChoose={(key) => change({ status: key || null })} />
        {canAdd && <AddPeople journey={journey} />}
      </div>
      {node && <p className="row">{t('journeys.people.at', { step: step(node) })} <button type="button" className="plain link" onClick={() => change({ at: null })}>{t('journeys.people.everywhere')}</button></p>}
      <DataTable
        name="journey-people" caption={t('journeys.people')} columns={columns} rows={data?.rows} rowKey={({ id }) => id} error={error} onRetry={() => void refetch()} dimmed={isPlaceholderData} onOpen={({ id }) => change({ enrolment: id })}
        empty={<Empty title={t(status || node ? 'journeys.people.none.fit' : 'journeys.people.none')}>{journey.state === 'draft' ? t('journeys.people.none.draft') : undefined}</Empty>}
      />
      {data && (data.next !== null || pages.page > 0) && <Pager pages={pages} size={PAGE_SIZE} noun="kit.pager.people" />}
      <PathPanel journey={journey} enrolment={filters['enrolment'] ?? null} onClose={() => change({ enrolment: null })} />
    </div>
  );
}

function useColumns(journey: Journey): Column<Enrolment>[] {
  const t = useT();
  const { moment } = useFormats();
  const step = useStepName(journey);
  const nameOf = useEnrolledName();
  return [
    { key: 'person', title: t('decisions.person'), phone: 'head', cell: (row) => <Anchor className="customer-name" to={paths.customer(row.customer)} tabIndex={-1}>{nameOf(row)}</Anchor> },
    { key: 'status', title: t('journeys.people.status'), phone: 'aside', cell: ({ status, arm }) => <span className="nowrap"><span className={status === 'inside' ? 'journey-live' : status === 'goal' ? 'strong' : undefined}>{t(`journeys.status.${status}`)}</span>{arm === 'control' && <span className="grey"> · {t('journeys.people.control')}</span>}</span> },
    { key: 'step', title: t('journeys.people.step'), cell: ({ node, status }) => (status === 'inside' ? <span className="journey-step">{step(node)}</span> : <span className="grey">—</span>) },
    ...(journey.draft.key ? [{ key: 'key', title: journey.draft.key, cell: ({ key }: Enrolment) => key || '—' }] : []),
    { key: 'entered', title: t('journeys.people.entered'), cell: ({ enteredAt }) => <span className="nowrap">{moment(enteredAt)}</span> },
    { key: 'next', title: t('journeys.people.next'), cell: ({ status, dueAt, endedAt }) => <span className="grey nowrap">{status === 'inside' ? t('journeys.people.due', { at: moment(dueAt) }) : moment(endedAt)}</span> },
  ];
}
