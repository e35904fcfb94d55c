import { z } from 'zod';
import { type Caller, demand, may } from '../kernel/access/caller.ts';
import { recordExport } from '../kernel/access/index.ts';
import type { CustomerId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { audit } from '../kernel/audit.ts';
import { IDENTIFIER_KINDS } from './core/identifiers.ts';
import { CONSENT_CHANNELS, CONSENT_STATES } from './core/reach.ts';
import { isValued } from './core/tags.ts';
import { loadFields } from './fields.ts';
import type { ResolveItem } from './identify.ts';
import { identifiersOf, isFieldHidden } from './masking.ts';
import { type ConsentRow, consentsOf, peopleAfter } from './queries/exchange.ts';
import type { PersonRow } from './queries/people.ts';
import { allTags } from './queries/tags.ts';
import { resolve } from './resolve.ts';
import { ownShops } from './scope.ts';

/** A customer as one line of JSON, whole enough to be told to another workspace. `id` is the customer's here; events and orders of the same export carry it as `user_id`. */
export const exchangedCustomer = z.object({
  id: z.guid(), createdAt: z.iso.datetime(), name: z.string().max(500),
  identifiers: z.array(z.object({ kind: z.enum(IDENTIFIER_KINDS), scope: z.string().max(200), value: z.string().max(500) })).max(200),
  fields: z.record(z.string(), z.unknown()), tags: z.array(z.string().max(200)).max(500),
  consents: z.array(z.object({ channel: z.enum(CONSENT_CHANNELS), purpose: z.string().max(40), state: z.enum(CONSENT_STATES), proof: z.string().max(500), at: z.iso.datetime() })).max(500),
});
export type ExchangedCustomer = z.infer<typeof exchangedCustomer>;

const ROWS_PER_PAGE = 2_000;
const SOURCE = 'exchange';

/** Fields that were said, not computed: those the other workspace works out for itself stay away. */
async function saidFields(stores: Stores, caller: Caller, clear: boolean): Promise<Set<string>> {
  const fields = await stores.pg.tx(caller.workspaceId, (tx) => loadFields(tx, caller.workspaceId));
  return new Set([...fields.values()].filter((field) => !field.sealed && (field.source === 'own' || field.source === 'customers') && !isFieldHidden(caller, field, clear && may(caller, 'customers.unmask'))).map(({ key }) => key));
}

/** Tags but for those that carry a value: the other workspace works these out for itself. */
async function carriedTags(stores: Stores, { workspaceId }: Caller): Promise<(tag: string) => boolean> {
  const keys = (await stores.pg.tx(workspaceId, (tx) => allTags(tx, workspaceId))).filter(({ kind }) => isValued(kind)).map(({ key }) => key);
  return (tag) => !keys.some((key) => tag === key || tag.startsWith(`${key}:`));
}

async function lineOf(caller: Caller, row: PersonRow, parts: { identifiers: ExchangedCustomer['identifiers']; consents: readonly ConsentRow[]; said: ReadonlySet<string>; carried: (tag: string) => boolean }): Promise<string> {
  const own = ownShops(caller, row);
  const fields = Object.fromEntries(Object.entries(own.fields).filter(([key]) => parts.said.has(key)));
  const consents = parts.consents.map(({ channel, purpose, state, proof, at }) => ({ channel, purpose, state, proof, at: at.toISOString() }));
  return `${JSON.stringify({ id: row.id, createdAt: row.createdAt.toISOString(), name: row.name, identifiers: parts.identifiers, fields, tags: own.tags.filter(parts.carried), consents } satisfies ExchangedCustomer)}\n`;
}

async function* linesOf(stores: Stores, caller: Caller, clear: boolean): AsyncGenerator<string> {
  const { workspaceId, shops } = caller;
  const [keys, said, carried] = [await stores.keys.of(workspaceId), await saidFields(stores, caller, clear), await carriedTags(stores, caller)];
  for (let after: CustomerId | null = null; ; ) {
    const page: { rows: PersonRow[]; consents: ConsentRow[]; identifiers: Awaited<ReturnType<typeof identifiersOf>> } = await stores.pg.tx(workspaceId, async (tx) => {
      const rows = await peopleAfter(tx, workspaceId, { after, shops, limit: ROWS_PER_PAGE });
      const ids = rows.map(({ id }) => id);
      // Masked identifiers name nobody elsewhere: without leave to see them there are none.
      return { rows, consents: await consentsOf(tx, workspaceId, ids), identifiers: clear ? await identifiersOf(tx, keys, workspaceId, ids, { clear }) : new Map() };
    });
    const consents = Map.groupBy(page.consents, ({ customer }) => customer);
    for (const row of page.rows) yield await lineOf(caller, row, { said, carried, consents: consents.get(row.id) ?? [], identifiers: (page.identifiers.get(row.id) ?? []).map(({ kind, scope, shown }) => ({ kind, scope, value: shown })) });
    after = page.rows.at(-1)?.id ?? null;
    if (page.rows.length < ROWS_PER_PAGE) return;
  }
}

/**
 * Every customer as JSON lines, for another workspace. Identifiers only in clear, asked for by who may. Streams. Refuses
 * `access.forbidden` without customers.export (and customers.unmask when `clear`), `export.reason_missing`; stands in the audit log.
 */
export async function exchangeCustomers(stores: Stores, caller: Caller, { reason, clear }: { reason: string; clear: boolean }): Promise<AsyncGenerator<string>> {
  demand(caller, 'customers.export');
  if (clear) demand(caller, 'customers.unmask');
  await recordExport(stores, caller, { what: 'customers:all', count: -1, masked: !clear, reason });
  return linesOf(stores, caller, clear);
}

/** What one customer says: themselves, and each consent on the day it was given or withdrawn, since the newest word counts. */
const itemsOf = (scopes: readonly string[]) => ({ id, createdAt, name, identifiers, fields, tags, consents }: ExchangedCustomer): ResolveItem[] => [{
  identifiers: [...['', ...scopes].map((scope) => ({ kind: 'user_id' as const, scope, value: id })), ...identifiers.filter(({ value }) => value !== id)], at: new Date(createdAt), source: SOURCE,
  ...(name ? { name } : {}), ...(Object.keys(fields).length > 0 ? { traits: fields } : {}), ...(tags.length > 0 ? { tags } : {}),
}, ...consents.map(({ at, ...consent }): ResolveItem => ({ identifiers: [{ kind: 'user_id', value: id }], at: new Date(at), source: SOURCE, consents: [consent] }))];

/**
 * Takes customers that another workspace handed out; how many are new. The id they had there becomes a user number, by which their events find
 * them, and the orders of the sources in `scopes`, since a user number of a file means somebody within its source. Twice is the same as once.
 */
export async function takeCustomers(stores: Stores, caller: Caller, { customers, scopes }: { customers: readonly ExchangedCustomer[]; scopes: readonly string[] }): Promise<{ created: number }> {
  demand(caller, 'customers.write');
  const { created } = await resolve(stores, caller.workspaceId, customers.flatMap(itemsOf(scopes)), { by: caller.actor });
  await stores.pg.tx(caller.workspaceId, (tx) => audit(tx, stores.clock, caller, { action: 'customers.taken', target: SOURCE, detail: { customers: customers.length, created: created.length } }));
  return { created: created.length };
}
