import { type Condition, Tree } from '../../kernel/conditions/index.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { demandPriceUse } from './policy.ts';
import { ruleTags } from './store.ts';

/** Customer fields that hold a score. */
export const SCORE_FIELDS: readonly string[] = ['churn_probability'];

function* partsOf(condition: Condition): Generator<Condition> {
  yield condition;
  if (condition.kind === 'and' || condition.kind === 'or') for (const one of condition.of) yield* partsOf(one);
  if (condition.kind === 'not') yield* partsOf(condition.of);
}

/** Whether a filter chooses by a score: by its field, or by a tag whose own rule does, however many tags in between. */
export async function choosesByScore(tx: Tx, workspaceId: WorkspaceId, tree: Tree): Promise<boolean> {
  const parts = [...partsOf(tree.root)], tags = parts.some(({ kind }) => kind === 'tag') ? await ruleTags(tx, workspaceId) : [], seen = new Set<string>();
  const isScored = (all: readonly Condition[]): boolean => all.some((one) => {
    if (one.kind === 'field') return SCORE_FIELDS.includes(one.field);
    if (one.kind !== 'tag' || !('values' in one.test)) return false;
    const { values } = one.test;
    return tags.some(({ key, name, spec }) => {
      if (seen.has(key) || !(values.includes(key) || values.includes(name))) return false;
      seen.add(key);
      const found = Tree.safeParse((spec as { tree?: unknown } | null)?.tree);
      return found.success && isScored([...partsOf(found.data.root)]);
    });
  });
  return isScored(parts);
}

/** Whom an offer would go to: people of the list of whom to save, or those who fit a filter. */
export type Offered = { kind: 'save_plan' } | { kind: 'tree'; tree: Tree };

/**
 * To be called by whatever would give an offer (a coupon, a discount, a price) to people chosen by a score, in the transaction that does so. Nothing is asked where no score chose them.
 * Refuses `scoring.price_use_blocked` unless a leave stands (see `demandPriceUse`): ask for it on the model page, or leave the offer out, or choose people without scores.
 */
export async function demandOfferLeave(tx: Tx, stores: Stores, workspaceId: WorkspaceId, offered: Offered): Promise<void> {
  if (offered.kind === 'save_plan' || await choosesByScore(tx, workspaceId, offered.tree)) await demandPriceUse(tx, stores, workspaceId);
}

/** Scores in a file may set prices elsewhere. Refuses `scoring.price_use_blocked` as above, with its own advice: take the file without them. */
export async function demandScoresInFile(stores: Stores, workspaceId: WorkspaceId): Promise<void> {
  try {
    await stores.pg.tx(workspaceId, (tx) => demandPriceUse(tx, stores, workspaceId));
  } catch (error) {
    if (error instanceof Refusal && error.code === 'scoring.price_use_blocked') throw new Refusal('scoring.scores_in_file', {}, 403);
    throw error;
  }
}
