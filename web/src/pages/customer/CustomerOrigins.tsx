import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useChannelName } from '../../lib/names.ts';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { type Customer, CUSTOMER_MOVES, sourcesOfQuery, type TraitLine, traitsQuery } from './customerQueries.ts';
import { useFieldName, useSourceWords, useValueWords } from './valueWords.ts';

/** What is computed of a customer, how fresh it is, and the values it had before. */
export function CustomerTraits({ customer }: { customer: Customer }) {
  const t = useT();
  const may = useMay()('customers.write');
  const traits = useQuery(traitsQuery(customer.id));
  const refresh = useWrite(CUSTOMER_MOVES, () => api.post<{ changed: number }>(`/customers/${customer.id}/traits/refresh`, {}), { done: t('customer.traits.refreshed') });
  return (
    <div className="stack">
      <Loaded query={traits} skeleton={<Skeleton lines={2} />}>
        {({ rows }) => (rows.length === 0
          ? <p className="grey">{t('customer.traits.none')}</p>
          : <dl className="pairs">{[...Map.groupBy(rows, ({ key }) => key)].map(([key, lines]) => <Trait key={key} name={key} lines={lines} customer={customer} />)}</dl>)}
      </Loaded>
      {may && <div><Button size="small" loading={refresh.isPending} onClick={() => refresh.mutate(undefined)}>{t('customer.traits.refresh')}</Button></div>}
    </div>
  );
}

function Trait({ name, lines, customer }: { name: string; lines: readonly TraitLine[]; customer: Customer }) {
  const t = useT();
  const { day } = useFormats();
  const words = useValueWords();
  const fieldName = useFieldName();
  const field = customer.fields.find(({ key }) => key === name);
  const [now, ...before] = [...lines].sort((a, b) => (a.since < b.since ? 1 : -1));
  const write = ({ value }: TraitLine): string => (value === null ? '—' : words({ key: name, type: field?.type ?? 'text', value }));
  if (!now) return null;
  return (
    <div className="trait">
      <dt className="grey">{fieldName({ key: name, label: field?.label ?? null })}</dt>
      <dd>
        {write(now)}<span className="grey small"> · {t('customer.traits.seen', { day: day(now.seenAt) })}{field?.stale && <span className="ochre"> · {t('customer.stale')}</span>}</span>
        {before.length > 0 && <details><summary className="link small">{t('customer.traits.before', { count: before.length })}</summary>{before.map((line) => <span key={line.since} className="grey small trait-before">{write(line)} · {t('customer.traits.since', { day: day(line.since) })}</span>)}</details>}
      </dd>
    </div>
  );
}

/** The sources and channels this record was put together from. */
export function CustomerSources({ id }: { id: string }) {
  const t = useT();
  const { day } = useFormats();
  const sourceWords = useSourceWords();
  const channelName = useChannelName();
  const sources = useQuery(sourcesOfQuery(id));
  return (
    <Loaded query={sources} skeleton={<Skeleton lines={2} />}>
      {({ rows }) => (rows.length === 0
        ? <p className="grey">{t('customer.sources.none')}</p>
        : (
          <dl className="pairs">
            {rows.map(({ source, channel, records, lastDay }) => (
              <div key={`${source} ${channel}`}>
                <dt>{sourceWords(source)}{channel && <span className="grey"> · {channelName(channel)}</span>}</dt>
                <dd className="grey small">{t('customer.sources.records', { count: records, day: day(lastDay) })}</dd>
              </div>
            ))}
          </dl>
        ))}
    </Loaded>
  );
}
