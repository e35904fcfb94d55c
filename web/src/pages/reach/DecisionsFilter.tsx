import { useQuery } from '@tanstack/react-query';
import { Popover } from 'antd';
import { useDeferredValue, useState } from 'react';
import { CHANNELS } from '../../../../src/reach/core/message.ts';
import { isKnown, useT } from '../../lib/language.tsx';
import { DayField } from '../../ui/DayField.tsx';
import { WordSelect } from '../../ui/WordSelect.tsx';
import { customerQuery, findQuery } from '../customer/customerQueries.ts';
import { type Decision, healthQuery, sinceDays, useSourceWords } from './reachQueries.ts';
import { useChannelWord, useReasonName } from './useReason.ts';

type Filters = Readonly<Record<string, string>>;
type Change = (change: Readonly<Record<string, string | null>>) => void;

const STATES = ['accepted', 'refused', 'failed', 'deferred', 'waiting', 'sending', 'unknown', 'withdrawn'] as const satisfies readonly Decision['state'][];
const PERIODS = ['1', '7', '28', 'all', 'day'] as const;
export const PERIOD = '28';
const DAY_MS = 86_400_000;

/** The reader's today as a day. */
const today = (): string => new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 10);

/** The instants between which decisions are looked for, by the days of whoever reads. */
export function spanOf({ period = PERIOD, day }: Filters): { from?: string; to?: string } {
  if (period === 'all') return {};
  if (period !== 'day') return { from: sinceDays(Number(period) || Number(PERIOD)) };
  const from = new Date(`${day ?? today()}T00:00:00`);
  return Number.isNaN(from.getTime()) ? {} : { from: from.toISOString(), to: new Date(from.getTime() + DAY_MS).toISOString() };
}

/** Which decisions are shown, as a sentence of which every part can be changed. */
export function DecisionsFilter({ filters, change, reasons }: { filters: Filters; change: Change; reasons: readonly string[] }) {
  const t = useT();
  const channelWord = useChannelWord();
  const reasonName = useReasonName();
  const { period = PERIOD, day } = filters;
  const known = [...new Set([...reasons, ...(filters['reason'] ? [filters['reason']] : [])])];
  const parts: Record<'state' | 'channel' | 'reason', { key: string; label: string }[]> = {
    state: STATES.map((key) => ({ key, label: t(`message.state.${key}`) })),
    channel: CHANNELS.map((key) => ({ key, label: channelWord(key) })),
    reason: known.map((key) => ({ key, label: reasonName(key) })),
  };
  const pick = (name: keyof typeof parts) => (
    <span key={name}><span className="sentence-joint"> · </span><WordSelect label={t(`decisions.filter.${name}`)} options={[{ key: '', label: t(`decisions.filter.${name}.any`) }, ...parts[name]]} value={filters[name] ?? ''} onChoose={(key) => change({ [name]: key })} /></span>
  );
  const narrowed = ['state', 'channel', 'reason', 'source', 'customer'].some((name) => filters[name]);
  return (
    <div className="sentence decisions-filter">
      <WordSelect label={t('decisions.filter.period')} options={PERIODS.map((key) => ({ key, label: t(`decisions.period.${key}`) }))} value={period} onChoose={(key) => change({ period: key === PERIOD ? null : key, day: key === 'day' ? (day ?? today()) : null })} />
      {period === 'day' && <DayField aria-label={t('decisions.filter.day')} value={day ?? today()} max={today()} onChange={(next) => change({ day: next })} />}
      {pick('state')}{pick('channel')}{pick('reason')}
      <span className="sentence-joint"> · </span><SourcePart value={filters['source']} change={change} />
      <span className="sentence-joint"> · </span><CustomerPart value={filters['customer']} change={change} />
      {narrowed && <button type="button" className="plain grey sentence-add" onClick={() => change({ state: null, channel: null, reason: null, source: null, customer: null })}>{t('decisions.clear')}</button>}
    </div>
  );
}

/** Sources that sent something, and the one asked for. */
function SourcePart({ value, change }: { value: string | undefined; change: Change }) {
  const t = useT();
  const words = useSourceWords();
  const { data } = useQuery(healthQuery);
  const rows = (data?.rows ?? []).map(({ kind, id }) => ({ key: id, label: words({ kind, id }) }));
  const other = value && !rows.some(({ key }) => key === value) ? [{ key: value, label: isKnown(`decisions.source.${value}`) ? t(`decisions.source.${value}`) : value.slice(0, 12) }] : [];
  return <WordSelect label={t('decisions.filter.source')} options={[{ key: '', label: t('decisions.filter.source.any') }, ...rows, ...other]} value={value ?? ''} onChoose={(key) => change({ source: key })} />;
}

function CustomerPart({ value, change }: { value: string | undefined; change: Change }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const { data } = useQuery({ ...customerQuery(value ?? '', false), enabled: value !== undefined });
  const pick = (id: string | null) => { setOpen(false); change({ customer: id }); };
  const shown = value === undefined ? t('decisions.filter.customer.any') : data?.name || t('decisions.someone', { id: value.slice(0, 8) });
  return (
    <Popover trigger="click" placement="bottomLeft" open={open} onOpenChange={setOpen} destroyOnHidden content={<FindPerson onPick={pick} chosen={value !== undefined} />}>
      <button type="button" className="sentence-part" aria-label={`${t('decisions.filter.customer')}: ${shown}`} aria-expanded={open}>{shown}</button>
    </Popover>
  );
}

function FindPerson({ onPick, chosen }: { onPick: (id: string | null) => void; chosen: boolean }) {
  const t = useT();
  const [text, setText] = useState('');
  const wanted = useDeferredValue(text.trim());
  const { data, isFetching } = useQuery(findQuery(wanted));
  const none = [...wanted].length >= 2 && !isFetching && data?.rows.length === 0;
  return (
    <div className="stack find-person">
      <input className="input" type="search" autoFocus aria-label={t('decisions.filter.customer.find')} placeholder={t('decisions.filter.customer.find')} value={text} onChange={({ target }) => setText(target.value)} />
      <ul aria-label={t('bar.search.results')}>{(data?.rows ?? []).map(({ id, name, identifiers }) => <li key={id}><button type="button" className="plain" onClick={() => onPick(id)}><span className="strong">{name || t('decisions.nameless')}</span> <span className="grey small">{identifiers[0]?.shown}</span></button></li>)}</ul>
      {none && <p className="grey small">{t('decisions.none.fit')}</p>}
      {chosen && <button type="button" className="plain link" onClick={() => onPick(null)}>{t('decisions.filter.customer.any')}</button>}
    </div>
  );
}
