import type { z } from 'zod';
import { demandSeen, fieldsOf, ownersIn } from '../../customers/index.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { membersOf, userNames } from '../../kernel/access/index.ts';
import { audit } from '../../kernel/audit.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { TouchPolicy } from '../core/touch/policy.ts';
import { holdSegments, registerSegmentUses } from '../segments/index.ts';
import type { policyBody, PolicyReply, touchReply } from './contract.ts';
import { refreshTouch } from './refresh.ts';
import { touchIn } from './standing.ts';
import { placeCounts, policyRow, savePolicy } from './store.ts';

/** What a workspace begins with: no tiers, so nothing is refused to anybody. */
const NONE: TouchPolicy = { tiers: [], agents: [], rankBy: 'net_minor', slack: 0.2, contactMinor: 0 };

/** What a segment's page says of who works with it. */
export const registerTouchUses = (): void => registerSegmentUses('touch', async (tx, { workspaceId }) =>
  ((await policyRow(tx, workspaceId))?.policy.tiers ?? []).flatMap(({ key, name, segment }) => (segment ? [{ kind: 'touch', id: key, name, segment }] : [])));

const segmentsIn = ({ tiers }: TouchPolicy): string[] => tiers.flatMap(({ segment }) => (segment === null ? [] : [segment]));

const nameOf = (names: ReadonlyMap<string, string>, who: string): string => names.get(who.replace(/^user:/, '')) ?? '';
const userIds = (all: readonly string[]): string[] => all.flatMap((who) => (who.startsWith('user:') ? [who.slice(5)] : []));

/** The policy in force with how it is filled: how many have an adviser, how many found no place, whom each adviser has. */
export async function readTouchPolicy(stores: Stores, { workspaceId }: Pick<Caller, 'workspaceId'>): Promise<PolicyReply> {
  const { row, counts } = await stores.pg.tx(workspaceId, async (tx) => ({ row: await policyRow(tx, workspaceId), counts: await placeCounts(tx, workspaceId) }));
  const members = await membersOf(stores, workspaceId), names = await userNames(stores, userIds(row ? [row.changedBy] : []));
  const policy = row?.policy ?? NONE, wanted = new Set(policy.tiers.filter(({ human }) => human === 'adviser').map(({ key }) => key));
  const people = (rows: typeof counts): number => rows.reduce((sum, one) => sum + one.customers, 0);
  return {
    version: row?.version ?? 0, policy: policy as PolicyReply['policy'], isSet: row !== undefined, changedAt: row?.changedAt.toISOString() ?? null, changedByName: row ? nameOf(names, row.changedBy) : '',
    colleagues: members.map(({ userId, name, email }) => ({ id: `user:${userId}`, name: name || email })),
    standing: {
      assigned: people(counts.filter(({ adviser }) => adviser !== null)), automated: people(counts.filter(({ adviser, tier }) => adviser === null && wanted.has(tier))), lookedAt: row?.lookedAt?.toISOString() ?? null,
      tiers: policy.tiers.map(({ key }) => ({ key, customers: people(counts.filter(({ tier }) => tier === key)) })),
      agents: policy.agents.map(({ id }) => ({ id, held: people(counts.filter(({ adviser }) => adviser === id)) })),
    },
  };
}

/** Refuses what a policy cannot hold: `touch.last_tier`, `touch.key_twice`, `touch.agent_unknown`, `touch.field_unknown`. */
async function check(stores: Stores, caller: Caller, { tiers, agents, rankBy }: TouchPolicy): Promise<void> {
  const wrong = tiers.find(({ segment }, at) => (segment === null) !== (at === tiers.length - 1));
  if (wrong) throw new Refusal('touch.last_tier', { tier: wrong.name });
  if (new Set(tiers.map(({ key }) => key)).size < tiers.length || new Set(agents.map(({ id }) => id)).size < agents.length) throw new Refusal('touch.key_twice');
  const members = new Set((await membersOf(stores, caller.workspaceId)).map(({ userId }) => `user:${userId}`)), stranger = agents.find(({ id }) => !members.has(id));
  if (stranger) throw new Refusal('touch.agent_unknown', { agent: stranger.id });
  const field = (await fieldsOf(stores, caller.workspaceId)).find(({ key }) => key === rankBy);
  if (field?.type !== 'number' && field?.type !== 'money') throw new Refusal('touch.field_unknown', { field: rankBy });
}

/** Sets the whole policy and works out at once who is of which tier and has whom. Refuses `touch.changed` (409) where somebody was quicker, `segment.not_found`, and what `check` refuses. */
export async function changeTouchPolicy(stores: Stores, caller: Caller, { version, policy }: z.output<typeof policyBody>): Promise<PolicyReply> {
  const { workspaceId, actor } = caller;
  if (caller.shops.length > 0) throw new Refusal('touch.all_shops', {}, 403);
  await check(stores, caller, policy);
  await stores.pg.tx(workspaceId, async (tx) => {
    const before = await policyRow(tx, workspaceId, { lock: true });
    if ((before?.version ?? 0) !== version) throw new Refusal('touch.changed', { version: before?.version ?? 0 }, 409);
    await holdSegments(tx, workspaceId, segmentsIn(policy), segmentsIn(before?.policy ?? NONE));
    await savePolicy(tx, workspaceId, { version: version + 1, policy, by: `${actor.kind}:${actor.id}`, at: stores.clock.now() });
    await audit(tx, stores.clock, caller, { action: 'touch.policy', target: workspaceId, detail: { version: version + 1, tiers: policy.tiers.map(({ key }) => key), agents: policy.agents.length } });
  });
  await refreshTouch(stores, workspaceId);
  return readTouchPolicy(stores, caller);
}

/** How one customer is served. Refuses `customer.not_found`. */
export async function customerTouch(stores: Stores, caller: Caller, id: string): Promise<z.input<typeof touchReply>> {
  const { workspaceId } = caller;
  const touch = await stores.pg.tx(workspaceId, async (tx) => {
    await demandSeen(tx, caller, [id]);
    const owner = (await ownersIn(tx, workspaceId, [id])).get(id);
    return owner && (await touchIn(tx, stores, workspaceId, [owner])).get(owner);
  });
  if (!touch) return { tier: null, adviser: null, adviserName: '', contacts: 0, spentMinor: 0, refusal: null };
  const { segment: _, ...terms } = touch.terms, names = await userNames(stores, userIds(touch.adviser ? [touch.adviser] : []));
  return { tier: { ...terms, channels: terms.channels && [...terms.channels] }, adviser: touch.adviser, adviserName: touch.adviser ? nameOf(names, touch.adviser) : '', contacts: touch.contacts, spentMinor: touch.spentMinor, refusal: touch.human?.reason ?? null };
}
