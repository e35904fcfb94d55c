import { isFooter } from './footers.ts';
import { makeLineReader, makeRefundReader, makeUnlinkedRefund } from './lineRows.ts';
import type { Mapping } from './mapping.ts';
import { makeOrderReader, sharedOf, type Shared } from './orderRows.ts';
import { makeCostReader, makeCustomerReader, makeEventReader } from './otherRows.ts';
import { type Context, makeReaders, type Readers } from './readers.ts';
import type { Clean, CostRow, NoteCode, Reject } from './records.ts';
import { copyText } from './text.ts';
import { makeDayOf } from './times.ts';

export type { Context } from './readers.ts';

type Row = readonly string[];
/** A record of a row, every reason why it was refused, or `undefined` for a row that is blank or sums up the others. */
export type Cleaner = { (row: Row, line: number): Clean | Reject[] | undefined; notes: ReadonlyMap<NoteCode, number> };

export const isRejected = (result: Clean | Reject[] | undefined): result is Reject[] => Array.isArray(result);

/**
 * Compiles a mapping for one file's header into a function over its rows. Every column's reader is made once; the function
 * itself only calls them. It keeps state (numbering of repeated documents), so one cleaner reads one file, in file order.
 */
export function makeCleaner(mapping: Mapping, header: readonly string[], context: Context): Cleaner {
  const read = makeReaders(mapping, header, context);
  const roles = new Set(mapping.roles);
  const strict = roles.has('customer') || roles.has('event');
  const shared = sharedOf(read, mapping, context, makeDayOf(context.dayZone), strict && !roles.has('order') && !roles.has('line'));
  const fill = roles.has('order') || roles.has('line') ? makeSalesFiller(read, mapping, context, shared) : makeOtherFiller(read, mapping, context, shared);
  const clean = (row: Row, line: number): Clean | Reject[] | undefined => {
    if (row.length === 0 || row.every((cell) => cell === '')) return void read.note('row.blank');
    if (isFooter(row, header.length)) return void read.note('row.footer');
    read.state.line = line;
    read.state.faults = [];
    const result: Clean = { line };
    if (row.length > header.length && row.slice(header.length).some((cell) => cell.trim() !== '')) read.fault('row.too_wide', -1, { cells: row.length, columns: header.length });
    else fill(row, result);
    return read.state.faults.length > 0 ? read.state.faults : result;
  };
  return Object.assign(clean, { notes: read.notes });
}

type Filler = (row: Row, result: Clean) => void;

function makeSalesFiller(read: Readers, mapping: Mapping, context: Context, shared: Shared): Filler {
  const order = makeOrderReader(read, mapping, context, shared);
  const item = mapping.roles.includes('line') ? makeLineReader(read, mapping, context, shared) : undefined;
  const unlinked = mapping.refundPrefix === '' ? undefined : makeUnlinkedRefund(read, context, shared);
  const numberOf = mapping.derivedOrderNo ? makeDerivedOrderNo(read, context, shared) : shared.orderNoOf;
  const needsTime = read.has('order.created_at', 'order.paid_at');
  const timeAt = read.has('order.created_at') ? read.at('order.created_at') : read.at('order.paid_at');
  const ownTime = mapping.roles.includes('order');
  return (row, result) => {
    const orderNo = numberOf(row);
    if (orderNo === '') return read.fault('order_no.missing', read.at('order.no'));
    if (unlinked && orderNo.startsWith(mapping.refundPrefix)) {
      result.refund = unlinked(row, orderNo);
      return;
    }
    const line = item?.(row, orderNo);
    if (line && mapping.stockAdjustments && line.kind === 'adjustment' && line.amount === 0 && line.quantity < 0) {
      read.note('stock.adjusted');
      result.item = line;
      return;
    }
    result.order = order(row, orderNo);
    if (line) result.item = line;
    if (needsTime && ownTime && result.order.day === '' && !line && read.state.faults.length === 0) read.fault('time.missing', timeAt);
  };
}

/** Customer, day and place in the day, for files that name no order. */
function makeDerivedOrderNo(read: Readers, { nameless = (_, value) => value }: Context, shared: Shared): (row: Row) => string {
  const seen = new Map<string, number>();
  const at = read.time('order.created_at');
  return (row) => {
    const when = at(row);
    if (when === null) {
      if (read.state.faults.length === 0) read.fault('time.missing', read.at('order.created_at'));
      return '?';
    }
    const [buyer] = shared.found(row).identifiers;
    const key = copyText(`${buyer ? nameless(buyer.kind, buyer.value) : ''}-${shared.dayOf(when).replaceAll('-', '')}`);
    const nth = (seen.get(key) ?? 0) + 1;
    seen.set(key, nth);
    return `${key}-${nth}`;
  };
}

function makeOtherFiller(read: Readers, mapping: Mapping, context: Context, shared: Shared): Filler {
  const parts: Filler[] = [];
  if (mapping.roles.includes('refund')) {
    const refund = makeRefundReader(read, context, shared);
    parts.push((row, result) => void (result.refund = refund(row)));
  }
  if (mapping.roles.includes('customer')) {
    const customer = makeCustomerReader(read, mapping, context, shared);
    parts.push((row, result) => void (result.customer = customer(row)));
  }
  if (mapping.roles.includes('event')) {
    const event = makeEventReader(read, context, shared);
    parts.push((row, result) => void (result.event = event(row)));
  }
  if (mapping.roles.includes('cost')) {
    const cost = makeCostReader(read, mapping, context, shared);
    const numbered = makeCostNumbers();
    parts.push((row, result) => void (result.cost = numbered(cost(row, result.line))));
  }
  return (row, result) => {
    for (const part of parts) part(row, result);
  };
}

/** Costs that bear no number are known by what they say, and by how often the file says it. */
function makeCostNumbers(): (cost: CostRow) => CostRow {
  const seen = new Map<string, number>();
  return (cost) => {
    if (cost.costNo !== '') return cost;
    const key = copyText([cost.day, cost.kind, cost.channel, cost.campaign, cost.orderNo, cost.amount, cost.currency].join('/'));
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    return { ...cost, costNo: `${key}/${nth}` };
  };
}
