/** Fewer people than this have no portrait, and fewer than this of a value do not show it: a share would tell of single persons. */
export const PORTRAIT_MIN = 10;

/** Share of a group that bears a value, against the same share of everybody. */
export type Standing = { people: number; share: number; tgi: number | null };

/**
 * Share and target group index of a value in a group: TGI = (share in the group) ÷ (share in all) × 100, so 60 % against 40 % is 150. `known` are those
 * of whom the dimension is known. A group of whom nothing is known has share 0 and no index; so has a value nobody bears.
 */
export function standingOf({ people, known, all, allKnown }: { people: number; known: number; all: number; allKnown: number }): Standing {
  // One quotient of whole numbers, so that 60 % against 40 % is 150 and not a hair less.
  return { people, share: known > 0 ? people / known : 0, tgi: all > 0 && known > 0 ? (100 * people * allKnown) / (known * all) : null };
}
