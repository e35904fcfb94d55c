import { paths } from '../../paths.ts';
import type { Tree } from '../../ui/FilterSentence.tsx';

const KEY = 'perennial.experiment.people';

type Kept = { ids: readonly string[]; label: string };

/** Keeps chosen people for the form of a new experiment, and gives its address: a list is too long for an address. */
export function experimentWith(ids: readonly string[], label: string): string {
  sessionStorage.setItem(KEY, JSON.stringify({ ids, label } satisfies Kept));
  return paths.newExperiment({ people: 'list' });
}

/** The people kept last, or undefined. */
export function peopleKept(): Kept | undefined {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '') as Kept;
  } catch {
    return undefined;
  }
}

/** The form's address with a segment or with conditions as they stand. */
export const experimentFor = ({ segment, tree }: { segment?: string; tree?: Tree }): string => paths.newExperiment({ segment, where: tree && JSON.stringify(tree) });
