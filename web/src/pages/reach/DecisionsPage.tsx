import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Paged } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useFilters } from '../../lib/location.tsx';
import { paths } from '../../paths.ts';
import { Bars } from '../../ui/Bars.tsx';
import { type Column, DataTable, Pager } from '../../ui/DataTable.tsx';
import { Notice } from '../../ui/Figure.tsx';
import { Page, Section } from '../../ui/Page.tsx';
import { Empty } from '../../ui/States.tsx';
import { usePages } from '../../ui/usePages.ts';
import { DecisionPanel } from './DecisionPanel.tsx';
import { DecisionsFilter, spanOf } from './DecisionsFilter.tsx';
import { DecisionWords, MessageWords, PersonName, ReceiptWord } from './DecisionWords.tsx';
import { type Counts, countsQuery, type Decision } from './reachQueries.ts';
import { useChannelWord, useReasonName } from './useReason.ts';
import './reach.css';

const PAGE_SIZE = 50;
const BARS = 8;
export type Filters = Readonly<Record<string, string>>;

/** Every message and person: sent, waiting or not sent, and why; reasons counted on top. */
export default function DecisionsPage() {
  const t = useT();
  const [filters, change] = useFilters();
  const { state, channel, reason, customer, source } = filters, span = spanOf(filters);
  // Counts are of the whole ledger, or of one source; about one person there is only the list.
  const counts = useQuery({ ...countsQuery({ source, ...span }), enabled: customer === undefined });
  const asked = { state, channel, reason, customer, source, ...span };
  const pages = usePages(['reach', 'decisions', asked], (cursor, signal) => api.get<Paged<Decision>>('/reach/decisions', { ...asked, limit: PAGE_SIZE, cursor }, signal));
  const [open, setOpen] = useState<string | null>(null);
  const narrowed = Object.values({ state, channel, reason, customer, source }).some(Boolean);
  const { data, error, refetch, isPlaceholderData } = pages.query;
  const columns = useColumns();
  return (
    <Page title={t('nav.engage.decisions')} lead={<Lead counts={counts.data} period={filters['period'] ?? '28'} />}>
      {counts.data && counts.data.unknown > 0 && <Notice tone="warn">{t('decisions.unknown', { count: counts.data.unknown })}</Notice>}
      {counts.data && <Reasons counts={counts.data} filters={filters} />}
      <Section title={t('decisions.list')}>
        <DecisionsFilter filters={filters} change={change} reasons={counts.data?.reasons.map((one) => one.reason) ?? []} />
        <DataTable
          name="decisions" caption={t('nav.engage.decisions')} columns={columns} rows={data?.rows} rowKey={({ id }) => id} onOpen={({ id }) => setOpen(id)} error={error} onRetry={() => void refetch()} dimmed={isPlaceholderData}
          empty={narrowed || filters['period'] !== 'all' ? <Empty title={t('decisions.none.fit')}>{t('decisions.none.why')}</Empty> : <Empty title={t('decisions.none')}>{t('decisions.none.why')}</Empty>}
        />
        <Pager pages={pages} size={PAGE_SIZE} noun="decisions.lines" />
      </Section>
      <DecisionPanel id={open} onClose={() => setOpen(null)} />
    </Page>
  );
}

const sumOf = (counts: Counts, states: readonly string[]): number => counts.states.reduce((sum, one) => sum + (states.includes(one.state) ? one.count : 0), 0);

function Lead({ counts, period }: { counts: Counts | undefined; period: string }) {
  const t = useT();
  if (!counts || counts.total === 0) return <>{t('decisions.lead.empty')}</>;
  return <>{t('decisions.lead', { total: counts.total, sent: sumOf(counts, ['accepted', 'unknown']), stopped: sumOf(counts, ['refused', 'failed', 'withdrawn']), waiting: sumOf(counts, ['waiting', 'deferred', 'sending']), period: t(`decisions.period.${period}`) })}</>;
}

/** What stopped messages, the most first; each leads to its lines. */
function Reasons({ counts, filters }: { counts: Counts; filters: Filters }) {
  const t = useT();
  const name = useReasonName();
  const reasons = counts.reasons.filter(({ state }) => state !== 'accepted').slice(0, BARS);
  if (reasons.length === 0) return null;
  return (
    <Section title={t('decisions.reasons')} note={t('decisions.reasons.note')}>
      <div className="reach-bars">
        <Bars bars={reasons.map(({ state, reason, count }) => {
          const waits = state === 'deferred' || state === 'waiting';
          return { key: `${state} ${reason}`, label: waits ? t('decisions.reasons.waits', { reason: name(reason) }) : name(reason), value: count, shown: t('decisions.shown', { count }), to: paths.decisions({ ...filters, state, reason }), ...(waits ? { colour: 'var(--holdout)' } : {}) };
        })} />
      </div>
    </Section>
  );
}

function useColumns(): Column<Decision>[] {
  const t = useT();
  const { moment } = useFormats();
  const channelWord = useChannelWord();
  return [
    { key: 'at', title: t('decisions.at'), phone: 'aside', width: 140, cell: ({ sentAt, decidedAt, createdAt }) => <span className="grey nowrap">{moment(sentAt ?? decidedAt ?? createdAt)}</span> },
    { key: 'person', title: t('decisions.person'), phone: 'head', cell: (line) => <Anchor to={paths.customer(line.customer)} className="customer-name"><PersonName of={line} /></Anchor> },
    { key: 'message', title: t('decisions.message'), cell: (line) => <MessageWords of={line} /> },
    { key: 'channel', title: t('decisions.channel'), cell: ({ channel, asked }) => channelWord(channel ?? asked) },
    { key: 'decision', title: t('decisions.decision'), cell: (line) => <DecisionWords of={line} /> },
    { key: 'receipt', title: t('decisions.receipt'), cell: ({ receipt }) => <ReceiptWord of={receipt} /> },
  ];
}
