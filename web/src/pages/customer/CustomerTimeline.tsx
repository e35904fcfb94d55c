import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useFormats } from '../../lib/format.ts';
import { isKnown, type Speak, useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { useCurrency } from '../../lib/session.ts';
import { Choices } from '../../ui/Choices.tsx';
import { Failure, Skeleton } from '../../ui/States.tsx';
import { type Moment, Timeline } from '../../ui/Timeline.tsx';
import { type TimelineEntry, timelineQuery } from './customerQueries.ts';

const KINDS = ['order', 'stage', 'event', 'service', 'note', 'profile'] as const;

/** One timeline of everything, filtered by kind, newest first. */
export function CustomerTimeline({ id }: { id: string }) {
  const t = useT();
  const [filters, change] = useFilters();
  const kind = filters['kind'] ?? '';
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery(timelineQuery(id, kind));
  const moments = useMoments(data?.pages.flatMap(({ rows }) => rows) ?? []);
  return (
    <div className="stack">
      <Choices label={t('customer.timeline')} options={['', ...KINDS].map((one) => ({ key: one, label: t(one ? `timeline.${one}` : 'customer.timeline.all') }))} value={kind} onChoose={(one) => change({ kind: one })} />
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : !data ? <Skeleton lines={8} /> : moments.length === 0 ? <p className="grey">{t('customer.timeline.none')}</p> : <Timeline moments={moments} />}
      {hasNextPage && <div><Button size="small" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t('customer.timeline.older')}</Button></div>}
    </div>
  );
}

/** Codes of the server in words; stages and amounts among their facts are worded and written first. */
function wordsOf(t: Speak, { code, params }: TimelineEntry): string {
  const shown = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, typeof value === 'string' && isKnown(`${name === 'from' || name === 'to' ? 'stage' : name}.${value}`) ? t(`${name === 'from' || name === 'to' ? 'stage' : name}.${value}`) : value]));
  return isKnown(code) ? t(code, shown) : code;
}

function useMoments(entries: readonly TimelineEntry[]): Moment[] {
  const t = useT();
  const { money } = useFormats();
  const currency = useCurrency();
  return entries.map((entry) => {
    const amount = entry.params['amountMinor'] ?? entry.params['amount'];
    return {
      id: entry.id, day: entry.at.slice(0, 10), time: entry.at, kind: entry.kind, title: wordsOf(t, entry), muted: entry.kind !== 'order',
      ...(typeof amount === 'number' ? { amount: money(amount, currency) } : {}),
    };
  });
}
