import type { z } from 'zod';
import type { personShape } from '../../../src/insight/contract.ts';
import { api, type Paged } from '../lib/api.ts';
import { useFormats } from '../lib/format.ts';
import { useT } from '../lib/language.tsx';
import { Anchor } from '../lib/location.tsx';
import { paths } from '../paths.ts';
import { type Column, DataTable, Pager } from './DataTable.tsx';
import { Money, ReachMarks } from './Figure.tsx';
import { SidePanel } from './SidePanel.tsx';
import { StageBadge } from './StageBadge.tsx';
import { Empty } from './States.tsx';
import { usePages } from './usePages.ts';

type Person = z.infer<typeof personShape>;
/** What opens the people behind a number of a report: its token, and which cell of it was picked. */
export type PeopleOf = { token: string; pick?: unknown; title: string };
const PAGE_SIZE = 50;

/** The people behind a number, in a panel beside the page. */
export function PeoplePanel({ of, onClose }: { of: PeopleOf | null; onClose: () => void }) {
  return <SidePanel open={of !== null} onClose={onClose} title={of?.title ?? ''}>{of && <People of={of} />}</SidePanel>;
}

function People({ of: { token, pick, title } }: { of: PeopleOf }) {
  const t = useT();
  const { count, day } = useFormats();
  const pages = usePages(['people', token, pick ?? null], (cursor) => api.post<Paged<Person>>('/insight/people', { token, limit: PAGE_SIZE, ...(pick ? { pick } : {}), ...(cursor ? { cursor } : {}) }));
  const columns: Column<Person>[] = [
    { key: 'name', title: t('customers.col.name'), phone: 'head', cell: ({ customerId, name }) => <Anchor to={paths.customer(customerId)}>{name || t('customers.nameless')}</Anchor> },
    { key: 'stage', title: t('customers.col.stage'), phone: 'aside', cell: ({ stage }) => (stage ? <StageBadge stage={stage} /> : '—') },
    { key: 'orders', title: t('customers.col.orders'), numeric: true, cell: ({ orderCount }) => count(orderCount) },
    { key: 'net', title: t('customers.col.net'), numeric: true, cell: ({ netMinor }) => <Money minor={netMinor} round /> },
    { key: 'last', title: t('customers.col.last'), numeric: true, cell: ({ lastOn }) => day(lastOn) },
    { key: 'reach', title: t('customers.col.reach'), cell: ({ reach }) => <ReachMarks channels={reach} /> },
  ];
  const { data, error, refetch, isPlaceholderData } = pages.query;
  return (
    <>
      <DataTable name="people" caption={title} columns={columns} rows={data?.rows} rowKey={({ customerId }) => customerId} error={error} onRetry={() => void refetch()} dimmed={isPlaceholderData} empty={<Empty title={t('customers.none')} />} />
      <Pager pages={pages} size={PAGE_SIZE} noun="kit.pager.people" />
    </>
  );
}
