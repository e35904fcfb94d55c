import type { z } from 'zod';
import type { Caller } from '../../kernel/access/caller.ts';
import { userNames } from '../../kernel/access/index.ts';
import { audit } from '../../kernel/audit.ts';
import { addDays, dayIn, type Day } from '../../kernel/day.ts';
import { Refusal } from '../../kernel/errors.ts';
import { type CustomerId, newId, type WorkspaceId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { workspaceOf } from '../store.ts';
import { TRAIT_FEATURES } from './codes.ts';
import type { policyBody, policyReply, priceDecisionBody, priceUseBody, priceUseShape } from './contract.ts';
import { rescore } from './live.ts';
import { askRun } from './run.ts';
import { objectors, policyChanges, policyOf, type PriceUse, priceUseById, priceUses, saveObjection, savePolicy, savePriceUse } from './store.ts';

type PriceReply = z.input<typeof priceUseShape>;
type PolicyReply = z.input<typeof policyReply>;

async function today(tx: Tx, stores: Stores, workspaceId: WorkspaceId): Promise<Day> {
  return dayIn((await workspaceOf(tx, workspaceId)).timezone, stores.clock.now());
}

/** An approval stands until its last day. */
const allows = ({ state, until }: PriceUse, day: Day): boolean => state === 'approved' && until >= day;
const asSeen = (use: PriceUse, day: Day): PriceUse => (use.until < day && (use.state === 'asked' || use.state === 'approved') ? { ...use, state: 'ended' } : use);

async function repliesOf(stores: Stores, caller: Caller, uses: readonly PriceUse[]): Promise<PriceReply[]> {
  const names = await userNames(stores, [...new Set(uses.flatMap(({ askedBy, decidedBy }) => [askedBy, ...(decidedBy ? [decidedBy] : [])]))]);
  return uses.map((use) => ({ ...use, askedByName: names.get(use.askedBy) ?? '', decidedByName: use.decidedBy && (names.get(use.decidedBy) ?? ''), mine: use.askedBy === caller.actor.id }));
}

/** What scores are for, what they are made of, and whether prices may depend on them. */
export async function readPolicy(stores: Stores, caller: Caller): Promise<PolicyReply> {
  const { workspaceId } = caller, { policy, uses, objected, day, changed } = await stores.pg.tx(workspaceId, async (tx) => {
    const day = await today(tx, stores, workspaceId);
    return { day, changed: await policyChanges(tx, workspaceId), policy: await policyOf(tx, workspaceId), uses: (await priceUses(tx, workspaceId)).map((use) => asSeen(use, day)), objected: (await objectors(tx, workspaceId)).length };
  });
  const names = await userNames(stores, changed.flatMap(({ by, byKind }) => (byKind === 'user' ? [by] : [])));
  return { ...policy, changes: changed.map(({ field, by, at }) => ({ field, byName: names.get(by) ?? '', at })), withoutTraits: objected, priceUses: await repliesOf(stores, caller, uses), priceAllowed: uses.some((use) => allows(use, day)), traits: [...TRAIT_FEATURES] };
}

/** Changes what is given. Other traits or another H mean other models, so these are asked for. Refuses `scoring.purpose_missing` where traits are to be used and nobody says what for. */
export async function changePolicy(stores: Stores, caller: Caller, change: z.output<typeof policyBody>): Promise<PolicyReply> {
  const { workspaceId } = caller, isOther = await stores.pg.tx(workspaceId, async (tx) => {
    const before = await policyOf(tx, workspaceId), given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<typeof before>;
    const after = { ...before, ...given, changedBy: caller.actor.id, changedAt: stores.clock.now() };
    if (after.useTraits && after.purpose.trim().length < 10) throw new Refusal('scoring.purpose_missing');
    await savePolicy(tx, workspaceId, after);
    await audit(tx, stores.clock, caller, { action: 'scoring_policy.changed', target: 'scoring_policy', detail: { fields: Object.keys(given).filter((key) => given[key as keyof typeof given] !== before[key as keyof typeof before]), useTraits: after.useTraits } });
    return after.useTraits !== before.useTraits || after.horizonDays !== before.horizonDays;
  });
  if (isOther) await askRun(stores, workspaceId, 'policy');
  return readPolicy(stores, caller);
}

/** Heeds (or drops) somebody's "not based on my traits": their score is made anew without them at once. */
export async function switchTraits(stores: Stores, caller: Caller, customer: CustomerId, withoutTraits: boolean): Promise<void> {
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    await saveObjection(tx, caller.workspaceId, customer, withoutTraits, caller.actor.id, stores.clock.now());
    await audit(tx, stores.clock, caller, { action: withoutTraits ? 'scoring.objected' : 'scoring.objection_dropped', target: `customer/${customer}` });
  });
  await rescore(stores, caller.workspaceId, [customer]);
}

