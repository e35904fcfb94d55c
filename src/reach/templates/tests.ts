import { armOf, closeExperiment, CONTROL, openRolling } from '../../insight/index.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { dayIn } from '../../kernel/day.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { TemplateDocument } from '../core/templates/document.ts';
import { isFair, sameTest, testOf } from '../core/templates/test.ts';
import { workspaceRow } from '../queries/state.ts';
import { testOfVersion, type TemplateRow } from './store.ts';

/** Days after the first message in which orders count for a text. */
const WINDOW_DAYS = 30;

/** The arm somebody is drawn into, and under which name the experiment counts it; undefined where the version tests nothing. */
export function drawnArm(document: TemplateDocument, experiment: string | null, customer: string): { arm: string; counted: string } | undefined {
  const test = experiment === null ? undefined : testOf(document);
  if (!test || experiment === null) return undefined;
  const counted = armOf({ salt: experiment, holdOut: test.share, variants: test.others }, customer);
  return { arm: counted === CONTROL ? test.baseline : counted, counted };
}

const today = async (tx: Tx, { clock }: Pick<Stores, 'clock'>, { workspaceId }: Caller): Promise<string> => dayIn((await workspaceRow(tx, workspaceId)).timezone, clock.now());

/** Nobody enters the test of what was published before: it settles in time. */
export async function closeTest(tx: Tx, stores: Stores, caller: Caller, { id, published }: Pick<TemplateRow, 'id' | 'published'>): Promise<void> {
  const { experimentId } = await testOfVersion(tx, caller.workspaceId, id, published);
  if (experimentId !== null) await closeExperiment(tx, caller.workspaceId, experimentId, await today(tx, stores, caller));
}

/**
 * The experiment by which a draft that is being published tests its arms: the one under way where arms and shares are the same, so that everybody stays in
 * theirs, else a new one. Null where nothing is tested. Refuses `template.test_shares`.
 */
export async function testFor(tx: Tx, stores: Stores, caller: Caller, row: TemplateRow): Promise<string | null> {
  const before = await testOfVersion(tx, caller.workspaceId, row.id, row.published), test = testOf(row.draft);
  if (before.experimentId !== null && before.document && sameTest(testOf(before.document), test)) return before.experimentId;
  if (test && !isFair(test)) throw new Refusal('template.test_shares', { share: Math.round(test.share * 100) });
  await closeTest(tx, stores, caller, row);
  if (!test) return null;
  const variants = test.others.map(({ key, weight }) => ({ key, name: key, weight, couponMinor: 0, couponCode: '' }));
  return openRolling(tx, stores, caller, { name: row.name, hypothesis: row.description, startsOn: await today(tx, stores, caller), plan: { holdOut: test.share, variants, windowDays: WINDOW_DAYS }, closesOn: null });
}
