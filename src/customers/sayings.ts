import { type CustomerId, newId, type SubjectId } from '../kernel/ids.ts';
import type { Field } from './core/fields.ts';
import { hear, type Own, valuesOf } from './core/fold.ts';
import type { IdentifierKind } from './core/identifiers.ts';
import { nameTokens } from './core/names.ts';
import { type Consents, reachOf } from './core/reach.ts';
import { blobsOf, type Heard, readSpoken, sealOwn, withHeard } from './hearing.ts';
import type { ConsentInput, ResolveItem } from './identify.ts';
import { type AnchorRow, anchorsById, type ConsentRow, insertConsents, insertCustomers, insertNameTokens, type NewCustomer, pointAnchors, saveSaid } from './queries/customers.ts';
import { texts } from './queries/arrays.ts';
import { ensureTags, startMembers } from './queries/tags.ts';
import type { Scene } from './settle.ts';
import type { ReadItem } from './subjects.ts';
import type { Vault } from './vault.ts';

/** What an item says about its person beyond who they are. */
export type Saying = Heard & { subject: SubjectId | undefined; consents: readonly ConsentInput[]; tags: readonly string[]; at: Date; source: string };

const NOTHING: readonly never[] = [];
const TAG_MAX = 100;

const cleanTags = (tags: readonly string[] | undefined): readonly string[] =>
  tags ? [...new Set(tags.map((tag) => tag.normalize('NFC').replace(/[\u0000-\u001f\u007f]/g, '').trim().slice(0, TAG_MAX)).filter((tag) => tag !== '' && tag.isWellFormed()))] : NOTHING;

/** Whether an item says nothing beyond who somebody is. */
export const isSilent = ({ name, traits, consents, tags }: ResolveItem): boolean => !name && !traits && !consents?.length && !tags?.length;
const SILENCE: Saying = { clear: {}, sealed: {}, unfit: [], subject: undefined, consents: NOTHING, tags: NOTHING, at: new Date(0), source: '' };

/** Reads what items say, item by item. */
export const sayingsOf = (fields: ReadonlyMap<string, Field>, items: readonly ResolveItem[], read: readonly ReadItem[]): Saying[] =>
  items.map((item, at) => (isSilent(item) ? SILENCE : {
    ...readSpoken(fields, item), subject: read[at]?.acting?.id, consents: item.consents ?? NOTHING, tags: cleanTags(item.tags), at: item.at, source: item.source,
  }));

export type Room = {
  sayings: readonly Saying[];
  owners: ReadonlyMap<SubjectId, CustomerId>;
  /** Customers made of new subjects only: their rows are written here, complete. */
  born: readonly CustomerId[];
  kindsOf: ReadonlyMap<CustomerId, ReadonlySet<IdentifierKind>>;
  /** Said by somebody else than a file. */
  vouched: boolean;
};

/** What is said of one subject. */
export type Heap = { clear: Own; sealed: Own; consents: (ConsentInput & { at: Date; source: string })[]; tags: Map<string, { at: Date; source: string }> };
/** By subject, which is also the row the words are written on. */
export type Heaps = ReadonlyMap<string, Heap>;
const emptyHeap = (): Heap => ({ clear: {}, sealed: {}, consents: [], tags: new Map() });

export const isEmpty = ({ clear, sealed, consents, tags }: Saying): boolean =>
  consents.length === 0 && tags.length === 0 && Object.keys(clear).length === 0 && Object.keys(sealed).length === 0;

/** Lays sayings on the subjects they are about: whoever a subject belongs to later has them with it. */
export function layOn(heaps: Map<string, Heap>, sayings: readonly Saying[], about: (subject: SubjectId) => boolean): void {
  for (const saying of sayings) {
    if (!saying.subject || isEmpty(saying) || !about(saying.subject)) continue;
    const heap = heaps.get(saying.subject) ?? emptyHeap();
    heaps.set(saying.subject, heap);
    heap.clear = hear(heap.clear, saying.clear);
    heap.sealed = hear(heap.sealed, saying.sealed);
    heap.consents.push(...saying.consents.map((consent) => ({ ...consent, at: saying.at, source: saying.source })));
    for (const tag of saying.tags) if (!heap.tags.has(tag) || (heap.tags.get(tag) as Saying).at > saying.at) heap.tags.set(tag, saying);
  }
}

/** The newest word on each channel for marketing. */
function consentsNow(consents: Heap['consents']): Consents {
  const sorted = consents.filter(({ purpose = 'marketing' }) => purpose === 'marketing').sort((a, b) => a.at.getTime() - b.at.getTime() || (a.state < b.state ? -1 : 1));
  return Object.fromEntries(sorted.map(({ channel, state }) => [channel, state]));
}

