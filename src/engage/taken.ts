import { Refusal } from '../kernel/errors.ts';
import type { WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { journeyById, versionOf } from './queries/journeys.ts';
import { seedMembers } from './segmentEntries.ts';

/**
 * Journeys that came from another installation, with their versions: whoever is in the segments they begin with is noted, so that going on lets nobody
 * in who was there before. A segment that cannot be asked here is refused when the journey goes on, too.
 */
export async function noteMembers(stores: Stores, workspaceId: WorkspaceId, journeys: readonly string[]): Promise<void> {
  for (const id of journeys) {
    const walked = await stores.pg.tx(workspaceId, async (tx) => {
      const journey = await journeyById(tx, workspaceId, id);
      return journey && journey.state === 'paused' ? versionOf(tx, workspaceId, id, journey.version) : undefined;
    });
    if (walked) await seedMembers(stores, workspaceId, { id, draft: walked.definition }, { backlog: false }).catch((error: unknown) => { if (!(error instanceof Refusal)) throw error; });
  }
}
