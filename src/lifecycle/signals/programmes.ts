import { type CustomerLine, customerLines, flushMirror, seenBy } from '../../customers/index.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { userNames } from '../../kernel/access/index.ts';
import { audit } from '../../kernel/audit.ts';
import type { AuditAction } from '../../kernel/words/auditActions.ts';
import { describe, segmentsOf, type Tree } from '../../kernel/conditions/index.ts';
import { notFound, Refusal } from '../../kernel/errors.ts';
import { fromCursor, toCursor } from '../../kernel/http/cursor.ts';
import { isUuid, newId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { say } from '../../kernel/words/index.ts';
import { dataDay } from '../asOf.ts';
import type { CoreRule } from '../core/signals/programme.ts';
import { demandTree, fieldCatalogue, holdSegments, registerSegmentUses } from '../segments/index.ts';
import { judgeCore, publishCore } from './judgeCore.ts';
import { allProgrammes, leaveMembers, type LogRow, logPage, memberCounts, memberPage, type MemberRow, membersNow, type Programme, programmeById, type ProgrammeId, saveProgramme } from './queries/coreStore.ts';

export type ToldRule = CoreRule & { sentence: string; cutMinor: number | null };
export type ToldProgramme = Pick<Programme, 'id' | 'name' | 'owner' | 'createdAt' | 'judgedOn'> & { ownerName: string; entry: ToldRule; stay: ToldRule; members: number };

/** Programmes with their rules as sentences, counted for the caller. */
export async function listProgrammes(stores: Stores, caller: Caller): Promise<ToldProgramme[]> {
  const { workspaceId, language } = caller;
  const [catalogue, [rows, counts]] = await Promise.all([fieldCatalogue(stores, caller), stores.pg.tx(workspaceId, async (tx) =>
    [(await allProgrammes(tx, workspaceId)).filter(({ archivedAt }) => archivedAt === null), new Map((await memberCounts(tx, workspaceId, caller.shops)).map(({ id, members }) => [id, members]))] as const)]);
  const names = await userNames(stores, rows.map(({ owner }) => owner).filter(isUuid));
  const rule = (tree: Tree, share: number | null, cutMinor: number | null): ToldRule => ({ tree, share, cutMinor, sentence: describe(tree, language, catalogue) });
  return rows.map(({ id, name, owner, createdAt, judgedOn, ...p }) => ({
    id, name: name || say(language, 'core.first'), owner, createdAt, judgedOn, ownerName: names.get(owner) ?? (isUuid(owner) ? '' : owner),
    entry: rule(p.entry, p.entryShare, p.entryCut), stay: rule(p.stay, p.stayShare, p.stayCut), members: counts.get(id) ?? 0,
  }));
}

async function demandProgramme(tx: Tx, caller: Caller, id: ProgrammeId): Promise<Programme> {
  const programme = await programmeById(tx, caller.workspaceId, id);
  if (!programme) throw notFound('core_programme', { id });
  return programme;
}

export type ProgrammeInput = { name: string; owner: string; entry: CoreRule; stay: CoreRule };

const segmentsIn = ({ entry, stay }: Programme): string[] => [...new Set([entry, stay].flatMap(segmentsOf))];

/** What a segment's page says of programmes that name it. To be called once, by app.ts. */
export const registerProgrammeUses = (): void => registerSegmentUses('programmes', async (tx, { workspaceId, language }) => (await allProgrammes(tx, workspaceId)).flatMap((programme) =>
  (programme.archivedAt === null ? segmentsIn(programme).map((segment) => ({ kind: 'core', id: programme.id, name: programme.name || say(language, 'core.first'), segment })) : [])));

/** Writes a programme and judges everybody by it. Refuses what `check` refuses in a filter. */
async function set(stores: Stores, caller: Caller, programme: Programme, action: AuditAction): Promise<ToldProgramme> {
  for (const tree of [programme.entry, programme.stay]) await demandTree(stores, caller, tree);
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    await holdSegments(tx, caller.workspaceId, segmentsIn(programme));
    await saveProgramme(tx, caller.workspaceId, { ...programme, judgedOn: null });
    await audit(tx, stores.clock, caller, { action, target: programme.id, detail: { entryShare: programme.entryShare, stayShare: programme.stayShare } });
  });
  await judgeCore(stores, caller.workspaceId, 'all');
  const told = (await listProgrammes(stores, caller)).find(({ id }) => id === programme.id);
  if (!told) throw notFound('core_programme', { id: programme.id });
  return told;
}

const rulesOf = ({ entry, stay }: Pick<ProgrammeInput, 'entry' | 'stay'>) => ({ entry: entry.tree, entryShare: entry.share, stay: stay.tree, stayShare: stay.share, entryCut: null, stayCut: null });

