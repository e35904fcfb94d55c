import type { WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import type { Play } from './core/matrix.ts';

/** Where programmes that work on a stage are told from; modules above register theirs, gathered by app.ts. */
export type PlaySource = (stores: Stores, workspaceId: WorkspaceId) => Promise<readonly Play[]>;

const sources = new Map<string, PlaySource>();

/** Adds a source of plays under a name; saying it again replaces it. */
export const registerPlays = (name: string, source: PlaySource): void => void sources.set(name, source);

export async function playsOf(stores: Stores, workspaceId: WorkspaceId): Promise<Play[]> {
  const lists = await Promise.all([...sources.values()].map((source) => source(stores, workspaceId)));
  return lists.flat();
}
