import type { Line } from './changes.ts';
import type { Definition } from './journeyQueries.ts';
import { linesOf } from './lines.ts';
import { nodeSaid } from './said.ts';
import { usePromise } from './usePromise.ts';
import { useTeller } from './useTeller.ts';

/** A journey's steps as people call them, and the whole as lines that can be compared. */
export function useDefinitionWords(): { node: (node: Definition['nodes'][number]) => string; lines: (definition: Definition) => Line[] } {
  const { teller } = useTeller();
  const promise = usePromise();
  return { node: (one) => nodeSaid(teller, one).does, lines: (of) => linesOf(teller, promise, of) };
}
