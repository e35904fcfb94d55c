import { concerned, publish } from '../../customers/index.ts';
import { dayNumber } from '../../kernel/day.ts';
import type { Loop, Reaction } from '../../kernel/facts.ts';
import { uuidAt } from '../../kernel/clickhouse/rowReader.ts';
import { RowWriter } from '../../kernel/clickhouse/rowWriter.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { eachApart } from '../../kernel/tick.ts';
import { dataDay } from '../asOf.ts';
import { SURVEY_EVENT } from '../core/signals/acts.ts';
import { named } from '../queries/habits.ts';
import { versionAfter } from '../queries/versions.ts';
import { workspaceIds } from '../queries/workspaces.ts';
import { rulesInForce } from '../store.ts';
import { type Books, booksOf, rowsWhere } from './compute/books.ts';
import { ID_BYTES } from './compute/columns.ts';
import { writeScores } from './compute/rows.ts';
import { type Scored, scoreRows } from './compute/score.ts';
import { loadBooks } from './queries/books.ts';
import { DECIMALS, everybodyScoredOn, insertScores, removeScores } from './queries/scores.ts';
import { askRescore, askRun, scorerOf } from './run.ts';
import { COMPLAINT_PREFIX, SATISFACTION_EVENT } from './signals.ts';
import { type InForce, modelsInForce, objectors, policyOf } from './store.ts';

const CUSTOMERS_PER_SET = 5_000;

type Rescored = { models: InForce; books: Books; ids: CustomerId[]; scored: Scored; asOf: number };

/** Scores a few customers by the models in force, without storing anything; null before there are models. */
async function scoreFew(stores: Stores, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<Rescored | null> {
  const given = await stores.pg.tx(workspaceId, async (tx) => {
    const models = await modelsInForce(tx, workspaceId);
    return models && { models, policy: await policyOf(tx, workspaceId), objected: new Set((await objectors(tx, workspaceId)).map(({ customer }) => customer)), rules: (await rulesInForce(tx, workspaceId)).rules };
  });
  if (!given) return null;
  const asOf = dayNumber(await dataDay(stores, workspaceId)), whom = await named(stores, workspaceId, customers), traits = given.policy.useTraits;
  const books = booksOf(await loadBooks(stores.ch, { workspaceId, asOf, whom, b2bPurchaseMinor: given.rules.b2bPurchaseMinor, traits }));
  const ids = Array.from({ length: books.customers }, (_, row) => uuidAt(books.ids, row * ID_BYTES)), rows = rowsWhere(books.customers, () => true), scorer = scorerOf(given.models);
  return { models: given.models, books, ids, asOf, scored: scoreRows({ books, asOf, rows, scorer, traits, objected: (row) => given.objected.has(ids[row] as string) }) };
}

/** Scores again those something happened to, by the models in force: an order lowers the risk at once. Those who have no purchase (any more) lose their score. */
export async function rescore(stores: Stores, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<void> {
  for (let at = 0; at < customers.length; at += CUSTOMERS_PER_SET) await rescoreSet(stores, workspaceId, customers.slice(at, at + CUSTOMERS_PER_SET));
}

async function rescoreSet(stores: Stores, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<void> {
  const version = await versionAfter(stores, 'customer_score', workspaceId), found = await scoreFew(stores, workspaceId, customers);
  if (!found) return;
  const { books, ids, asOf, scored, models } = found;
  const block = new RowWriter();
  writeScores(block, books.ids, scored, scorerOf(models), { workspaceId, version, asOf });
  await insertScores(stores.ch, block.row());
  const told = new Map(ids.map((customer, row) => [customer, scored.churn[row] as number])), unsaid = customers.filter((customer) => (told.get(customer) ?? -1) < 0);
  await removeScores(stores.ch, workspaceId, version, unsaid);
  const probability = (customer: CustomerId): number | null => ((told.get(customer) ?? -1) < 0 ? null : Number((told.get(customer) as number).toFixed(DECIMALS)));
  await publish(stores, workspaceId, customers.map((customer) => ({ customer, values: { churn_probability: probability(customer) } })));
}

const isOpinion = (event: string): boolean => event.startsWith(COMPLAINT_PREFIX) || event === SATISFACTION_EVENT || event === SURVEY_EVENT;
/** After the stages: whoever bought, complained, said how content they are, said something of themselves or was merged. Visits move a score by weeks, and are counted daily. */
const rescoreActive: Reaction = (stores, workspaceId, facts) => rescore(stores, workspaceId, concerned(facts, { bought: true, told: true, did: isOpinion }));
/** After the import's own report: a run of its own, which nobody waits for. */
const scoreAfterImport: Reaction = async (stores, workspaceId) => void (await askRun(stores, workspaceId, 'import'));

/** Reactions by fact kind, for loop.ts: each stands after those that assess. */
export const scoringReactions: Loop = {
  'import.finished': { 'lifecycle.scoreAfterImport': scoreAfterImport },
  'import.undone': { 'lifecycle.scoreAfterImport': scoreAfterImport },
  'events.recorded': { 'lifecycle.rescoreActive': rescoreActive },
  'customer.merged': { 'lifecycle.rescoreActive': rescoreActive },
  'customer.unmerged': { 'lifecycle.rescoreActive': rescoreActive },
};

/** Models older than this many days of data are fitted again. */
export const REFIT_DAYS = 30;

/** When the data's day has moved on since everybody was last scored: new models once a month, else new scores. */
async function catchUpScores(stores: Stores, workspaceId: WorkspaceId): Promise<void> {
  const models = await stores.pg.tx(workspaceId, (tx) => modelsInForce(tx, workspaceId));
  if (!models) return;
  const [asOf, scored] = await Promise.all([dataDay(stores, workspaceId), everybodyScoredOn(stores.ch, workspaceId)]);
  if (dayNumber(asOf) >= dayNumber(models.asOf) + REFIT_DAYS) await askRun(stores, workspaceId, 'monthly');
  else if (scored !== null && asOf > scored) await askRescore(stores, workspaceId);
}

/** What repeats by the clock, for every workspace. To be called about once a minute. */
export async function scoringTick(stores: Stores): Promise<void> {
  await eachApart(await workspaceIds(stores.pg.global), (workspaceId) => catchUpScores(stores, workspaceId));
}
