import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { mirrorAnchors } from './queries/draw.ts';
import { nextVersion } from './queries/experiments.ts';
import { anchorsNow } from './sources.ts';

/** Copies an experiment's people anew for counting. The version is taken before the rows are read, so that a newer one never knows less. */
export async function mirrorExperiment(stores: Stores, workspaceId: WorkspaceId, id: string): Promise<void> {
  const { anchors, version } = await stores.pg.tx(workspaceId, async (tx) => ({ version: await nextVersion(tx), anchors: await anchorsNow(tx, workspaceId, { experimentId: id }) }));
  await mirrorAnchors(stores.ch, workspaceId, version, anchors);
}
