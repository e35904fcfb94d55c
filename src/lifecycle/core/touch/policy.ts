/** Whether somebody of a tier is spoken to by a person: by nobody, by whoever is free, or by an adviser of their own as far as there are places. */
export const HUMANS = ['none', 'pool', 'adviser'] as const;
export type Human = (typeof HUMANS)[number];
export const OFFERS = ['none', 'service', 'gift', 'brand', 'discount'] as const;
export type Offer = (typeof OFFERS)[number];

/** In how many minutes somebody is answered first, and helped. */
export type Sla = { firstReplyMinutes: number; resolveMinutes: number };
/**
 * What one tier of customers gets. `segment`: who is of it; null: whoever is of no other, the last tier alone. `channels` null: all. `capMinor`: what
 * speaking with one of them in person may cost in a calendar year, in minor units of the workspace's currency; null: no limit.
 */
export type Tier = { key: string; name: string; segment: string | null; sla: Sla; channels: readonly string[] | null; human: Human; offer: Offer; capMinor: number | null };
/** `rankBy`: the customer field that decides who gets a place, the most first; `contactMinor`: what one contact in person costs. */
export type TouchPolicy = { tiers: readonly Tier[]; agents: readonly { id: string; cap: number }[]; rankBy: string; slack: number; contactMinor: number };

/** Where somebody stands: their tier, who looks after them, and contacts in person this calendar year. */
export type Standing = { tier: string | null; adviser: string | null; contacts: number };

/** Why a person of ours does not speak to them; null: nothing is against it. */
export const HUMAN_REFUSALS = ['tier_automated', 'tier_full', 'tier_cost_cap'] as const;
export type HumanRefusal = (typeof HUMAN_REFUSALS)[number];
export type Refused = { reason: HumanRefusal; facts: Readonly<Record<string, string | number>> };

const NOBODYS: Tier = { key: '', name: '', segment: null, sla: { firstReplyMinutes: 0, resolveMinutes: 0 }, channels: null, human: 'pool', offer: 'none', capMinor: null };

/** The terms of a tier; those of the last where somebody is of none, or of one that is gone. */
export const termsOf = ({ tiers }: TouchPolicy, tier: string | null): Tier => tiers.find(({ key }) => key === tier) ?? tiers.at(-1) ?? NOBODYS;

/** How fast somebody is to be answered: what the clock of a ticket asks. */
export const slaOf = (policy: TouchPolicy, tier: string | null): Sla => termsOf(policy, tier).sla;

/** Whether somebody may be called or visited (R26): never in an automated tier, not without a place where places are few, and not beyond the year's cost. */
export function humanRefusal(policy: TouchPolicy, { tier, adviser, contacts }: Standing): Refused | null {
  const { key, human, capMinor } = termsOf(policy, tier);
  if (human === 'none') return { reason: 'tier_automated', facts: { tier: key } };
  if (human === 'adviser' && adviser === null) return { reason: 'tier_full', facts: { tier: key } };
  const spentMinor = contacts * policy.contactMinor;
  return capMinor !== null && spentMinor + policy.contactMinor > capMinor ? { reason: 'tier_cost_cap', facts: { tier: key, spentMinor, capMinor } } : null;
}
