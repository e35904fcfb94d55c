import { exportEvents, exportFacts, sources, TYPED_SOURCE } from '../../collect/index.ts';
import { exchangeCustomers } from '../../customers/index.ts';
import { type Caller, demand } from '../../kernel/access/caller.ts';
import { membersOf, recordExport } from '../../kernel/access/index.ts';
import { hideAll } from '../../kernel/contacts.ts';
import { notFound, Refusal } from '../../kernel/errors.ts';
import type { Stores } from '../../kernel/stores.ts';
import { FORMAT, type Parts } from './contract.ts';
import { typedCosts } from './queries/costs.ts';
import { tellAddresses } from './addresses.ts';
import { membershipLines } from './memberships.ts';
import { LIST_TABLES, listedPage, listFile, type ListTable } from './queries/take.ts';
import { RECORDS, recordsAfter } from './store.ts';

const FACTS = ['orders', 'lines', 'refunds', 'costs'] as const;
/** What stays behind for good, or is worked out anew. */
const LEFT = ['computed_values', 'secrets_and_keys', 'channel_settings', 'replies_and_browsers_open', 'suppressed_addresses_of_nobody', 'erasure_marks', 'imported_files', 'merges_and_audit_log'];
const ROWS_PER_PAGE = 2_000;

type Ask = { reason: string; clear: boolean };

/** An export of everything is the owner's, or the command line's. Refuses `exchange.owner_only` (403). */
export function demandOwner(caller: Caller): void {
  demand(caller, 'customers.export');
  if (caller.role !== 'owner' && caller.role !== 'system') throw new Refusal('exchange.owner_only', {}, 403);
}

type Page = Awaited<ReturnType<typeof recordsAfter>>;

async function* recordLines(stores: Stores, caller: Caller, table: string, clear: boolean): AsyncGenerator<string> {
  const { workspaceId } = caller;
  for (let after: string | null = null; ; ) {
    const [found, rows]: [Page, Page[number]['row'][]] = await stores.pg.tx(workspaceId, async (tx) => {
      const page = await recordsAfter(tx, workspaceId, table, { after, limit: ROWS_PER_PAGE }), plain = page.map(({ row }) => row);
      return [page, table === 'suppression' ? await tellAddresses(tx, stores, caller, plain, clear) : plain];
    });
    yield rows.map((row) => `${JSON.stringify(clear ? row : hideAll(row))}\n`).join('');
    if (found.length < ROWS_PER_PAGE) return;
    after = found.at(-1)?.place ?? null;
  }
}

async function* linesOf(rows: readonly unknown[]): AsyncGenerator<string> {
  yield rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

type Open = (stores: Stores, caller: Caller, ask: Ask) => Promise<AsyncGenerator<string>>;

/** What people set, wrote and decided: one line in the audit log for each table. */
const records = (table: string): Open => async (stores, caller, { reason, clear }) => {
  await recordExport(stores, caller, { what: `records:${table}`, count: -1, masked: !clear, reason });
  return recordLines(stores, caller, table, clear);
};

/** Who works here, never how they prove it. */
const members: Open = async (stores, caller, { reason }) => {
  const rows = await membersOf(stores, caller.workspaceId);
  await recordExport(stores, caller, { what: 'members', count: rows.length, masked: false, reason });
  return linesOf(rows.map(({ name, email, role, shops, joinedAt }) => ({ name, email, role, shops, joinedAt: joinedAt.toISOString() })));
};

const typed: Open = async (stores, caller, { reason }) => {
  const rows = await typedCosts(stores, caller.workspaceId);
  await recordExport(stores, caller, { what: 'costs:typed', count: rows.length, masked: true, reason });
  return linesOf(rows);
};

async function* listLines({ ch }: Stores, { workspaceId }: Caller, which: ListTable): AsyncGenerator<string> {
  for (let page = await listedPage(ch, workspaceId, which, undefined, ROWS_PER_PAGE); page.length > 0;) {
    yield page.map(({ place: _, ...row }) => `${JSON.stringify(row)}\n`).join('');
    const last = page.at(-1);
    page = last && page.length === ROWS_PER_PAGE ? await listedPage(ch, workspaceId, which, { list: last.list, customer: String(last.place) }, ROWS_PER_PAGE) : [];
  }
}

const listed = (which: ListTable): Open => async (stores, caller, { reason }) => {
  await recordExport(stores, caller, { what: `lists:${which}`, count: -1, masked: true, reason });
  return listLines(stores, caller, which);
};

const looks: Open = async (stores, caller, { reason }) => {
  await recordExport(stores, caller, { what: 'segments:history', count: -1, masked: true, reason });
  return membershipLines(stores, caller);
};

/** Every file of an export of everything, by its name, in order. */
async function openers(stores: Stores, caller: Caller): Promise<Map<string, Open>> {
  const keys = (await sources(stores, caller.workspaceId)).map(({ key }) => key).filter((key) => key !== TYPED_SOURCE);
  return new Map<string, Open>([
    ...Object.keys(RECORDS).map((table) => [`records.${table}.jsonl`, records(table)] as const),
    ...LIST_TABLES.map((which) => [listFile(which), listed(which)] as const), ['segments.history.jsonl', looks],
    ['members.jsonl', members], ['costs.typed.jsonl', typed],
    ['customers.jsonl', (_, caller, { reason, clear }) => exchangeCustomers(stores, caller, { reason, clear })],
    ...keys.flatMap((from) => [
      ...FACTS.map((what): [string, Open] => [`${what}.${from}.csv`, (_, caller, { reason }) => exportFacts(stores, caller, what, { format: 'csv', reason, from })]),
      [`events.${from}.jsonl`, (_, caller, { reason }) => exportEvents(stores, caller, { reason, from })] as [string, Open],
    ]),
  ]);
}

/** The files of an export of everything, and what it leaves. Refuses `exchange.owner_only`. */
export async function partsOf(stores: Stores, caller: Caller): Promise<Parts> {
  demandOwner(caller);
  const told = (await sources(stores, caller.workspaceId)).filter(({ key }) => key !== TYPED_SOURCE);
  return { format: FORMAT, parts: [...(await openers(stores, caller)).keys()], sources: told.map(({ key, name, kind, shop, channel, currency }) => ({ key, name, kind, shop, channel, currency })), left: LEFT };
}

/** One of these files, streamed. Refuses `exchange.owner_only`, `part.not_found`, and what exports refuse; stands in the audit log. */
export async function openPart(stores: Stores, caller: Caller, name: string, ask: Ask): Promise<AsyncGenerator<string>> {
  demandOwner(caller);
  const open = (await openers(stores, caller)).get(name);
  if (!open) throw notFound('part', { name });
  return open(stores, caller, ask);
}
