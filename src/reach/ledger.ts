import type { z } from 'zod';
import { demandSeen, isScoped, knownIn, membersOf, ownersOf } from '../customers/index.ts';
import { type Caller, may } from '../kernel/access/caller.ts';
import { notFound } from '../kernel/errors.ts';
import { fromCursor, toCursor } from '../kernel/http/cursor.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import type { countsQuery, countsReply, decisionDetail, decisionsQuery, DecisionView } from './contract.ts';
import { inControl } from './core/control.ts';
import { type Count, ledgerCount, ledgerCounts, ledgerLine, type LedgerFilter, type LedgerRow, ledgerRows, receiptsOf } from './queries/ledger.ts';
import { demandAllShops } from './rules.ts';
import { rulesOf } from './settings.ts';
import { NOBODY } from '../kernel/ids.ts';

const TOTAL_MAX = 10_000;
const WAITING = new Set(['waiting', 'deferred']);

type Names = ReadonlyMap<string, string>;

function viewOf({ dueAt, expiresAt, decidedAt, nextAt, sentAt, createdAt, ...row }: LedgerRow, names: Names): DecisionView {
  const told = (at: Date | null): string | null => at?.toISOString() ?? null;
  return {
    ...row, history: row.history.map(({ at, reason, until }) => ({ reason, at: new Date(at).toISOString(), until: new Date(until).toISOString() })), name: names.get(row.customer) ?? null, dueAt: dueAt.toISOString(), expiresAt: told(expiresAt), decidedAt: told(decidedAt), nextAt: WAITING.has(row.state) ? nextAt.toISOString() : null, sentAt: told(sentAt), createdAt: createdAt.toISOString(),
  };
}

/** What these people are called, for whoever may read customers. */
const namesOf = async (tx: Tx, caller: Caller, rows: readonly LedgerRow[]): Promise<Names> =>
  new Map(may(caller, 'customers.read') ? (await knownIn(tx, caller.workspaceId, [...new Set(rows.map(({ customer }) => customer))])).map(({ id, name }) => [id, name]) : []);


/** All ids of the customer asked for, whom the caller must be allowed to see; whoever sees some shops only asks for somebody. */
async function subjectsFor(stores: Stores, caller: Caller, customer: string | undefined): Promise<string[] | null> {
  if (customer === undefined) {
    demandAllShops(caller);
    return null;
  }
  await stores.pg.tx(caller.workspaceId, (tx) => demandSeen(tx, caller, [customer]));
  const owner = (await ownersOf(stores, caller.workspaceId, [customer])).get(customer) ?? customer;
  return (await membersOf(stores, caller.workspaceId, [owner])).get(owner) ?? [customer];
}

export const beforeOf = (cursor: string | undefined): { at: string; id: string } | null => {
  const [at, id] = cursor === undefined ? [] : fromCursor(cursor, 2);
  return at === undefined ? null : { at: String(at), id: String(id) };
};

const date = (text: string | undefined): Date | null => (text === undefined ? null : new Date(text));

type Asked = z.output<typeof decisionsQuery>;
type Page<Row> = { rows: Row[]; next: string | null; total: { count: number; over: boolean } };

/** Lines of the decision ledger, the newest first: what was sent to whom, what was not, and why. Refuses `customer.not_found`, `reach.all_shops`. */
export async function listDecisions(stores: Stores, caller: Caller, { customer, cursor, limit, source, enrolment, state, reason, channel, from, to }: Asked): Promise<Page<DecisionView>> {
  const { workspaceId } = caller;
  const filter: LedgerFilter = { subjects: await subjectsFor(stores, caller, customer), source: source ?? null, enrolment: enrolment ?? null, state: state ?? null, reason: reason ?? null, channel: channel ?? null, from: date(from), to: date(to) };
  const { rows, names, count } = await stores.pg.tx(workspaceId, async (tx) => {
    const found = await ledgerRows(tx, workspaceId, filter, { before: beforeOf(cursor), limit: limit + 1 });
    return { rows: found, names: await namesOf(tx, caller, found), count: await ledgerCount(tx, workspaceId, filter, TOTAL_MAX + 1) };
  });
  const shown = rows.slice(0, limit), last = shown.at(-1);
  return { rows: shown.map((row) => viewOf(row, names)), next: rows.length > limit && last ? toCursor([last.createdAt.toISOString(), last.id]) : null, total: { count: Math.min(count, TOTAL_MAX), over: count > TOTAL_MAX } };
}

