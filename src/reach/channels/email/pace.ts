import type { WorkspaceId } from '../../../kernel/ids.ts';
import type { Stores } from '../../../kernel/stores.ts';
import { type Limit, type Pace, placesIn, rateLimit, warmUpLimit } from '../../core/pacing.ts';
import { dropAllowances, holdAllowances, useAllowances } from '../queries/allowances.ts';

const KEEP_MS = 2 * 86_400_000;

/** A domain of recipients, or all of them, with who is concerned: places in the list that was given. */
type Group = { limit: Limit; scope: string; places: number[] };

function groupsOf(pace: Pace, from: string, domains: readonly string[], now: Date): Group[] {
  const rated = [...Map.groupBy(domains.keys(), (place) => domains[place] ?? '')].flatMap(([domain, places]) => {
    const limit = rateLimit(pace, domain, now);
    return limit ? [{ limit, scope: `${from}>${domain}`, places }] : [];
  });
  const warm = warmUpLimit(pace, now);
  // The warm-up is asked last: what a domain's limit holds back does not use up the day.
  return warm ? [...rated, { limit: warm, scope: from, places: domains.map((_, place) => place) }] : rated;
}

/**
 * For each message, by its recipient's domain: null where it may go now, counted against every limit it falls under, or when to come again.
 * `from`: the sender's domain, whose limits these are, whichever process sends.
 */
export async function allow(stores: Pick<Stores, 'pg' | 'clock'>, workspaceId: WorkspaceId, { pace, from, domains }: { pace: Pace; from: string; domains: readonly string[] }): Promise<(Date | null)[]> {
  const now = stores.clock.now();
  const groups = groupsOf(pace, from, domains, now);
  const later: (Date | null)[] = domains.map(() => null);
  if (groups.length === 0) return later;
  await stores.pg.tx(workspaceId, async (tx) => {
    const held = await holdAllowances(tx, workspaceId, groups.map(({ scope, limit: { since } }) => ({ scope, since })));
    for (const { scope, limit, places } of groups) {
      const asking = places.filter((place) => later[place] === null);
      const used = held.find((one) => one.scope === scope)?.used ?? 0;
      placesIn(limit, { used, count: asking.length }).forEach((at, i) => { later[asking[i] ?? 0] = at; });
    }
    await useAllowances(tx, workspaceId, groups.map(({ scope, limit: { since }, places }) => ({ scope, since, count: places.filter((place) => later[place] === null).length })));
    if (now.getUTCMinutes() === 0) await dropAllowances(tx, workspaceId, new Date(now.getTime() - KEEP_MS));
  });
  return later;
}
