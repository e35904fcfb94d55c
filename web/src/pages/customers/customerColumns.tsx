import { useMemo } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { paths } from '../../paths.ts';
import type { Column } from '../../ui/DataTable.tsx';
import { Money, ReachMarks } from '../../ui/Figure.tsx';
import { RhythmStrip } from '../../ui/RhythmStrip.tsx';
import { StageBadge } from '../../ui/StageBadge.tsx';
import type { CustomerRow, Explained } from './customersQueries.ts';

/** Name, stage, reason, last order, strip, orders, money and reach first; the rest by choice. */
export function useCustomerColumns(explained: Readonly<Record<string, Explained>> | undefined): Column<CustomerRow>[] {
  const t = useT();
  const { count, day } = useFormats();
  return useMemo(() => [
    { key: 'name', title: t('customers.col.name'), sort: 'name', phone: 'head', cell: ({ id, name }) => <Anchor className="customer-name" to={paths.customer(id)} tabIndex={-1}>{name || t('customers.nameless')}</Anchor> },
    { key: 'stage', title: t('customers.col.stage'), phone: 'aside', cell: ({ id, stage }) => (stage ? <StageBadge stage={stage} state={branchState(explained?.[id]?.state)} /> : '—') },
    { key: 'rhythm', title: t('customers.col.rhythm'), width: 180, cell: ({ id }) => (explained?.[id] ? <RhythmStrip rhythm={explained[id].rhythm} /> : <span className="rhythm-wait" />) },
    { key: 'why', title: t('customers.col.why'), phone: 'hidden', cell: ({ id }) => <Why explained={explained?.[id]} /> },
    { key: 'last', title: t('customers.col.last'), sort: 'last_on', numeric: true, cell: ({ lastOn }) => day(lastOn) },
    { key: 'orders', title: t('customers.col.orders'), sort: 'order_count', numeric: true, cell: ({ orderCount }) => count(orderCount) },
    { key: 'net', title: t('customers.col.net'), sort: 'net_minor', numeric: true, cell: ({ netMinor }) => <Money minor={netMinor} /> },
    { key: 'reach', title: t('customers.col.reach'), cell: ({ reach }) => <ReachMarks channels={reach} /> },
    { key: 'rfm', title: t('customers.col.rfm'), optional: true, phone: 'hidden', cell: ({ rfm }) => (rfm ? t(`rfm.${rfm}`) : '—') },
    { key: 'tags', title: t('customers.col.tags'), optional: true, phone: 'hidden', cell: ({ tags }) => tags.join('、') || '—' },
    { key: 'since', title: t('customers.col.since'), sort: 'stage_since', optional: true, numeric: true, phone: 'hidden', cell: ({ stageSince }) => day(stageSince) },
    { key: 'first', title: t('customers.col.first'), sort: 'first_on', optional: true, numeric: true, phone: 'hidden', cell: ({ firstOn }) => day(firstOn) },
    { key: 'gap', title: t('customers.col.gap'), sort: 'gap_days', optional: true, numeric: true, phone: 'hidden', cell: ({ gapDays }) => (gapDays === null ? '—' : t('customers.days', { days: Math.round(gapDays) })) },
  ] satisfies Column<CustomerRow>[], [t, count, day, explained]);
}

/** Only branches whose words say more than the stage itself (待二购, 换新窗口). */
export const branchState = (state: string | undefined): string | undefined => (state && !state.startsWith('repeat.') && state !== 'prospect' && state !== 'one_time.new' ? state : undefined);

function Why({ explained }: { explained: Explained | undefined }) {
  const t = useT();
  if (!explained) return <span className="customer-why" />;
  const sentence = t(explained.reason.code, explained.reason.params);
  return <span className="customer-why grey" title={sentence}>{sentence}</span>;
}
