import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useFilters } from '../../lib/location.tsx';
import { useSourceName } from '../../lib/names.ts';
import { useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { Choices } from '../../ui/Choices.tsx';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { Notice } from '../../ui/Figure.tsx';
import { Page, Section } from '../../ui/Page.tsx';
import { Empty } from '../../ui/States.tsx';
import { WordSelect } from '../../ui/WordSelect.tsx';
import { sourcesQuery } from '../import/importQueries.ts';
import { Became } from './Became.tsx';
import { EventPanel } from './EventPanel.tsx';
import { foundQuery, type LiveEvent, liveQuery, pulseQuery } from './liveQueries.ts';
import { MinuteBars, PulseFigures } from './Pulse.tsx';
import './events.css';

const STATES = ['', 'stored', 'waiting', 'repeated', 'refused'] as const;

/** Events as they come: the pulse of the last hour, then each event with what became of it. */
export default function LivePage() {
  const t = useT();
  const may = useMay();
  const pulse = useQuery({ ...pulseQuery, enabled: may('lifecycle.read') });
  const lead = pulse.data ? t('live.lead', { count: pulse.data.hour.events, refused: pulse.data.hour.refused }) : ' ';
  return (
    <Page title={t('nav.settings.events')} lead={lead}>
      {pulse.data && pulse.data.day.events + pulse.data.day.refused > 0 && <Section><PulseFigures pulse={pulse.data} /><MinuteBars minutes={pulse.data.minutes} /></Section>}
      {pulse.data && pulse.data.waiting.bodies > 0 && <Notice>{t('live.waiting', { bodies: pulse.data.waiting.bodies })}</Notice>}
      <Newest />
    </Page>
  );
}

function Newest() {
  const t = useT();
  const sourceName = useSourceName();
  const [filters, change] = useFilters();
  const [paused, setPaused] = useState(false);
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState<LiveEvent | null>(null);
  const sources = useQuery(sourcesQuery);
  const query = useQuery(liveQuery({ source: filters['source'], state: filters['state'], search }, paused));
  const filtered = Boolean(filters['source'] || filters['state'] || search);
  const columns = useColumns();
  return (
    <Section title={t('live.newest')} note={t('live.newest.note')} actions={<Button aria-pressed={paused} onClick={() => setPaused(!paused)}>{t(paused ? 'live.resume' : 'live.pause')}</Button>}>
      <div className="live-filters">
        <Choices label={t('live.states')} options={STATES.map((state) => ({ key: state, label: t(`live.state.${state || 'all'}`) }))} value={filters['state'] ?? ''} onChoose={(state) => change({ state: state || null })} />
        <WordSelect label={t('live.source')} value={filters['source'] ?? ''} onChoose={(source) => change({ source: source || null })} options={[{ key: '', label: t('live.everySource') }, ...(sources.data?.rows ?? []).map(({ key, name }) => ({ key, label: sourceName(name) }))]} />
        <input type="search" value={search} maxLength={200} placeholder={t('live.search')} aria-label={t('live.search')} onChange={({ target }) => setSearch(target.value)} />
      </div>
      <DataTable
        name="live" caption={t('nav.settings.events')} columns={columns} rows={query.data?.rows} rowKey={({ id }) => id} onOpen={setOpen} error={query.error} onRetry={() => void query.refetch()}
        empty={filtered ? <Empty title={t('live.none.match')} /> : <Empty title={t('live.none')} action={<Anchor to={paths.settings('sources')}>{t('nav.settings.sources')}</Anchor>}>{t('live.none.why')}</Empty>}
      />
      {search.length > 3 && query.data?.rows.length === 0 && <Found messageId={search.trim()} />}
      <EventPanel event={open} onClose={() => setOpen(null)} />
    </Section>
  );
}

function useColumns(): Column<LiveEvent>[] {
  const t = useT();
  const sourceName = useSourceName();
  const { second } = useFormats();
  return [
    { key: 'at', title: t('live.at'), cell: ({ receivedAt }) => <span className="nowrap">{second(receivedAt)}</span>, phone: 'aside' },
    { key: 'event', title: t('live.event'), cell: (row) => <Name row={row} />, phone: 'head' },
    { key: 'who', title: t('live.who'), cell: ({ person }) => <span className="live-name">{person.map(({ shown }) => shown).join(' · ') || <span className="grey">{t('live.nobody')}</span>}</span> },
    { key: 'source', title: t('live.source'), cell: ({ sourceName: name }) => sourceName(name) },
    { key: 'became', title: t('live.became'), cell: (row) => <Became row={row} /> },
  ];
}

const Name = ({ row: { kind, event, content } }: { row: LiveEvent }) => {
  const properties = content['properties'] as { name?: unknown } | undefined;
  return <span className="live-name">{kind === 'track' || kind === '' ? event || '—' : kind}{kind === 'page' && typeof properties?.name === 'string' && <span className="grey small"> {properties.name}</span>}</span>;
};

/** Whether something is stored under what was typed, when none of the newest events fits. */
function Found({ messageId }: { messageId: string }) {
  const t = useT();
  const may = useMay();
  const { moment } = useFormats();
  const found = useQuery({ ...foundQuery(messageId), enabled: may('customers.read') });
  if (!found.data) return null;
  if (found.data.rows.length === 0) return <p className="grey">{t('live.found.none', { id: messageId })}</p>;
  return (
    <Notice>
      <p className="strong">{t('live.found')}</p>
      {found.data.rows.map(({ source, event, time, customer }) => <p key={`${source} ${time}`}>{event} · {source} · {moment(time)} {customer && <Anchor to={paths.customer(customer)}>{t('live.customer')}</Anchor>}</p>)}
    </Notice>
  );
}
