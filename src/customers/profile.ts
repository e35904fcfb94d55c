import { type Caller, may } from '../kernel/access/caller.ts';
import { recordUnmask } from '../kernel/access/index.ts';
import { notFound } from '../kernel/errors.ts';
import type { CustomerId } from '../kernel/ids.ts';
import type { WorkspaceKeys } from '../kernel/seal.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { HOT_KEYS } from './builtins.ts';
import type { Field } from './core/fields.ts';
import { foldOwn, type Own } from './core/fold.ts';
import { type Known, type Portrait, portraitOf, type PortraitValue, isStale } from './core/portrait.ts';
import { loadFields } from './fields.ts';
import { allSaid, blobsOf } from './hearing.ts';
import { identifiersOf, isFieldHidden, shownValue, type ShownIdentifier, wantsClear } from './masking.ts';
import { loadFoldSource } from './queries/customers.ts';
import { subjectsOf } from './queries/identity.ts';
import { mergesOf } from './queries/merges.ts';
import { consentsOf, openTaskCount, ownerOf, peopleById, type PersonRow } from './queries/people.ts';
import { ownShops } from './scope.ts';
import { readingVault } from './vault.ts';
import { type HeldTag, tagsOf } from './queries/tags.ts';

/** A field of a record with who said it and when. `hidden`: the caller sees stars. */
export type ProfileField = PortraitValue & { section: Field['section']; block: Field['block']; unit: Field['unit']; optionWords: string | null; hidden: boolean };
export type Profile = {
  id: CustomerId; name: string; stage: string | null; stageSince: string | null; branch: string | null; cycle: number | null; rfm: string | null;
  orderCount: number | null; firstOn: string | null; lastOn: string | null; netMinor: number | null; gapDays: number | null; b2b: boolean | null; churnProbability: number | null;
  createdAt: string; reach: string[]; identifiers: ShownIdentifier[]; canUnmask: boolean;
  consents: { channel: string; purpose: string; state: string; source: string; proof: string; at: string }[];
  tags: (Omit<HeldTag, 'since' | 'endedAt'> & { since: string })[];
  fields: ProfileField[]; portrait: Portrait; openTasks: number; merges: number;
};

const columnKey = (key: string): string => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Every value known of a customer by field key: said (clear and sealed), published and in columns. */
function knownOf(fields: ReadonlyMap<string, Field>, row: PersonRow, own: Own): Record<string, Known> {
  const said = Object.entries(own).flatMap(([key, [value, atMs, source]]): [string, Known][] => (value === null ? [] : [[key, { value, atMs, source }]]));
  const columns = Object.fromEntries(HOT_KEYS.map((key) => [key, (row as unknown as Record<string, Known['value'] | null>)[columnKey(key)]]));
  const published = Object.entries({ ...row.published, ...columns }).flatMap(([key, value]): [string, Known][] =>
    (value === null || value === undefined ? [] : [[key, { value, atMs: row.publishedAt[key] ?? row.createdAt.getTime(), source: fields.get(key)?.source ?? 'own' }]]));
  return Object.fromEntries([...said, ...published]);
}

async function foldedOwn(tx: Tx, keys: WorkspaceKeys, caller: Caller, owner: CustomerId): Promise<Own> {
  const { anchors } = await loadFoldSource(tx, caller.workspaceId, [owner]);
  const vault = readingVault(tx, keys, caller.workspaceId);
  await vault.know(blobsOf(anchors));
  return foldOwn(anchors.map((anchor) => ({ id: anchor.id, preferredMs: anchor.preferredAt?.getTime() ?? null, own: allSaid(vault, caller.workspaceId, anchor) })));
}

function profileFields(caller: Caller, fields: ReadonlyMap<string, Field>, known: Readonly<Record<string, Known>>, nowMs: number, clear: boolean): ProfileField[] {
  return [...fields.values()].flatMap((field) => {
    const one = Object.hasOwn(known, field.key) ? known[field.key] : undefined;
    if (!one) return [];
    const hidden = isFieldHidden(caller, field, clear);
    const { key, type, label, section, block, unit, optionWords, ttlDays } = field;
    return [{ key, type, label, section, block, unit, optionWords, hidden, value: shownValue(one.value, hidden), source: one.source, at: new Date(one.atMs).toISOString(), stale: isStale(one.atMs, ttlDays, nowMs) }];
  });
}

const visiblePortrait = (fields: readonly Field[], known: Readonly<Record<string, Known>>, nowMs: number, hidden: ReadonlySet<string>): Portrait =>
  portraitOf(fields.filter(({ key }) => !hidden.has(key)), known, nowMs);

async function load(tx: Tx, keys: WorkspaceKeys, caller: Caller, id: string, clear: boolean) {
  const { workspaceId } = caller;
  const owner = await ownerOf(tx, workspaceId, id);
  const row = owner ? (await peopleById(tx, workspaceId, [owner], caller.shops))[0] : undefined;
  if (!owner || !row) throw notFound('customer', { id });
  const subjects = (await subjectsOf(tx, workspaceId, [owner])).map((subject) => subject.id);
  return {
    row: ownShops(caller, row), fields: await loadFields(tx, workspaceId), own: await foldedOwn(tx, keys, caller, owner),
    identifiers: (await identifiersOf(tx, keys, workspaceId, [owner], { clear, receivers: true })).get(owner) ?? [],
    consents: await consentsOf(tx, workspaceId, owner), tags: await tagsOf(tx, workspaceId, owner),
    openTasks: await openTaskCount(tx, workspaceId, owner), merges: (await mergesOf(tx, workspaceId, subjects)).length,
  };
}

const newestEach = <T extends { channel: string; purpose: string }>(consents: readonly T[]): T[] =>
  [...new Map([...consents].reverse().map((one) => [`${one.channel} ${one.purpose}`, one])).values()];

/**
 * The head of a customer's page: who, where in the lifecycle, what is known with source and freshness, consent, tags, portrait.
 * Any subject's or absorbed customer's id finds its present owner. Refuses `customer.not_found`; in clear, `access.forbidden`.
 */
export async function profile(stores: Stores, caller: Caller, id: string, { clear }: { clear?: boolean | undefined } = {}): Promise<Profile> {
  const isClear = wantsClear(caller, clear);
  const keys = await stores.keys.of(caller.workspaceId);
  const { row, fields, own, identifiers, consents, tags, openTasks, merges } = await stores.pg.tx(caller.workspaceId, (tx) => load(tx, keys, caller, id, isClear));
  if (isClear) await recordUnmask(stores, caller, { target: `customer:${row.id}`, count: 1 });
  const nowMs = stores.clock.now().getTime();
  const known = knownOf(fields, row, own);
  const shown = profileFields(caller, fields, known, nowMs, isClear);
  const hidden = new Set(shown.filter((field) => field.hidden).map(({ key }) => key));
  const { published: _p, publishedAt: _a, fields: _f, tags: _t, createdAt, ...head } = row;
  return {
    ...head, createdAt: createdAt.toISOString(), identifiers, canUnmask: may(caller, 'customers.unmask'),
    consents: newestEach(consents).map((one) => ({ ...one, at: one.at.toISOString() })),
    tags: tags.filter(({ endedAt }) => endedAt === null).map(({ endedAt: _e, since, ...tag }) => ({ ...tag, since: since.toISOString() })),
    fields: shown, portrait: visiblePortrait([...fields.values()], known, nowMs, hidden), openTasks, merges,
  };
}
