import { api, type Paged } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useFilters } from '../../lib/location.tsx';
import { paths } from '../../paths.ts';
import { type Column, DataTable, Pager } from '../../ui/DataTable.tsx';
import { Money, ReachMarks } from '../../ui/Figure.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { StageBadge } from '../../ui/StageBadge.tsx';
import { Empty } from '../../ui/States.tsx';
import { usePages } from '../../ui/usePages.ts';
import type { Cell } from './FlowMatrix.tsx';

type Person = { customerId: string; name: string; stage: string; since: string; lastOn: string | null; netMinor: number; reach: string[] };
type Days = { from: string; to: string };
const PAGE_SIZE = 50;

/** Those who went from one stage to another. */
export function FlowPeople({ cell, days, onClose }: { cell: Cell | null; days: Days; onClose: () => void }) {
  const t = useT();
  return (
    <SidePanel open={cell !== null} onClose={onClose} title={cell ? `${t(`stage.${cell.from}`)} → ${t(`stage.${cell.to}`)}` : ''}>
      {cell && <People cell={cell} days={days} />}
    </SidePanel>
  );
}

function People({ cell, days }: { cell: Cell; days: Days }) {
  const t = useT();
  const { day } = useFormats();
  const [{ shop }] = useFilters();
  const asked = { from: days.from, to: days.to, began: cell.from, ended: cell.to, shop };
  const pages = usePages(['lifecycle', 'flow', 'people', asked], (cursor, signal) => api.get<Paged<Person>>('/lifecycle/flow/people', { ...asked, cursor, limit: PAGE_SIZE }, signal));
  const { data, error, refetch, isPlaceholderData } = pages.query;
  const columns: Column<Person>[] = [
    { key: 'name', title: t('customers.col.name'), phone: 'head', cell: ({ customerId, name }) => <Anchor to={paths.customer(customerId)}>{name || t('customers.nameless')}</Anchor> },
    { key: 'stage', title: t('customers.col.stage'), phone: 'aside', cell: ({ stage }) => <StageBadge stage={stage} /> },
    { key: 'last', title: t('customers.col.last'), numeric: true, cell: ({ lastOn }) => day(lastOn) },
    { key: 'net', title: t('customers.col.net'), numeric: true, cell: ({ netMinor }) => <Money minor={netMinor} round /> },
    { key: 'reach', title: t('customers.col.reach'), cell: ({ reach }) => <ReachMarks channels={reach} /> },
  ];
  return (
    <>
      <DataTable name="flow-people" caption={t('flow.title')} columns={columns} rows={data?.rows} rowKey={({ customerId }) => customerId} error={error} onRetry={() => void refetch()} dimmed={isPlaceholderData} empty={<Empty title={t('customers.none')} />} />
      <Pager pages={pages} size={PAGE_SIZE} noun="kit.pager.people" />
    </>
  );
}
