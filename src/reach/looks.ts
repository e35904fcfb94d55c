import type { WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import type { Source } from './core/message.ts';
import type { IsWanted } from './core/person.ts';

/** Says of each source, in order, whether it still wants what it proposed, or holds it for now: then it waits until its source lets it go. */
export type LastLook = (stores: Stores, workspaceId: WorkspaceId, sources: readonly Source[]) => Promise<readonly IsWanted[]>;

const looks = new Map<Source['kind'], LastLook>();

/** Who is asked, the moment before messages of a kind of source leave, whether they are still wanted. Saying the same twice changes nothing. */
export const registerLastLook = (kind: Source['kind'], look: LastLook): void => void looks.set(kind, look);

/** Which of these sources still want their message; those nobody answers for do. */
export async function wantedOf(stores: Stores, workspaceId: WorkspaceId, sources: readonly Source[]): Promise<IsWanted[]> {
  const wanted = sources.map((): IsWanted => true);
  for (const [kind, own] of Map.groupBy(sources.map((source, at) => ({ source, at })), ({ source }) => source.kind)) {
    const answers = await looks.get(kind)?.(stores, workspaceId, own.map(({ source }) => source));
    for (const [i, { at }] of own.entries()) wanted[at] = answers?.[i] ?? true;
  }
  return wanted;
}
