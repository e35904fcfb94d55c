import type { WorkspaceId } from '../../../kernel/ids.ts';
import type { Stores } from '../../../kernel/stores.ts';
import { type Pace, rateLimit, warmUpLimit } from '../../core/pacing.ts';
import { allowWithin, type Group } from '../allow.ts';

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
export const allow = (stores: Pick<Stores, 'pg' | 'clock'>, workspaceId: WorkspaceId, { pace, from, domains }: { pace: Pace; from: string; domains: readonly string[] }): Promise<(Date | null)[]> =>
  allowWithin(stores, workspaceId, groupsOf(pace, from, domains, stores.clock.now()), domains.length);
