import { membersOf } from '../../customers/index.ts';
import { addDays, dayNumber } from '../../kernel/day.ts';
import { announceAll } from '../../kernel/facts.ts';
import { type CustomerId, newId, type WorkspaceId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { dataDay } from '../asOf.ts';
import { type Firing, firing, RISK_RULES, type RiskRule } from '../core/signals/risk.ts';
import { named } from '../queries/habits.ts';
import { type Deeds, deedsOf, keptOf } from './queries/risk.ts';
import { lockRisks, ruleSettings, saveSignal, type SignalRow, signalsOf } from './queries/riskStore.ts';

const MS_PER_DAY = 86_400_000;

/** The rules in force: as declared, unless the workspace set them otherwise. */
export async function rulesOf(tx: Tx, workspaceId: WorkspaceId): Promise<RiskRule[]> {
  const settings = new Map((await ruleSettings(tx, workspaceId)).map((one) => [one.key, one]));
  return RISK_RULES.map((rule) => ({ ...rule, ...settings.get(rule.key) }));
}

/** The rules that are switched on. */
export const rulesInForce = async (stores: Stores, workspaceId: WorkspaceId): Promise<RiskRule[]> => (await stores.pg.tx(workspaceId, (tx) => rulesOf(tx, workspaceId))).filter(({ active }) => active);

type Judged = { customer: CustomerId; rule: RiskRule; deeds: Deeds; kept: readonly number[] };

/** Everything that happened lately that some rule counts, by customer and rule. */
async function loadJudged(stores: Stores, workspaceId: WorkspaceId, rules: readonly RiskRule[], whom: readonly CustomerId[] | 'all', asOf: string): Promise<Judged[]> {
  const names = whom === 'all' ? { part: 0, parts: 1 } : await named(stores, workspaceId, whom);
  // A stretch that ends within the rule's days of today may have begun twice as long ago.
  const since = addDays(asOf, -2 * Math.max(...rules.map((rule) => rule.withinDays)));
  const deeds = await deedsOf(stores.ch, workspaceId, { whom: names, events: [...new Set(rules.map(({ event }) => event))], since, atLeast: Math.min(...rules.map((rule) => rule.atLeast)) });
  const asked = rules.filter(({ share }) => share !== null);
  const suspects = [...new Set(deeds.filter(({ event, moments }) => asked.some((rule) => rule.event === event && moments.length >= rule.atLeast)).map(({ customer }) => customer))];
  const kept = suspects.length === 0 ? [] : await keptOf(stores.ch, workspaceId, { whom: await named(stores, workspaceId, suspects), since });
  const keptBy = new Map(kept.map(({ customer, moments }) => [customer, moments]));
  return deeds.flatMap((own) => rules.filter(({ event }) => event === own.event).map((rule) => ({ customer: own.customer, rule, deeds: own, kept: keptBy.get(own.customer) ?? [] })));
}

const amountOf = ({ moments, amounts }: Deeds, { fromMs, throughMs }: Firing): number => moments.reduce((sum, ms, at) => sum + (ms >= fromMs && ms <= throughMs ? (amounts[at] ?? 0) : 0), 0);

/** What a rule says of one customer, beside what was said before: a new signal, an open one that grew, or nothing. */
function signalFrom({ customer, rule, deeds, kept }: Judged, before: readonly SignalRow[], { now, since }: { now: Date; since: number }): SignalRow | null {
  const own = before.filter((one) => one.rule === rule.key);
  const open = own.find(({ state }) => state === 'open');
  const after = Math.max(-1, ...own.filter(({ state }) => state !== 'open').map(({ throughAt }) => throughAt.getTime()));
  const fired = firing(rule, { moments: deeds.moments, kept, after });
  if (!fired || fired.throughMs < since || (open && fired.count <= open.count && fired.throughMs <= open.throughAt.getTime())) return null;
  return {
    ...(open ?? { id: newId(), customerId: customer, raisedAt: now, state: 'open', note: '', decidedBy: null, decidedAt: null }), rule: rule.key, kind: rule.kind, withinDays: rule.withinDays,
    count: fired.count, amountMinor: amountOf(deeds, fired), fromAt: new Date(fired.fromMs), throughAt: new Date(fired.throughMs),
  };
}

/**
 * Holds customers against the rules of risk and raises a signal where one fires (R36). A signal is a line for people to look
 * at: nothing is denied, blocked or taken from the customer by it. Doing it twice raises it once. How many are new.
 */
export async function watchRisks(stores: Stores, workspaceId: WorkspaceId, whom: readonly CustomerId[] | 'all'): Promise<number> {
  const rules = await rulesInForce(stores, workspaceId);
  if (rules.length === 0) return 0;
  const asOf = await dataDay(stores, workspaceId);
  const judged = await loadJudged(stores, workspaceId, rules, whom, asOf);
  if (judged.length === 0) return 0;
  const customers = [...new Set(judged.map(({ customer }) => customer))];
  const members = await membersOf(stores, workspaceId, customers);
  const subjectsOf = (customer: CustomerId): readonly string[] => members.get(customer) ?? [customer];
  return stores.pg.tx(workspaceId, async (tx) => {
    await lockRisks(tx, workspaceId);
    const before = await signalsOf(tx, workspaceId, customers.flatMap(subjectsOf));
    const signals = judged.flatMap((one) => {
      const own = new Set(subjectsOf(one.customer));
      const since = (dayNumber(asOf) - one.rule.withinDays) * MS_PER_DAY;
      return signalFrom(one, before.filter(({ customerId }) => own.has(customerId)), { now: stores.clock.now(), since }) ?? [];
    });
    for (const signal of signals) await saveSignal(tx, workspaceId, signal);
    const known = new Set(before.map(({ id }) => id));
    const fresh = signals.filter(({ id }) => !known.has(id));
    await announceAll(tx, stores.clock, workspaceId, 'risk.raised', fresh.map(({ id, customerId, rule }) => ({ signal: id, customer: customerId, rule })));
    return fresh.length;
  });
}
