import { declareFields, flushMirror, type Published, publishIn } from '../../customers/index.ts';
import { systemCaller } from '../../kernel/access/caller.ts';
import { userNames } from '../../kernel/access/index.ts';
import type { Fact, Loop } from '../../kernel/facts.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { Stores } from '../../kernel/stores.ts';
import { eachApart } from '../../kernel/tick.ts';
import { assign } from '../core/touch/capacity.ts';
import type { Tier, TouchPolicy } from '../core/touch/policy.ts';
import { workspaceIds } from '../queries/workspaces.ts';
import { memberIds, segmentTree } from '../segments/index.ts';
import { dropPlaces, type PlaceRow, placeRows, policyRow, putPlaces, rankedBy, stampLooked } from './store.ts';

declareFields([
  { key: 'service_tier', type: 'text', block: 'basic', source: 'lifecycle' },
  { key: 'high_touch', type: 'boolean', block: 'basic', source: 'lifecycle' },
  { key: 'adviser', type: 'text', block: 'basic', source: 'lifecycle' },
]);

const AT_ONCE = 20_000;

async function membersOf(stores: Stores, workspaceId: WorkspaceId, segment: string): Promise<CustomerId[]> {
  const caller = systemCaller(workspaceId, ['customers.unmask']), tree = await segmentTree(stores, caller, segment);
  const all: CustomerId[] = [];
  for (let after: CustomerId | null = null; ; ) {
    const page: { ids: CustomerId[]; next: CustomerId | null } = await memberIds(stores, caller, tree, { after, limit: AT_ONCE });
    all.push(...page.ids);
    if (!page.next) return all;
    after = page.next;
  }
}

/** Who is of which tier: the first whose segment they are in. */
async function tiersOf(stores: Stores, workspaceId: WorkspaceId, tiers: readonly Tier[]): Promise<Map<CustomerId, Tier>> {
  const found = new Map<CustomerId, Tier>();
  for (const tier of tiers) {
    for (const id of tier.segment === null ? [] : await membersOf(stores, workspaceId, tier.segment)) if (!found.has(id)) found.set(id, tier);
  }
  return found;
}

/** Names of advisers as customers' fields show them; two of one name are told apart. */
async function labelsOf(stores: Stores, { agents }: TouchPolicy): Promise<Map<string, string>> {
  const names = await userNames(stores, agents.map(({ id }) => id.replace(/^user:/, '')));
  const given = agents.map(({ id }) => [id, names.get(id.replace(/^user:/, '')) ?? id] as const);
  return new Map(given.map(([id, name]) => [id, given.filter(([, other]) => other === name).length > 1 ? `${name} ${id.slice(-4)}` : name]));
}

/** What has changed of places, and what fields say of it. */
function changesOf(before: readonly PlaceRow[], after: readonly PlaceRow[], { policy: { tiers }, labels }: { policy: TouchPolicy; labels: ReadonlyMap<string, string> }): { put: PlaceRow[]; drop: CustomerId[]; said: Published[] } {
  const was = new Map(before.map((row) => [row.customer, row])), is = new Set(after.map(({ customer }) => customer));
  const put = after.filter((row) => { const old = was.get(row.customer); return !old || old.tier !== row.tier || old.adviser !== row.adviser; });
  const drop = before.filter(({ customer }) => !is.has(customer)).map(({ customer }) => customer);
  const wanted = new Set(tiers.filter(({ human }) => human === 'adviser').map(({ key }) => key));
  return {
    put, drop,
    said: [
      ...put.map(({ customer, tier, adviser }) => ({ customer, values: { service_tier: tier, high_touch: wanted.has(tier) ? adviser !== null : null, adviser: adviser && (labels.get(adviser) ?? adviser) } })),
      ...drop.map((customer) => ({ customer, values: { service_tier: null, high_touch: null, adviser: null } })),
    ],
  };
}

/**
 * Works out anew who is of which tier and who has an adviser, and says it in the fields `service_tier`, `high_touch` and `adviser`; only what changed is
 * written. May be killed and run again. How many have a place, and how many are left to programmes.
 */
export async function refreshTouch(stores: Stores, workspaceId: WorkspaceId): Promise<{ assigned: number; automated: number }> {
  const first = await stores.pg.tx(workspaceId, (tx) => policyRow(tx, workspaceId));
  if (!first) return { assigned: 0, automated: 0 };
  const found = await tiersOf(stores, workspaceId, first.policy.tiers), labels = await labelsOf(stores, first.policy);
  const done = await stores.pg.tx(workspaceId, async (tx) => {
    const row = await policyRow(tx, workspaceId, { lock: true });
    if (row?.version !== first.version) return undefined;
    const { policy } = row, before = await placeRows(tx, workspaceId), ranked: CustomerId[] = [];
    for (const tier of policy.tiers.filter(({ human }) => human === 'adviser')) ranked.push(...await rankedBy(tx, workspaceId, [...found].filter(([, one]) => one.key === tier.key).map(([id]) => id), policy.rankBy));
    const { places, automated } = assign({ agents: policy.agents, ranked, held: before.flatMap(({ customer, adviser }) => (adviser ? [{ customer, agent: adviser }] : [])), slack: policy.slack });
    const agentOf = new Map(places.map(({ customer, agent }) => [customer, agent]));
    const { put, drop, said } = changesOf(before, [...found].map(([customer, { key }]) => ({ customer, tier: key, adviser: agentOf.get(customer) ?? null })), { policy, labels });
    await dropPlaces(tx, workspaceId, drop);
    for (let from = 0; from < put.length; from += AT_ONCE) await putPlaces(tx, workspaceId, put.slice(from, from + AT_ONCE), stores.clock.now());
    await publishIn(tx, stores, workspaceId, said);
    await stampLooked(tx, workspaceId, stores.clock.now());
    return { assigned: places.length, automated: automated.length };
  });
  // Somebody changed the policy meanwhile: it is asked again as it now stands.
  if (!done) return refreshTouch(stores, workspaceId);
  await flushMirror(stores, workspaceId);
  return done;
}

/** A segment that is gone or cannot be asked leaves places as they are until the policy is put right. */
const refreshCalmly = async (stores: Stores, workspaceId: WorkspaceId): Promise<void> => {
  try {
    await refreshTouch(stores, workspaceId);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
};

async function hearTouch(stores: Stores, workspaceId: WorkspaceId, facts: readonly Fact[]): Promise<void> {
  const row = await stores.pg.tx(workspaceId, (tx) => policyRow(tx, workspaceId)), segments = new Set(row?.policy.tiers.flatMap(({ segment }) => segment ?? []));
  if (row && facts.some(({ kind, payload }) => kind !== 'segment.changed' || segments.has(String(payload.segment)))) await refreshCalmly(stores, workspaceId);
}

export const touchReactions = {
  'segment.changed': { 'touch.hear': hearTouch },
  'customer.merged': { 'touch.hear': hearTouch },
  'customer.unmerged': { 'touch.hear': hearTouch },
  'customer.erased': { 'touch.hear': hearTouch },
} satisfies Loop;

const EVERY_MS = 3_600_000;
/** Places are looked at hourly: ranks move without anybody entering or leaving a segment. */
export async function touchTick(stores: Stores): Promise<void> {
  await eachApart(await workspaceIds(stores.pg.global), async (workspaceId) => {
    const row = await stores.pg.tx(workspaceId, (tx) => policyRow(tx, workspaceId));
    if (row && (row.lookedAt === null || stores.clock.now().getTime() - row.lookedAt.getTime() >= EVERY_MS)) await refreshCalmly(stores, workspaceId);
  });
}