export const addProgramme = (stores: Stores, caller: Caller, { name, owner, ...rules }: ProgrammeInput): Promise<ToldProgramme> =>
  set(stores, caller, { id: newId(), name, owner, ...rulesOf(rules), createdAt: stores.clock.now(), archivedAt: null, judgedOn: null }, 'core.set');

/** Refuses `core_programme.not_found`. */
export async function changeProgramme(stores: Stores, caller: Caller, id: ProgrammeId, { name, owner, entry, stay }: Partial<ProgrammeInput>): Promise<ToldProgramme> {
  const known = await stores.pg.tx(caller.workspaceId, (tx) => demandProgramme(tx, caller, id));
  const rules = rulesOf({ entry: entry ?? { tree: known.entry, share: known.entryShare }, stay: stay ?? { tree: known.stay, share: known.stayShare } });
  return set(stores, caller, { ...known, name: name ?? known.name, owner: owner ?? known.owner, ...rules }, 'core.changed');
}

/** Puts a programme away: everybody leaves it, the log stays. Refuses `core_programme.not_found`. */
export async function closeProgramme(stores: Stores, caller: Caller, id: ProgrammeId): Promise<void> {
  const on = await dataDay(stores, caller.workspaceId);
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    const programme = await demandProgramme(tx, caller, id);
    const members = await membersNow(tx, caller.workspaceId, id);
    await leaveMembers(tx, caller.workspaceId, members.map((one) => one.id), { at: stores.clock.now(), on, why: 'closed' });
    await saveProgramme(tx, caller.workspaceId, { ...programme, archivedAt: stores.clock.now() });
    await publishCore(tx, stores, caller.workspaceId, members.map(({ customerId }) => customerId));
    await audit(tx, stores.clock, caller, { action: 'core.closed', target: id, detail: { members: members.length } });
  });
  await flushMirror(stores, caller.workspaceId);
}

export type ToldMember = Pick<MemberRow, 'enteredOn' | 'valueMinor'> & { customer: CustomerLine };
type Paged<T> = { rows: T[]; next: string | null };

/** Who is in a programme, greatest value at entry first. Refuses `core_programme.not_found`. */
export async function listMembers(stores: Stores, caller: Caller, id: ProgrammeId, { cursor, limit }: { cursor?: string | undefined; limit: number }): Promise<Paged<ToldMember>> {
  const [valueMinor, row] = cursor === undefined ? [] : fromCursor(cursor, 2);
  if (cursor !== undefined && (typeof valueMinor !== 'number' || !Number.isSafeInteger(valueMinor) || typeof row !== 'string' || !isUuid(row))) throw new Refusal('cursor.invalid', {}, 400);
  const after = cursor === undefined ? null : { valueMinor: Number(valueMinor), id: String(row) };
  const found = await stores.pg.tx(caller.workspaceId, async (tx) => {
    await demandProgramme(tx, caller, id);
    return memberPage(tx, caller.workspaceId, id, { shops: caller.shops, after, limit: limit + 1 });
  });
  const page = found.slice(0, limit), last = page.at(-1);
  const lines = new Map((await customerLines(stores, caller, page.map(({ customerId }) => customerId))).map((line) => [line.id, line]));
  return {
    rows: page.flatMap(({ customerId, enteredOn, valueMinor }) => { const customer = lines.get(customerId); return customer ? [{ enteredOn, valueMinor, customer }] : []; }),
    next: last && found.length > limit ? toCursor([last.valueMinor, last.id]) : null,
  };
}

export type ToldMove = Omit<LogRow, 'customerId'> & { customer: { id: string; name: string } };

/** Who entered and who left, newest first; of customers the caller may see. Refuses `core_programme.not_found`. */
export async function listMoves(stores: Stores, caller: Caller, id: ProgrammeId, { cursor, limit }: { cursor?: string | undefined; limit: number }): Promise<Paged<ToldMove>> {
  const [at, row] = cursor === undefined ? [] : fromCursor(cursor, 2);
  if (cursor !== undefined && (typeof at !== 'number' || typeof row !== 'string')) throw new Refusal('cursor.invalid', {}, 400);
  const after = cursor === undefined ? null : { at: new Date(Number(at)), id: String(row) };
  const found = await stores.pg.tx(caller.workspaceId, async (tx) => {
    await demandProgramme(tx, caller, id);
    return logPage(tx, caller.workspaceId, id, { after, limit: limit + 1 });
  });
  const page = found.slice(0, limit);
  const [seen, last] = [new Set(await seenBy(stores, caller, page.map(({ customerId }) => customerId))), page.at(-1)];
  const lines = new Map((await customerLines(stores, caller, [...seen])).map((line) => [line.id, line.name]));
  return {
    rows: page.filter(({ customerId }) => seen.has(customerId)).map(({ customerId, ...move }) => ({ ...move, customer: { id: customerId, name: lines.get(customerId) ?? '' } })),
    next: last && found.length > limit ? toCursor([last.at.getTime(), last.id]) : null,
  };
}
