import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { PLAY_STATES } from './contract.ts';

/** A play that an experiment measures: a journey, say, with its state. */
export type MeasuredPlay = { experimentId: string; kind: 'journey'; id: string; name: string; state: (typeof PLAY_STATES)[number] };
/** Whoever holds plays. `experimentOf`: the experiment that measures a play; null where it has none yet, undefined where there is no such play. */
export type PlayBook = {
  playsBy(tx: Tx, workspaceId: WorkspaceId, experiments: readonly string[]): Promise<readonly MeasuredPlay[]>;
  experimentOf(tx: Tx, workspaceId: WorkspaceId, play: string): Promise<string | null | undefined>;
};

const books = new Map<string, PlayBook>();

/** Makes plays known to cycles and goals; saying it again under a name replaces it. */
export const registerPlayBook = (name: string, book: PlayBook): void => void books.set(name, book);

/** The plays that some experiments measure. */
export async function playsBy(tx: Tx, workspaceId: WorkspaceId, experiments: readonly string[]): Promise<MeasuredPlay[]> {
  const found: MeasuredPlay[] = [];
  if (experiments.length > 0) for (const book of books.values()) found.push(...await book.playsBy(tx, workspaceId, experiments));
  return found;
}

/** The experiment that is meant by an id, which may be a play's own; null for a play that nothing measures yet. */
export async function executionOf(tx: Tx, workspaceId: WorkspaceId, id: string): Promise<string | null> {
  for (const book of books.values()) {
    const experiment = await book.experimentOf(tx, workspaceId, id);
    if (experiment !== undefined) return experiment;
  }
  return id;
}