/** One line with every receipt. Refuses `message.not_found`. */
export async function decisionOf(stores: Stores, caller: Caller, id: string): Promise<z.input<typeof decisionDetail>> {
  const { workspaceId } = caller;
  return stores.pg.tx(workspaceId, async (tx) => {
    const row = await ledgerLine(tx, workspaceId, id);
    if (!row || (row.customer === NOBODY && isScoped(caller))) throw notFound('message', { id });
    if (row.customer !== NOBODY) await demandSeen(tx, caller, [row.customer]);
    return { ...viewOf(row, await namesOf(tx, caller, [row])), receipts: (await receiptsOf(tx, workspaceId, id)).map(({ at, ...one }) => ({ ...one, at: at.toISOString() })) };
  });
}

/** Sums counts by a word, the most first. */
function sums<Row extends { count: number }>(rows: readonly Row[], wordOf: (row: Row) => string | null): [string, number][] {
  const by = new Map<string, number>();
  for (const row of rows) { const word = wordOf(row); if (word !== null) by.set(word, (by.get(word) ?? 0) + row.count); }
  return [...by].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}

type Fares = { sent: number; failed: number; bounced: number; complained: number };
/** How a channel's messages fared: handed over, never or in vain; came back; were reported. */
function faresOf(rows: readonly Count[]): Fares {
  const sum = (fits: (row: Count) => boolean): number => rows.reduce((all, row) => all + (fits(row) ? row.count : 0), 0);
  return {
    sent: sum(({ state }) => state === 'accepted'), failed: sum(({ state, receipt }) => state === 'failed' || receipt === 'failed'),
    bounced: sum(({ receipt }) => receipt === 'bounced'), complained: sum(({ receipt }) => receipt === 'complained'),
  };
}

/** How many messages stand how, and why. Refuses `reach.all_shops`. */
export async function countDecisions(stores: Stores, caller: Caller, { source, from, to }: z.output<typeof countsQuery>): Promise<z.input<typeof countsReply>> {
  demandAllShops(caller);
  const rows = await stores.pg.tx(caller.workspaceId, (tx) => ledgerCounts(tx, caller.workspaceId, { source: source ?? null, from: date(from), to: date(to) }));
  type State = (typeof rows)[number]['state'];
  return {
    total: rows.reduce((sum, { count }) => sum + count, 0), unknown: rows.reduce((sum, { unknowns }) => sum + unknowns, 0),
    states: sums(rows, ({ state }) => state).map(([state, count]) => ({ state: state as State, count })),
    reasons: sums(rows, ({ state, reason }) => (reason === null ? null : `${state} ${reason}`)).map(([key, count]) => { const [state = '', reason = ''] = key.split(' '); return { state: state as State, reason, count }; }),
    channels: sums(rows, ({ channel }) => channel).map(([channel, count]) => ({ channel, count, ...faresOf(rows.filter((row) => row.channel === channel)) })), receipts: sums(rows, ({ receipt }) => receipt).map(([receipt, count]) => ({ receipt, count })),
  };
}

/** The share of the control group, and whether somebody is in it. Refuses `customer.not_found`. */
export async function controlGroup(stores: Stores, caller: Caller, customer: string | undefined): Promise<{ share: number; customer: { id: string; inControl: boolean } | null }> {
  const { control } = await stores.pg.tx(caller.workspaceId, (tx) => rulesOf(tx, caller.workspaceId));
  if (customer === undefined) return { share: control.share, customer: null };
  await stores.pg.tx(caller.workspaceId, (tx) => demandSeen(tx, caller, [customer]));
  const id = (await ownersOf(stores, caller.workspaceId, [customer])).get(customer);
  if (id === undefined) throw notFound('customer', { id: customer });
  return { share: control.share, customer: { id, inControl: inControl(id, control) } };
}
