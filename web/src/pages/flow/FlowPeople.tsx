import type { z } from 'zod';
import type { flowPeopleReply } from '../../../../src/lifecycle/contract.ts';
import { api } from '../../lib/api.ts';
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

type Reply = z.infer<typeof flowPeopleReply>;
type Person = Reply['rows'][number];
type Days = { from: string; to: string };
const PAGE_SIZE = 50;

/** Those who went from one stage to another. */
export function FlowPeople({ cell, count, days, onClose }: { cell: Cell | null; count: number; days: Days; onClose: () => void }) {
  const t = useT();
  return (
    <SidePanel open={cell !== null} onClose={onClose} title={cell ? `${t(`stage.${cell.from}`)} → ${t(`stage.${cell.to}`)}` : ''}>
      {cell && <People cell={cell} count={count} days={days} />}
    </SidePanel>
  );
}

function People({ cell, count, days }: { cell: Cell; count: number; days: Days }) {
  const t = useT();
  const { day } = useFormats();
  const [{ shop }] = useFilters();
  const asked = { from: days.from, to: days.to, began: cell.from, ended: cell.to, shop };
  const pages = usePages(['lifecycle', 'flow', 'people', asked], async (cursor, signal) => ({ ...(await api.get<Reply>('/lifecycle/flow/people', { ...asked, cursor, limit: PAGE_SIZE }, signal)), total: { count, over: false } }));
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
