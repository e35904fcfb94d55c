import { declareFields, flushMirror, ownersOf, publishIn } from '../../customers/index.ts';
import { systemCaller } from '../../kernel/access/caller.ts';
import { eventsOf, type Tree } from '../../kernel/conditions/index.ts';
import type { Day } from '../../kernel/day.ts';
import { announce } from '../../kernel/facts.ts';
import { type CustomerId, newId, type SubjectId, type WorkspaceId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { dataDay } from '../asOf.ts';
import { DEFAULT_CORE, programmeMoves } from '../core/signals/programme.ts';
import { compiledFor, writtenOut } from '../segments/index.ts';
import { cutOf, fitting } from './queries/core.ts';
import { allProgrammes, coreCustomers, enterMembers, leaveMembers, lockCore, membersAmong, membersNow, type MemberRow, type Programme, programmeById, type ProgrammeId, saveProgramme, stampProgramme } from './queries/coreStore.ts';

/** Whether a customer is in a programme: a filter may ask for it. */
declareFields([{ key: 'core_user', type: 'boolean', source: 'lifecycle' }]);

export type Moved = { entered: number; left: number };

/** The programme every workspace begins with; one without a name is called by the reader's own word for it. */
async function addFirst(tx: Tx, stores: Stores, workspaceId: WorkspaceId): Promise<void> {
  const { tree, share } = DEFAULT_CORE;
  await saveProgramme(tx, workspaceId, {
    id: newId(), name: '', owner: '', entry: tree, entryShare: share, stay: tree, stayShare: share, entryCut: null, stayCut: null, createdAt: stores.clock.now(), archivedAt: null, judgedOn: null,
  });
}

/** Customers who fit one of a programme's rules, with their value. The rule sees every field; masks are for people. */
async function fits(stores: Stores, workspaceId: WorkspaceId, { tree, cut }: { tree: Tree; cut: number | null }, among: readonly CustomerId[] | 'all', asOf: Day): Promise<Map<CustomerId, number>> {
  const caller = systemCaller(workspaceId, ['customers.unmask']);
  const rows = await fitting(stores.ch, workspaceId, await compiledFor(stores, caller, tree, asOf), { cut, among });
  return new Map(rows.map(({ customer, valueMinor }) => [customer, valueMinor]));
}

/** Top shares as a value: drawn anew when everybody is judged, as last drawn for single customers. */
async function withCuts(stores: Stores, workspaceId: WorkspaceId, programme: Programme, among: readonly CustomerId[] | 'all'): Promise<Programme> {
  if (among !== 'all') return programme;
  const cut = (share: number | null): Promise<number | null> => (share === null ? Promise.resolve(null) : cutOf(stores.ch, workspaceId, share));
  const [entryCut, stayCut] = await Promise.all([cut(programme.entryShare), cut(programme.stayShare)]);
  return { ...programme, entryCut, stayCut };
}

/** Who fits the entry and who may stay. A share of customers where nobody brought anything holds nobody. */
async function judged(stores: Stores, workspaceId: WorkspaceId, { entry, entryShare, entryCut, stay, stayShare, stayCut }: Programme, among: readonly CustomerId[] | 'all', asOf: Day): Promise<{ entering: Map<CustomerId, number>; staying: Map<CustomerId, number> }> {
  const side = (tree: Tree, share: number | null, cut: number | null): Promise<Map<CustomerId, number>> =>
    (share !== null && cut === null ? Promise.resolve(new Map()) : fits(stores, workspaceId, { tree, cut }, among, asOf));
  const isSame = entryShare === stayShare && JSON.stringify(entry) === JSON.stringify(stay);
  const [entering, staying] = await Promise.all([side(entry, entryShare, entryCut), isSame ? null : side(stay, stayShare, stayCut)]);
  return { entering, staying: staying ?? entering };
}

type Among = readonly CustomerId[] | 'all';
/** Members a judgement may move: a programme of thousands is not read for the few something happened to. */
const membersOf = (tx: Tx, workspaceId: WorkspaceId, programmeId: ProgrammeId, among: Among): Promise<MemberRow[]> =>
  (among === 'all' ? membersNow(tx, workspaceId, programmeId) : membersAmong(tx, workspaceId, programmeId, among));

/** Members whose record was absorbed by another: the one that stands is judged for itself. */
async function absorbedOf(stores: Stores, workspaceId: WorkspaceId, programmeId: ProgrammeId, among: Among): Promise<Set<CustomerId>> {
  const members = await stores.pg.tx(workspaceId, (tx) => membersOf(tx, workspaceId, programmeId, among));
  const owners: ReadonlyMap<string, CustomerId> = await ownersOf(stores, workspaceId, members.map(({ customerId }) => customerId as string as SubjectId));
  return new Set(members.map(({ customerId }) => customerId).filter((id) => (owners.get(id) ?? id) !== id));
}

const rulesIn = ({ entry, entryShare, stay, stayShare }: Programme): string => JSON.stringify([entry, entryShare, stay, stayShare]);

/** Lets people in and out of one programme by its rules, among some customers or all. */
async function judgeOne(stores: Stores, workspaceId: WorkspaceId, known: Programme, among: readonly CustomerId[] | 'all', asOf: Day): Promise<Moved> {
  const programme = await withCuts(stores, workspaceId, known, among);
  const [{ entering, staying }, absorbed] = await Promise.all([judged(stores, workspaceId, programme, among, asOf), absorbedOf(stores, workspaceId, programme.id, among)]);
  return stores.pg.tx(workspaceId, async (tx) => {
    await lockCore(tx, workspaceId);
    const now = await programmeById(tx, workspaceId, programme.id);
    // Put away, or given other rules, while this was worked out: whoever did that judges anew.
    if (!now || rulesIn(now) !== rulesIn(programme)) return { entered: 0, left: 0 };
    const members = await membersOf(tx, workspaceId, programme.id, among);
    const named = among === 'all' ? null : new Set(among);
    const isLookedAt = (id: CustomerId): boolean => !absorbed.has(id) && (named?.has(id) ?? true);
    const { enter, leave } = programmeMoves({ inside: new Set(members.map(({ customerId }) => customerId).filter(isLookedAt)), entering: new Set(entering.keys()), staying: new Set(staying.keys()) });
    const [at, leaving] = [stores.clock.now(), new Set(leave)];
    const rowsOf = (isIn: (id: CustomerId) => boolean): string[] => members.filter(({ customerId }) => isIn(customerId)).map(({ id }) => id);
    await leaveMembers(tx, workspaceId, rowsOf((id) => absorbed.has(id)), { at, on: asOf, why: 'merged' });
    await leaveMembers(tx, workspaceId, rowsOf((id) => leaving.has(id)), { at, on: asOf, why: 'rule' });
    await enterMembers(tx, workspaceId, enter.map((customerId) => ({ id: newId(), programmeId: programme.id, customerId, enteredAt: at, enteredOn: asOf, valueMinor: entering.get(customerId) ?? 0 })));
    if (among === 'all') await stampProgramme(tx, workspaceId, { ...programme, judgedOn: asOf });
    await tellMoved(tx, stores, workspaceId, programme, { enter, leave });
    return { entered: enter.length, left: leave.length };
  });
}

/** Publishes of some customers whether they are in any programme now. Call flushMirror after the commit. */
export async function publishCore(tx: Tx, stores: Stores, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<void> {
  const inside = new Set((await coreCustomers(tx, workspaceId, customers)).map(({ customerId }) => customerId));
  await publishIn(tx, stores, workspaceId, customers.map((customer) => ({ customer, values: { core_user: inside.has(customer) ? true : null } })));
}

/** Publishes who came and went, and announces how many. */
async function tellMoved(tx: Tx, stores: Stores, workspaceId: WorkspaceId, { id }: Programme, { enter, leave }: { enter: readonly CustomerId[]; leave: readonly CustomerId[] }): Promise<void> {
  if (enter.length + leave.length === 0) return;
  await publishCore(tx, stores, workspaceId, [...enter, ...leave]);
  await announce(tx, stores.clock, workspaceId, 'core.changed', { programme: id, entered: enter.length, left: leave.length });
}

/** Programmes that are not put away; the first one where a workspace has buyers and never had any. */
async function programmesOf(stores: Stores, workspaceId: WorkspaceId): Promise<Programme[]> {
  const all = await stores.pg.tx(workspaceId, (tx) => allProgrammes(tx, workspaceId));
  if (all.length > 0) return all.filter(({ archivedAt }) => archivedAt === null);
  if ((await cutOf(stores.ch, workspaceId, 1)) === null) return [];
  return stores.pg.tx(workspaceId, async (tx) => {
    await lockCore(tx, workspaceId);
    if ((await allProgrammes(tx, workspaceId)).length === 0) await addFirst(tx, stores, workspaceId);
    return (await allProgrammes(tx, workspaceId)).filter(({ archivedAt }) => archivedAt === null);
  });
}

/** The events that any programme's rules ask for. */
export async function eventsOfRules(stores: Stores, workspaceId: WorkspaceId): Promise<Set<string>> {
  const programmes = await stores.pg.tx(workspaceId, (tx) => allProgrammes(tx, workspaceId));
  const trees = await Promise.all(programmes.flatMap(({ entry, stay }) => [entry, stay]).map((tree) => writtenOut(stores, workspaceId, tree)));
  return new Set(trees.flatMap((tree) => [...eventsOf(tree)]));
}

/**
 * Lets people in and out of every programme by its rules (R35), and keeps a line of each. A workspace that has buyers and never
 * had a programme is given the first one. Doing it twice moves nobody twice.
 */
export async function judgeCore(stores: Stores, workspaceId: WorkspaceId, among: readonly CustomerId[] | 'all'): Promise<Moved> {
  const asOf = await dataDay(stores, workspaceId);
  const programmes = await programmesOf(stores, workspaceId);
  const moved: Moved = { entered: 0, left: 0 };
  for (const programme of programmes) {
    const { entered, left } = await judgeOne(stores, workspaceId, programme, programme.judgedOn === null ? 'all' : among, asOf);
    moved.entered += entered;
    moved.left += left;
  }
  await flushMirror(stores, workspaceId);
  return moved;
}

/** When the data's day has moved on: those who fell silent fall out. Also where nothing was ever judged. Whether anything was judged. */
export async function coreCatchUp(stores: Stores, workspaceId: WorkspaceId): Promise<boolean> {
  const all = await stores.pg.tx(workspaceId, (tx) => allProgrammes(tx, workspaceId));
  const asOf = await dataDay(stores, workspaceId);
  const isDue = all.length === 0 || all.some(({ archivedAt, judgedOn }) => archivedAt === null && (judgedOn === null || judgedOn < asOf));
  if (isDue) await judgeCore(stores, workspaceId, 'all');
  return isDue;
}
