import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { isKnown, useT } from '../../lib/language.tsx';
import { useSourceName } from '../../lib/names.ts';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { Page, Section } from '../../ui/Page.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { sourcesQuery } from '../import/importQueries.ts';
import { type EventName, type EventProperty, propertiesQuery, schemaQuery } from './liveQueries.ts';
import './events.css';

/** What the event store calls a type, in plain words. */
const typeOf = (type: string): string =>
  /^String/.test(type) ? 'text' : /^U?Int/.test(type) ? 'whole' : /^Float/.test(type) ? 'number' : /^Bool/.test(type) ? 'yes' : /^Array/.test(type) ? 'list' : 'other';

/** Every name events came under; each opens what it carried. */
export default function SchemaPage() {
  const t = useT();
  const [open, setOpen] = useState<EventName | null>(null);
  const query = useQuery(schemaQuery);
  const columns = useColumns();
  return (
    <Page title={t('nav.settings.schema')} lead={query.data ? t('schema.lead', { count: query.data.rows.length }) : ' '}>
      <Section>
        <DataTable name="schema" caption={t('nav.settings.schema')} columns={columns} rows={query.data?.rows} rowKey={({ kind, event }) => `${kind} ${event}`} onOpen={setOpen} error={query.error} onRetry={() => void query.refetch()} empty={<Empty title={t('schema.none')} />} />
      </Section>
      <SidePanel open={open !== null} onClose={() => setOpen(null)} title={open?.event ?? ''}>{open && <Properties name={open} />}</SidePanel>
    </Page>
  );
}

function useColumns(): Column<EventName>[] {
  const t = useT();
  const sourceName = useSourceName();
  const { count, moment } = useFormats();
  const sources = useQuery(sourcesQuery);
  const nameOf = (key: string) => sourceName(sources.data?.rows.find((one) => one.key === key)?.name ?? key);
  return [
    { key: 'name', title: t('schema.name'), cell: ({ kind, event }) => <span className="live-name">{event} {kind !== event && <span className="grey small">{isKnown(`schema.kind.${kind}`) ? t(`schema.kind.${kind}`) : kind}</span>}</span>, phone: 'head' },
    { key: 'count', title: t('schema.count'), cell: (row) => count(row.count), numeric: true, phone: 'aside' },
    { key: 'first', title: t('schema.first'), cell: ({ firstSeen }) => <span className="nowrap">{moment(firstSeen)}</span> },
    { key: 'last', title: t('schema.last'), cell: ({ lastSeen }) => <span className="nowrap">{moment(lastSeen)}</span> },
    { key: 'sources', title: t('schema.sources'), cell: (row) => row.sources.map(nameOf).join(' · ') },
  ];
}

function Properties({ name }: { name: EventName }) {
  const t = useT();
  const query = useQuery(propertiesQuery(name));
  return (
    <Loaded query={query} skeleton={<Skeleton lines={6} />}>
      {({ newest, rows }) => (rows.length === 0 ? <Empty title={t('schema.properties.none')} /> : <PropertyTable rows={rows} of={Math.min(newest, name.count)} />)}
    </Loaded>
  );
}

function PropertyTable({ rows, of }: { rows: readonly EventProperty[]; of: number }) {
  const t = useT();
  const { percent, moment } = useFormats();
  const typesOf = (types: readonly string[]): string[] => [...new Set(types.map((type) => t(`schema.type.${typeOf(type)}`)))];
  return (
    <>
      <p className="grey">{t('schema.of', { count: of })}{rows.some(({ types }) => typesOf(types).length > 1) && ` ${t('schema.mixed')}`}</p>
      <div className="table-scroll" tabIndex={0}>
        <table className="data compact stacks">
          <thead><tr><th scope="col">{t('schema.property')}</th><th scope="col">{t('schema.types')}</th><th scope="col" className="number">{t('schema.share')}</th><th scope="col">{t('schema.first')}</th><th scope="col">{t('schema.last')}</th></tr></thead>
          <tbody>
            {rows.map(({ property, types, count, firstSeen, lastSeen }) => (
              <tr key={property}>
                <th scope="row" className="phone-head live-name"><code>{property}</code></th>
                <td data-label={t('schema.types')} className={typesOf(types).length > 1 ? 'ochre' : undefined}>{typesOf(types).join(' · ') || '—'}</td>
                <td className="number" data-label={t('schema.share')}>{percent(Math.min(1, count / of), 0)}</td>
                <td className="nowrap" data-label={t('schema.first')}>{moment(firstSeen)}</td>
                <td className="nowrap" data-label={t('schema.last')}>{moment(lastSeen)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
