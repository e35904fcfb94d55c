import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { isKnown, type Speak, useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { useCurrency, useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { Choices } from '../../ui/Choices.tsx';
import { Failure, Skeleton } from '../../ui/States.tsx';
import { type Moment, Timeline } from '../../ui/Timeline.tsx';
import { ACCOUNT_MOVES, accountTimelineQuery, type TimelineEntry } from './accountsQueries.ts';

const NOTES = ['note', 'visit', 'message', 'contract', 'call'] as const;
/** What people write themselves stands first; merges belong to single customers. */
const FIRST = [...NOTES, 'issue', 'task', 'order', 'refund', 'event'];

/** Visits, messages, contracts, issues and tasks, and what its contacts bought and did, on one line of time. */
export function AccountTimeline({ id }: { id: string }) {
  const t = useT();
  const may = useMay();
  const [filters, change] = useFilters();
  const kind = filters['kind'] ?? '';
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery(accountTimelineQuery(id, kind));
  const moments = useMoments(data?.pages.flatMap(({ rows }) => rows) ?? []);
  const kinds = FIRST.filter((one) => data?.pages[0]?.kinds.includes(one));
  return (
    <div className="stack">
      {may('customers.write') && <Note id={id} />}
      <Choices label={t('accounts.timeline')} options={['', ...kinds].map((one) => ({ key: one, label: t(one ? `timeline.kind.${one}` : 'customer.timeline.all') }))} value={kind} onChoose={(one) => change({ kind: one })} />
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : !data ? <Skeleton lines={6} /> : moments.length === 0 ? <p className="grey">{t('customer.timeline.none')}</p> : <Timeline moments={moments} />}
      {hasNextPage && <div><Button size="small" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t('customer.timeline.older')}</Button></div>}
    </div>
  );
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function titleOf(t: Speak, { code, params }: TimelineEntry): string {
  const event = textOf(params['event']);
  return isKnown(code) ? t(code, { ...params, event: isKnown(`event.${event}`) ? t(`event.${event}`) : event } as Record<string, string>) : code;
}

function useMoments(entries: readonly TimelineEntry[]): Moment[] {
  const t = useT();
  const { money } = useFormats();
  const currency = useCurrency();
  return entries.map((entry) => {
    const { id, at, kind, params } = entry;
    const amount = params['amountMinor'];
    return {
      id, day: at.slice(0, 10), time: at, kind, muted: kind === 'event' || params['done'] === true, title: titleOf(t, entry),
      detail: [...(params['done'] === true ? [t('accounts.task.isDone')] : []), textOf(params['author']).includes(':') ? '' : textOf(params['author']), textOf(params['shop'])].filter(Boolean).join(' · '),
      ...(typeof amount === 'number' && kind !== 'event' ? { amount: money(kind === 'refund' ? -Math.abs(amount) : amount, currency) } : {}),
    };
  });
}

function Note({ id }: { id: string }) {
  const t = useT();
  const [kind, setKind] = useState<(typeof NOTES)[number]>('visit');
  const [body, setBody] = useState('');
  const save = useWrite(ACCOUNT_MOVES, () => api.post(`/accounts/${id}/notes`, { kind, body: body.trim() }), { after: () => setBody(''), isSeenFirst: true });
  const submit = (event: FormEvent) => { event.preventDefault(); if (body.trim()) save.mutate(); };
  return (
    <form className="row account-add" onSubmit={submit}>
      <Select className="note-kind" aria-label={t('accounts.note.kind')} value={kind} onChange={setKind} options={NOTES.map((value) => ({ value, label: t(`timeline.kind.${value}`) }))} />
      <Input.TextArea className="note-body" aria-label={t('accounts.note')} placeholder={t('accounts.note')} autoSize={{ minRows: 1, maxRows: 6 }} maxLength={5000} value={body} onChange={({ target }) => setBody(target.value)} />
      <Button htmlType="submit" loading={save.isPending} disabled={!body.trim()}>{t('accounts.note.add')}</Button>
    </form>
  );
}
