import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useFilters } from '../../lib/location.tsx';
import { sentenceOf } from '../../lib/problem.ts';
import { paths } from '../../paths.ts';
import { Choices } from '../../ui/Choices.tsx';
import { type Column, DataTable, Pager } from '../../ui/DataTable.tsx';
import { DayField } from '../../ui/DayField.tsx';
import { Field } from '../../ui/Field.tsx';
import { Money } from '../../ui/Figure.tsx';
import { Section } from '../../ui/Page.tsx';
import { StageBadge } from '../../ui/StageBadge.tsx';
import { usePages } from '../../ui/usePages.ts';
import { fetchPast, PAST_SIZE, type Past, PASTS, sizesQuery } from './segmentsQueries.ts';

type Person = Past['rows'][number];
/** So many looks back, or the first there was, is the day that is shown before one is chosen. */
const LOOKS_BACK = 7;

/** Who was in a segment at the end of a day, and who has come and left since; only days on which it was looked at can be chosen. */
export function SegmentPast({ id }: { id: string }) {
  const t = useT();
  const [filters, change] = useFilters();
  const days = useQuery(sizesQuery(id)).data?.rows.map(({ day }) => day) ?? [];
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return null;
  const day = filters['past'] ?? days.at(-LOOKS_BACK - 1) ?? first, show = PASTS.find((one) => one === filters['show']) ?? 'was';
  return (
    <Section title={t('segments.past')}>
      <p className="grey">{t('segments.past.why')}</p>
      <div className="segment-past"><Field label={t('segments.past.day')}>{(ids) => <DayField {...ids} value={day} min={first} max={last} onChange={(past) => change({ past })} />}</Field></div>
      <People id={id} day={day} show={show} onShow={(next) => change({ show: next })} />
    </Section>
  );
}

function People({ id, day, show, onShow }: { id: string; day: string; show: (typeof PASTS)[number]; onShow: (show: string) => void }) {
  const t = useT();
  const { day: dayWords } = useFormats();
  const pages = usePages<Person>(['segments', 'past', id, day, show], fetchPast(id, day, show));
  const { data, error, refetch, isPlaceholderData } = pages.query, counts = (data as Past | undefined)?.counts;
  const columns: Column<Person>[] = [
    { key: 'name', title: t('customers.col.name'), phone: 'head', cell: ({ id: customer, name }) => <Anchor className="customer-name" to={paths.customer(customer)}>{name || t('customers.nameless')}</Anchor> },
    { key: 'stage', title: t('customers.col.stage'), phone: 'aside', cell: ({ stage }) => (stage ? <StageBadge stage={stage} /> : '—') },
    { key: 'net', title: t('customers.col.net'), numeric: true, cell: ({ netMinor }) => <Money minor={netMinor} round /> },
    { key: 'last', title: t('customers.col.last'), numeric: true, cell: ({ lastOn }) => dayWords(lastOn) },
  ];
  if (error && !data) return <p className="ochre" role="alert">{sentenceOf(t, error)}</p>;
  return (
    <>
      {counts && <Choices label={t('segments.past.show')} value={show} onChoose={onShow} options={PASTS.map((key) => ({ key, label: t(`segments.past.${key}`, { count: counts[key] }) }))} />}
      <DataTable name="segment-past" caption={t('segments.past')} columns={columns} rows={data?.rows} rowKey={({ id: customer }) => customer} error={error} onRetry={() => void refetch()} dimmed={isPlaceholderData} empty={<p className="grey">{t('segments.past.nobody')}</p>} expectedRows={5} />
      {(pages.forward || pages.back) && <Pager pages={pages} size={PAST_SIZE} noun="kit.pager.people" />}
    </>
  );
}
