import type { Caller } from '../kernel/access/caller.ts';
import type { CustomerId, SubjectId, WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { type Block, declared, type Field, type FieldDeclaration, type Unit } from './core/fields.ts';
import type { FieldValue } from './core/fold.ts';
import type { TagKind } from './core/tags.ts';
import type { Finder } from './marks.ts';
import type { Interest } from './recorded.ts';

/**
 * What modules above tell this one before anything runs. Gathered by app.ts (and by tests) through the functions below;
 * saying the same thing twice changes nothing.
 */
const fields = new Map<string, Field>();
const traits = new Map<string, TraitDeclaration>();
const tagRules = new Map<TagKind, TagRule>();
const timelines = new Map<string, TimelineSource>();
let orderFinder: OrderFinder = async () => [];

/** Declares typed fields that a module publishes. */
export function declareFields(more: readonly FieldDeclaration[]): void {
  for (const field of more) fields.set(field.key, declared(field));
}
export const declaredFields = (): ReadonlyMap<string, Field> => fields;

/**
 * A value computed about customers from what happened to them. `on`: the facts after which it is looked at again;
 * of events those by whom `by` says; `everyHours`: and at least that often. `compute` answers for exactly the customers it can tell something about; null clears.
 */
export type TraitDeclaration = {
  key: string; type: Field['type']; source: string; block: Block | null; ttlDays: number; unit?: Unit; on: readonly string[]; by?: Interest; everyHours: number;
  compute(stores: Stores, workspaceId: WorkspaceId, customers: readonly CustomerId[] | 'all'): Promise<ReadonlyMap<CustomerId, FieldValue | null>>;
};
export function registerTrait(trait: TraitDeclaration): void {
  const { key, type, source, block, ttlDays, unit } = trait;
  declareFields([{ key, type, source, block, ttlDays, unit: unit ?? null }]);
  traits.set(key, trait);
}
export const registeredTraits = (): ReadonlyMap<string, TraitDeclaration> => traits;

/** Who fits a computed tag's rule now, or who of some named customers; `value` for tags that carry one (first channel, preferred category). */
export type TagRule = {
  find(stores: Stores, workspaceId: WorkspaceId, spec: unknown, customers?: readonly CustomerId[]): Promise<readonly { customer: CustomerId; value?: string }[]>;
  /** Whose tag may change when something happens: these are looked at at once. Without one, everybody by the clock. */
  interest?(spec: unknown): Interest | undefined;
  /** Refuses a spec that `find` could not use, before it is kept. */
  check?(stores: Stores, caller: Caller, spec: unknown): Promise<void>;
  /** Keeps what a spec names from going, in the transaction that keeps it; `before`: the spec it had. */
  hold?(tx: Tx, workspaceId: WorkspaceId, spec: unknown, before?: unknown): Promise<void>;
};
export const registerTagRule = (kind: TagKind, rule: TagRule): void => void tagRules.set(kind, rule);
export const tagRuleOf = (kind: TagKind): TagRule | undefined => tagRules.get(kind);

/** A line of a timeline. `code` is worded by whoever shows it; `link` is a path inside the API. */
export type TimelineEntry = { id: string; at: string; kind: string; code: string; params: Record<string, unknown>; link?: string };
/** Whose timeline; `shops` narrows what happened to these shops, none means all. */
export type TimelineQuery = { customers: readonly CustomerId[]; subjects: readonly SubjectId[]; accountId?: string; shops: readonly string[] };
export type TimelinePage = { before?: Date; kinds?: readonly string[]; limit: number };
/** Lines newest first, strictly before `before`, at most `limit`. */
export type TimelineSource = { name: string; kinds: readonly string[]; load(stores: Stores, workspaceId: WorkspaceId, of: TimelineQuery, page: TimelinePage): Promise<TimelineEntry[]> };
export const registerTimeline = (source: TimelineSource): void => void timelines.set(source.name, source);
export const timelineSources = (): readonly TimelineSource[] => [...timelines.values()];

/** Whom to forget: every identifier of theirs; `texts` what these said, for whoever must look for it among what is sealed. */
export type Forgotten = { subjects: readonly SubjectId[]; texts: readonly string[] };
/**
 * What a module holds of people and takes out when one is erased, counted by kind of row. `inPostgres` runs in the transaction of the erasure, in the
 * order in which they were registered; `inClickHouse` after it, perhaps twice.
 */
export type Eraser = {
  name: string;
  inPostgres?(tx: Tx, stores: Stores, workspaceId: WorkspaceId, whom: Forgotten): Promise<Record<string, number>>;
  inClickHouse?(stores: Stores, workspaceId: WorkspaceId, subjects: readonly SubjectId[]): Promise<Record<string, number>>;
  /** Files that are kept: after that, perhaps twice; `busy` while they are at work and have to be looked at later. */
  inFiles?(stores: Stores, workspaceId: WorkspaceId, find: Finder): Promise<Record<string, number> | 'busy'>;
};
const registeredErasers = new Map<string, Eraser>();
export const registerEraser = (eraser: Eraser): void => void registeredErasers.set(eraser.name, eraser);
export const erasers = (): readonly Eraser[] => [...registeredErasers.values()];

/** The subjects of the orders with this number, for search. */
export type OrderFinder = (stores: Stores, workspaceId: WorkspaceId, orderNo: string) => Promise<readonly SubjectId[]>;
export const registerOrderFinder = (find: OrderFinder): void => void (orderFinder = find);
export const findOrder: OrderFinder = (stores, workspaceId, orderNo) => orderFinder(stores, workspaceId, orderNo);