function newRow({ workspaceId }: Scene, vault: Vault, id: CustomerId, heap: Heap | undefined, kinds: ReadonlySet<IdentifierKind>): NewCustomer {
  const list = texts([...kinds].sort());
  if (!heap) return { id, name: '', said: '{}', fields: '{}', sealed: null, tags: '{}', kinds: list, reach: texts(reachOf(kinds, {})) };
  const { name, ...fields } = valuesOf(heap.clear);
  return {
    id, name: typeof name === 'string' ? name : '', said: JSON.stringify(heap.clear), fields: JSON.stringify(fields), sealed: sealOwn(vault, workspaceId, id, heap.sealed),
    tags: texts([...heap.tags.keys()].sort()), kinds: list, reach: texts(reachOf(kinds, consentsNow(heap.consents))),
  };
}

/** New rows, to be found by the names they come with: also those that stand for somebody else, or nobody would find them once they stand alone. */
async function insertRows({ tx, workspaceId, stores }: Scene, rows: readonly NewCustomer[], vouched: boolean): Promise<void> {
  await insertCustomers(tx, workspaceId, rows, stores.clock.now(), vouched);
  await insertNameTokens(tx, workspaceId, rows.flatMap(({ id, name }) => (name ? nameTokens(name).map((token) => ({ token, id })) : [])));
}

const insertBorn = (scene: Scene, vault: Vault, { born, kindsOf, vouched }: Pick<Room, 'born' | 'kindsOf' | 'vouched'>, heaps: Heaps): Promise<void> =>
  insertRows(scene, born.map((id) => newRow(scene, vault, id, heaps.get(id), kindsOf.get(id) ?? new Set())), vouched);

/** Rows for subjects that are spoken of and belong to somebody else: what is said of them stays theirs. */
async function insertAnchors(scene: Scene, vault: Vault, ids: readonly string[], { owners, vouched }: Pick<Room, 'owners' | 'vouched'>, heaps: Heaps): Promise<void> {
  if (ids.length === 0) return;
  await insertRows(scene, ids.map((id) => newRow(scene, vault, id, heaps.get(id), new Set())), vouched);
  await pointAnchors(scene.tx, scene.workspaceId, ids.map((id) => ({ id, into: owners.get(id) as CustomerId })));
}

async function addToAnchors({ tx, workspaceId }: Scene, vault: Vault, anchors: ReadonlyMap<CustomerId, AnchorRow>, heaps: Heaps, vouched: boolean): Promise<CustomerId[]> {
  const changed = [...anchors].flatMap(([id, anchor]) => {
    const heap = heaps.get(id);
    const next = heap && withHeard(vault, workspaceId, anchor, heap, vouched);
    return next ? [next] : [];
  });
  await saveSaid(tx, workspaceId, changed, vouched);
  return changed.map(({ id }) => id);
}

export async function saveConsents({ tx, workspaceId }: Scene, heaps: Heaps, vouched: boolean): Promise<CustomerId[]> {
  const rows = [...heaps].flatMap(([customerId, { consents }]) => consents.map(({ channel, state, purpose = 'marketing', proof = '', at, source }): ConsentRow =>
    ({ id: newId(), customerId, channel, purpose, state, source, proof, at })));
  await insertConsents(tx, workspaceId, rows, vouched);
  return rows.map(({ customerId }) => customerId);
}

export async function saveTags({ tx, workspaceId, stores }: Scene, heaps: Heaps, vouched: boolean): Promise<CustomerId[]> {
  const keys = [...new Set([...heaps.values()].flatMap(({ tags }) => [...tags.keys()]))];
  const ids = await ensureTags(tx, workspaceId, keys.map((key) => ({ id: newId(), key })), 'import', stores.clock.now());
  const members = [...heaps].flatMap(([customerId, { tags }]) => [...tags].flatMap(([key, { at, source }]) => { const tagId = ids.get(key); return tagId === undefined ? [] : [{ tagId, customerId, value: '', source, since: at }]; }));
  await startMembers(tx, workspaceId, members, vouched);
  return members.map(({ customerId }) => customerId);
}

/** Writes new customers and what was said about anybody; the live customers whose folded columns are old now. */
export async function writeSayings(scene: Scene, vault: Vault, room: Room): Promise<CustomerId[]> {
  const { tx, workspaceId } = scene;
  const { sayings, owners, vouched } = room;
  const born = new Set(room.born);
  const heaps = new Map<string, Heap>();
  layOn(heaps, sayings, (subject) => owners.has(subject));
  const spoken: string[] = [...heaps.keys()].filter((id) => !born.has(id));
  const anchors = await anchorsById(tx, workspaceId, spoken);
  await vault.know(blobsOf(anchors.values()));
  const missing = spoken.filter((id) => !anchors.has(id));
  await insertBorn(scene, vault, room, heaps);
  await insertAnchors(scene, vault, missing, room, heaps);
  const heard = [...missing, ...(await addToAnchors(scene, vault, anchors, heaps, vouched)), ...(await saveConsents(scene, heaps, vouched)), ...(await saveTags(scene, heaps, vouched))];
  // The born were written complete, but for what is said of their other subjects; everybody else is folded anew, under whom they stand now.
  return [...new Set(heard.filter((id) => !born.has(id)).map((id) => owners.get(id) ?? id))];
}