/** Asks for leave to let prices depend on scores. Refuses `scoring.price_use_people` to programs: somebody must answer for it. */
export async function askPriceUse(stores: Stores, caller: Caller, { purpose, days }: z.output<typeof priceUseBody>): Promise<PriceReply> {
  if (caller.actor.kind !== 'user') throw new Refusal('scoring.price_use_people', {}, 403);
  const use = await stores.pg.tx(caller.workspaceId, async (tx) => {
    const made: PriceUse = { id: newId(), purpose, state: 'asked', askedBy: caller.actor.id, askedAt: stores.clock.now(), decidedBy: null, decidedAt: null, until: addDays(await today(tx, stores, caller.workspaceId), days) };
    await savePriceUse(tx, caller.workspaceId, made);
    await audit(tx, stores.clock, caller, { action: 'price_use.asked', target: `price_use/${made.id}`, detail: { until: made.until } });
    return made;
  });
  const [reply] = await repliesOf(stores, caller, [use]);
  return reply as PriceReply;
}

/** Approves or refuses somebody else's request, or ends a leave. Refuses `scoring.price_use_own` to the asker, `scoring.price_use_decided` twice. */
export async function decidePriceUse(stores: Stores, caller: Caller, id: string, { decision }: z.output<typeof priceDecisionBody>): Promise<PriceReply> {
  if (caller.actor.kind !== 'user') throw new Refusal('scoring.price_use_people', {}, 403);
  const use = await stores.pg.tx(caller.workspaceId, async (tx) => {
    const before = asSeen(await priceUseById(tx, caller.workspaceId, id), await today(tx, stores, caller.workspaceId));
    if (decision !== 'end' && before.askedBy === caller.actor.id) throw new Refusal('scoring.price_use_own', {}, 403);
    if (decision === 'end' ? before.state !== 'approved' && before.state !== 'asked' : before.state !== 'asked') throw new Refusal('scoring.price_use_decided', { state: before.state }, 409);
    const after: PriceUse = { ...before, state: decision === 'approve' ? 'approved' : decision === 'refuse' ? 'refused' : 'ended', decidedBy: caller.actor.id, decidedAt: stores.clock.now() };
    await savePriceUse(tx, caller.workspaceId, after);
    await audit(tx, stores.clock, caller, { action: `price_use.${after.state}`, target: `price_use/${id}` });
    return after;
  });
  const [reply] = await repliesOf(stores, caller, [use]);
  return reply as PriceReply;
}

/**
 * To be called by whatever would set a price, a discount or an offer by a score or a probability of this module, in the transaction that does so.
 * Refuses `scoring.price_use_blocked` unless a leave asked for by one member of staff and approved by another stands today.
 */
export async function demandPriceUse(tx: Tx, stores: Stores, workspaceId: WorkspaceId): Promise<void> {
  const [uses, day] = [await priceUses(tx, workspaceId), await today(tx, stores, workspaceId)];
  if (!uses.some((use) => allows(use, day))) throw new Refusal('scoring.price_use_blocked', {}, 403);
}
