import { type CustomerLine, customerLines, demandSeen, ownersOf, seenBy } from '../../customers/index.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { userNames } from '../../kernel/access/index.ts';
import { audit } from '../../kernel/audit.ts';
import { notFound, Refusal } from '../../kernel/errors.ts';
import { fromCursor, toCursor } from '../../kernel/http/cursor.ts';
import { type CustomerId, isUuid, newId, type SubjectId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { RISK_KINDS, RISK_RULES, RISK_STATES, type RiskKind, type RiskRule, type RiskState } from '../core/signals/risk.ts';
import { insertReview, lockRisks, type ReviewRow, reviewsOf, type RuleSetting, saveRule, saveSignal, signalById, signalHeads, type SignalId, signalPage, type SignalRow } from './queries/riskStore.ts';
import { rulesOf, watchRisks } from './watch.ts';

/** A signal as it is shown: whose it is now, and every decision on it. */
export type Signal = Omit<SignalRow, 'customerId'> & { customer: CustomerLine; decidedByName: string; reviews: (Omit<ReviewRow, 'signalId' | 'id'> & { byName: string })[] };

/** Signals stay on the subject they were raised for; they are read as the person's whose it is now. */
async function ownersFor(stores: Stores, caller: Caller, rows: readonly { customerId: CustomerId }[]): Promise<(id: CustomerId) => CustomerId> {
  const owners: ReadonlyMap<string, CustomerId> = await ownersOf(stores, caller.workspaceId, rows.map(({ customerId }) => customerId as string as SubjectId));
  return (id) => owners.get(id) ?? id;
}

async function tell(stores: Stores, caller: Caller, rows: readonly SignalRow[]): Promise<Signal[]> {
  const ownerOf = await ownersFor(stores, caller, rows);
  const [lines, reviews] = await Promise.all([
    customerLines(stores, caller, [...new Set(rows.map(({ customerId }) => ownerOf(customerId)))]),
    stores.pg.tx(caller.workspaceId, (tx) => reviewsOf(tx, caller.workspaceId, rows.map(({ id }) => id))),
  ]);
  const names = await userNames(stores, [...new Set(reviews.map(({ by }) => by))].filter(isUuid));
  const nameOf = (id: string | null): string => (id === null ? '' : (names.get(id) ?? (isUuid(id) ? '' : id)));
  const byId = new Map(lines.map((line) => [line.id, line]));
  return rows.flatMap(({ customerId, ...row }) => {
    const customer = byId.get(ownerOf(customerId));
    const own = reviews.filter(({ signalId }) => signalId === row.id).map(({ state, note, by, at }) => ({ state, note, by, at, byName: nameOf(by) }));
    return customer ? [{ ...row, customer, decidedByName: nameOf(row.decidedBy), reviews: own }] : [];
  });
}

export type RisksAsked = { state?: RiskState | undefined; kind?: RiskKind | undefined; cursor?: string | undefined; limit: number };

/** Signals newest first, those of customers the caller may see. */
export async function listRisks(stores: Stores, caller: Caller, { state, kind, cursor, limit }: RisksAsked): Promise<{ rows: Signal[]; next: string | null }> {
  const [at, id] = cursor === undefined ? [] : fromCursor(cursor, 2);
  if (cursor !== undefined && (typeof at !== 'number' || typeof id !== 'string' || !isUuid(id))) throw new Refusal('cursor.invalid', {}, 400);
  const after = cursor === undefined ? null : { raisedAt: new Date(Number(at)), id: String(id) };
  const found = await stores.pg.tx(caller.workspaceId, (tx) =>
    signalPage(tx, caller.workspaceId, { states: state ? [state] : RISK_STATES, kinds: kind ? [kind] : RISK_KINDS, after, limit: limit + 1 }));
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return { rows: await tell(stores, caller, page), next: last && found.length > limit ? toCursor([last.raisedAt.getTime(), last.id]) : null };
}

/** How many signals stand in each state, of customers the caller may see. */
export async function countRisks(stores: Stores, caller: Caller): Promise<Record<RiskState, number>> {
  const heads = await stores.pg.tx(caller.workspaceId, (tx) => signalHeads(tx, caller.workspaceId));
  const ownerOf = await ownersFor(stores, caller, heads);
  const seen = new Set(await seenBy(stores, caller, [...new Set(heads.map(({ customerId }) => ownerOf(customerId)))]));
  const shown = heads.filter(({ customerId }) => seen.has(ownerOf(customerId)));
  return Object.fromEntries(RISK_STATES.map((state) => [state, shown.reduce((sum, one) => sum + (one.state === state ? one.signals : 0), 0)])) as Record<RiskState, number>;
}

/** Writes down what somebody decided, and why. It changes the signal and nothing of the customer. Refuses `risk.not_found`. */
export async function decideRisk(stores: Stores, caller: Caller, id: SignalId, { state, note }: { state: Exclude<RiskState, 'open'>; note: string }): Promise<Signal> {
  const { workspaceId, actor } = caller;
  const at = stores.clock.now();
  const known = await stores.pg.tx(workspaceId, (tx) => signalById(tx, workspaceId, id));
  if (!known) throw notFound('risk', { id });
  const owner = (await ownersFor(stores, caller, [known]))(known.customerId);
  const decided = await stores.pg.tx(workspaceId, async (tx) => {
    await demandSeen(tx, caller, [owner]);
    // The watch may be counting on at this moment: it must not open again what is decided here.
    await lockRisks(tx, workspaceId);
    const signal = { ...((await signalById(tx, workspaceId, id)) ?? known), state, note, decidedBy: actor.id, decidedAt: at };
    await saveSignal(tx, workspaceId, signal);
    await insertReview(tx, workspaceId, { id: newId(), signalId: id, state, note, by: actor.id, at });
    await audit(tx, stores.clock, caller, { action: 'risk.decided', target: id, detail: { state, rule: signal.rule } });
    return signal;
  });
  const [told] = await tell(stores, caller, [decided]);
  if (!told) throw notFound('risk', { id });
  return told;
}

export const listRules = (stores: Stores, caller: Caller): Promise<RiskRule[]> => stores.pg.tx(caller.workspaceId, (tx) => rulesOf(tx, caller.workspaceId));

/** Sets a rule otherwise and holds everybody against it. Refuses `risk_rule.not_found`, and a share where the rule asks none. */
export async function changeRule(stores: Stores, caller: Caller, setting: RuleSetting): Promise<RiskRule[]> {
  const { workspaceId, actor } = caller;
  const declared = RISK_RULES.find(({ key }) => key === setting.key);
  if (!declared) throw notFound('risk_rule', { key: setting.key });
  if ((declared.share === null) !== (setting.share === null)) throw new Refusal('risk_rule.share_unfit', { key: setting.key });
  await stores.pg.tx(workspaceId, async (tx) => {
    await saveRule(tx, workspaceId, setting, actor.id, stores.clock.now());
    await audit(tx, stores.clock, caller, { action: 'risk_rule.changed', target: setting.key, detail: { atLeast: setting.atLeast, withinDays: setting.withinDays, share: setting.share, active: setting.active } });
  });
  await watchRisks(stores, workspaceId, 'all');
  return listRules(stores, caller);
}
