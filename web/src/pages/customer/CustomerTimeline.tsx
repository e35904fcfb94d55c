import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { isKnown, type Speak, useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { useCurrency } from '../../lib/session.ts';
import { Choices } from '../../ui/Choices.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Failure, Skeleton } from '../../ui/States.tsx';
import { type Moment, Timeline } from '../../ui/Timeline.tsx';
import { taskWords } from '../tasks/tasksQueries.ts';
import { type TimelineEntry, timelineQuery } from './customerQueries.ts';
import { OrderPanel } from './OrderPanel.tsx';

/** What is asked for most stands first. */
const FIRST = ['order', 'refund', 'event', 'note'];
const placeOf = (kind: string): number => (FIRST.includes(kind) ? FIRST.indexOf(kind) : FIRST.length);

/** One timeline of everything, filtered by kind, newest first; an order opens with its lines. */
export function CustomerTimeline({ id }: { id: string }) {
  const t = useT();
  const [filters, change] = useFilters();
  const [order, setOrder] = useState<string | null>(null);
  const kind = filters['kind'] ?? '';
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery(timelineQuery(id, kind));
  const moments = useMoments(data?.pages.flatMap(({ rows }) => rows) ?? [], setOrder);
  const kinds = [...(data?.pages[0]?.kinds ?? [])].sort((a, b) => placeOf(a) - placeOf(b));
  return (
    <div className="stack">
      <Choices label={t('customer.timeline')} options={['', ...kinds].map((one) => ({ key: one, label: t(one ? `timeline.kind.${one}` : 'customer.timeline.all') }))} value={kind} onChoose={(one) => change({ kind: one })} />
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : !data ? <Skeleton lines={8} /> : moments.length === 0 ? <p className="grey">{t('customer.timeline.none')}</p> : <Timeline moments={moments} />}
      {hasNextPage && <div><Button size="small" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t('customer.timeline.older')}</Button></div>}
      <OrderPanel link={order} onClose={() => setOrder(null)} />
    </div>
  );
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What happened, in words: an event by its name, everything else by its code. */
function titleOf(t: Speak, { kind, code, params }: TimelineEntry): string {
  if (kind === 'task') return taskWords(t, { code, params });
  const event = textOf(params['event']);
  const shown = { ...params, event: isKnown(`event.${event}`) ? t(`event.${event}`) : event };
  return isKnown(code) ? t(code, shown) : `${code} ${textOf(params['reference'])}`;
}

/** Where it happened, with what, and who wrote it. */
function detailOf({ params }: TimelineEntry): string {
  const properties = (params['properties'] ?? {}) as Record<string, unknown>;
  const product = [properties['product'], properties['category']].map(textOf).find((text) => text !== '');
  const codes = Array.isArray(params['codes']) ? params['codes'].map((code) => `#${String(code)}`).join(' ') : '';
  return [codes, product, textOf(params['shop']), textOf(params['url']), textOf(params['author'])].filter(Boolean).join(' · ');
}

const REACH = new Set(['timeline.reach', 'timeline.reach_reason']);
/** Of a message of ours: what it was for, who wanted it, what was heard back. */
function reachDetail(t: Speak, { params }: TimelineEntry): string {
  const word = (prefix: string, name: string): string => { const key = `${prefix}.${textOf(params[name])}`; return isKnown(key) ? t(key) : ''; };
  return [word('message.purpose', 'purpose'), word('decisions.source', 'source'), word('message.receipt', 'receipt')].filter(Boolean).join(' · ');
}

/** A message that failed or was stopped is told apart by its colour as well as by its words. */
const marked = (title: string, { params }: TimelineEntry) => <><span className={['failed', 'refused', 'unknown'].includes(textOf(params['state'])) ? 'moment-mark ochre' : 'moment-mark'}><Icon name="engage" size={16} /></span>{title}</>;

function useMoments(entries: readonly TimelineEntry[], open: (link: string) => void): Moment[] {
  const t = useT();
  const { money } = useFormats();
  const currency = useCurrency();
  return entries.map((entry) => {
    const { id, at, kind, link, params } = entry;
    const amount = params['amountMinor'];
    const title = titleOf(t, entry);
    return {
      id, day: at.slice(0, 10), time: at, kind, muted: kind === 'event', detail: REACH.has(entry.code) ? reachDetail(t, entry) : detailOf(entry),
      title: kind === 'order' && link ? <button type="button" className="plain link" onClick={() => open(link)}>{title}</button> : REACH.has(entry.code) ? marked(title, entry) : title,
      ...(typeof amount === 'number' && kind !== 'event' ? { amount: money(kind === 'refund' ? -Math.abs(amount) : amount, currency) } : {}),
    };
  });
}
