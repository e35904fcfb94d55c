import { imports } from '../../collect/index.ts';
import { flushMirror, publish } from '../../customers/index.ts';
import { type Day, dayNumber } from '../../kernel/day.ts';
import type { Facts } from '../../kernel/errors.ts';
import { announce } from '../../kernel/facts.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import { enqueue, type JobHandlers } from '../../kernel/jobs.ts';
import type { Stores } from '../../kernel/stores.ts';
import { inThread } from '../../kernel/thread.ts';
import { marginOf } from '../core/worth.ts';
import { dataDay } from '../asOf.ts';
import { versionAfter } from '../queries/versions.ts';
import { linesOf, totalWorth } from '../queries/worth.ts';
import { rulesInForce } from '../store.ts';
import { RowWriter } from '../../kernel/clickhouse/rowWriter.ts';
import { type Step, type Trigger, TRIGGERS } from './codes.ts';
import { HORIZON_UNLEARNED } from './compute/cutoffs.ts';
import type { Scorer } from './compute/score.ts';
import { loadBooks } from './queries/books.ts';
import { DECIMALS, insertScores, removeOlder, unpublished } from './queries/scores.ts';
import { beat, endRun, finishRun, type InForce, modelsInForce, objectors, policyOf, takeRun, wantRun } from './store.ts';
import type { ThreadAnswer, ThreadInput, ThreadNews } from './thread.ts';

const THREAD = new URL('./thread.ts', import.meta.url);
/** Imports often come in series: the run waits a little for the next one. */
const SETTLE_MS = 5_000;
/** While other files are still being read, a run that an import asked for leaves them the machine; after so long it no longer does. */
const POSTPONED_MOST_MS = 15 * 60_000;
const BUSY_MS = 20_000;
const BEAT_MS = 5_000;
const TELL_MS = 400;
const ROWS_PER_PUBLISH = 5_000;

/** Asks for new models and scores: written down and queued in one transaction. False where a run waits already. */
export const askRun = (stores: Stores, workspaceId: WorkspaceId, trigger: Trigger): Promise<boolean> =>
  stores.pg.tx(workspaceId, async (tx) => {
    const now = stores.clock.now(), isNew = await wantRun(tx, workspaceId, trigger, now);
    await enqueue(tx, workspaceId, 'lifecycle.score', { trigger }, { key: `lifecycle.score:${workspaceId}`, runAt: new Date(now.getTime() + (trigger === 'import' ? SETTLE_MS : 0)) });
    return isNew;
  });

/** Asks for the scores of today by the models as they stand. */
export const askRescore = (stores: Stores, workspaceId: WorkspaceId): Promise<void> =>
  stores.pg.tx(workspaceId, (tx) => enqueue(tx, workspaceId, 'lifecycle.rescore', {}, { key: `lifecycle.rescore:${workspaceId}` }));

/** Profit over sales where the cost of goods is known; null where it is not. */
async function marginIn(stores: Stores, workspaceId: WorkspaceId): Promise<number | null> {
  const total = await totalWorth(stores.ch, workspaceId, { people: 'all', shop: '', within: [] }), margin = total.product > 0 ? marginOf(linesOf(total)) : null;
  return margin === null ? null : Math.min(1, Math.max(0, margin));
}

type Progress = (step: Step, share: number) => void;
type Setting = { asOf: Day; version: number; useTraits: boolean; horizonDays: number | null; b2bPurchaseMinor: number | null; objected: Uint8Array };

async function settingOf(stores: Stores, workspaceId: WorkspaceId): Promise<Setting> {
  const [asOf, version] = [await dataDay(stores, workspaceId), await versionAfter(stores, 'customer_score', workspaceId)];
  return stores.pg.tx(workspaceId, async (tx) => {
    const { useTraits, horizonDays } = await policyOf(tx, workspaceId), { rules } = await rulesInForce(tx, workspaceId), ids = new RowWriter();
    for (const { customer } of await objectors(tx, workspaceId)) ids.uuid(customer);
    return { asOf, version, useTraits, horizonDays, b2bPurchaseMinor: rules.b2bPurchaseMinor, objected: Uint8Array.from(ids.row()) };
  });
}

type Work = { workspaceId: WorkspaceId; number: number; models: InForce | null; progress: Progress; stopping: AbortSignal | undefined };

export const scorerOf = ({ value, churn, number, usualGapDays }: InForce): Scorer => ({ value, churn, valueModel: number, churnModel: number, usualGapDays });

/** Reads, learns where no models are given, scores and stores; the mathematics runs in a thread, so that the process goes on answering. */
async function compute(stores: Stores, setting: Setting, { workspaceId, number, models, progress, stopping }: Work): Promise<ThreadAnswer> {
  const { asOf, version, useTraits, horizonDays, b2bPurchaseMinor, objected } = setting, day = dayNumber(asOf);
  progress('read', 0);
  const [books, margin] = await Promise.all([loadBooks(stores.ch, { workspaceId, asOf: day, whom: 'all', b2bPurchaseMinor, traits: useTraits }), models ? null : marginIn(stores, workspaceId)]);
  progress('read', 1);
  const input: ThreadInput = {
    books, objectors: objected, number, scorer: models && scorerOf(models), stamp: { workspaceId, version, asOf: day },
    setting: { asOf: day, margin, fallbackDays: horizonDays ?? HORIZON_UNLEARNED, traits: useTraits },
  };
  return inThread<ThreadInput, ThreadNews, ThreadAnswer>(THREAD, input, {
    signal: stopping, transfer: books.byteOffset === 0 && books.byteLength === books.buffer.byteLength ? [books.buffer as ArrayBuffer] : [],
    onNews: (news) => ('block' in news ? insertScores(stores.ch, news.block) : progress(news.step, news.share)),
  });
}

/** Brings the customer field `churn_probability` in step with the scores: only what differs is written, in small steps. */
async function publishScores(stores: Stores, workspaceId: WorkspaceId, progress: Progress, stopping: AbortSignal | undefined): Promise<void> {
  const rows = await unpublished(stores.ch, workspaceId);
  for (let at = 0; at < rows.length; at += ROWS_PER_PUBLISH) {
    stopping?.throwIfAborted();
    const slice = rows.slice(at, at + ROWS_PER_PUBLISH);
    await publish(stores, workspaceId, slice.map(({ customer, churn }) => ({ customer, values: { churn_probability: churn === null ? null : Number(churn.toFixed(DECIMALS)) } })), { mirror: 'later' });
    progress('publish', (at + slice.length) / rows.length);
  }
  if (rows.length > 0) await flushMirror(stores, workspaceId);
}

/** Tells how far a run is: at most a few times a second, and at least every few seconds, so that it is known to live. */
function teller(stores: Stores, workspaceId: WorkspaceId, number: number): { progress: Progress; stop(): Promise<void> } {
  let [latest, toldAt, writing] = [{ step: 'read' as Step, share: 0 }, 0, Promise.resolve()];
  const write = (): void => {
    toldAt = performance.now();
    writing = writing.then(async () => void (await stores.pg.tx(workspaceId, (tx) => beat(tx, workspaceId, number, latest, stores.clock.now())))).catch(() => undefined);
  };
  const timer = setInterval(write, BEAT_MS).unref();
  return {
    progress: (step, share) => {
      const isNew = step !== latest.step;
      latest = { step, share };
      if (isNew || performance.now() - toldAt > TELL_MS) write();
    },
    stop: async () => {
      clearInterval(timer);
      await writing;
    },
  };
}

/** One run from beginning to end: new models, everybody's scores, the published field. Repeats from the start where it was cut off. */
export async function runScoring(stores: Stores, workspaceId: WorkspaceId, trigger: Trigger, stopping?: AbortSignal): Promise<'done' | 'busy'> {
  const number = await stores.pg.tx(workspaceId, (tx) => takeRun(tx, workspaceId, trigger, stores.clock.now()));
  if (number === null) return 'busy';
  const { progress, stop } = teller(stores, workspaceId, number);
  try {
    const setting = await settingOf(stores, workspaceId), { customers, value, churn, usualGapDays } = await compute(stores, setting, { workspaceId, number, models: null, progress, stopping });
    if (!value || !churn) throw new Error('nothing was learned');
    progress('save', 0);
    await removeOlder(stores.ch, workspaceId, setting.version);
    await publishScores(stores, workspaceId, progress, stopping);
    await stop();
    await stores.pg.tx(workspaceId, async (tx) => {
      await finishRun(tx, workspaceId, number, setting.asOf, [
        { kind: 'value', state: value.state, name: value.name, why: value.why, params: { scorer: value.scorer, usualGapDays }, report: value.report },
        { kind: 'churn', state: churn.state, name: churn.name, why: churn.why, params: { scorer: churn.scorer }, report: churn.report },
      ], stores.clock.now());
      await announce(tx, stores.clock, workspaceId, 'scores.made', { number, customers, value: value.state, churn: churn.state, asOf: setting.asOf });
    });
    return 'done';
  } catch (error) {
    await stop();
    await stores.pg.tx(workspaceId, (tx) => endRun(tx, workspaceId, number, stopping?.aborted ? 'cancelled' : 'failed', error instanceof Error ? error.name : 'Error', stores.clock.now()));
    throw error;
  }
}

/** Everybody's scores on the data's newest day by the models in force: silence speaks without new models. */
export async function rescoreEveryone(stores: Stores, workspaceId: WorkspaceId, stopping?: AbortSignal): Promise<void> {
  const models = await stores.pg.tx(workspaceId, (tx) => modelsInForce(tx, workspaceId));
  if (!models) return;
  const setting = await settingOf(stores, workspaceId), progress: Progress = () => undefined;
  await compute(stores, setting, { workspaceId, number: models.number, models, progress, stopping });
  await removeOlder(stores.ch, workspaceId, setting.version);
  await publishScores(stores, workspaceId, progress, stopping);
  await stores.pg.tx(workspaceId, (tx) => announce(tx, stores.clock, workspaceId, 'scores.renewed', { number: models.number, asOf: setting.asOf }));
}

const triggerIn = (given: unknown): Trigger => TRIGGERS.find((one) => one === given) ?? 'asked';

/** Whether a run asked for by an import is better begun later, its facts being about to change again. Asks for it anew if so. */
async function postponed(stores: Stores, workspaceId: WorkspaceId, { trigger, since }: Facts): Promise<boolean> {
  const now = stores.clock.now().getTime(), began = typeof since === 'number' ? since : now;
  if (trigger !== 'import' || now - began > POSTPONED_MOST_MS) return false;
  const { rows } = await imports(stores, workspaceId), isBusy = rows.some(({ status }) => status === 'waiting' || status === 'running' || status === 'undoing');
  if (isBusy) await stores.pg.tx(workspaceId, (tx) => enqueue(tx, workspaceId, 'lifecycle.score', { trigger, since: began }, { runAt: new Date(now + SETTLE_MS) }));
  return isBusy;
}

/** Work of the queue. */
export const scoringJobs: JobHandlers = {
  'lifecycle.score': async (stores, workspaceId, asked, stopping) => {
    const { trigger } = asked;
    if (await postponed(stores, workspaceId, asked)) return;
    if (await runScoring(stores, workspaceId, triggerIn(trigger), stopping) === 'done') return;
    await stores.pg.tx(workspaceId, (tx) => enqueue(tx, workspaceId, 'lifecycle.score', { trigger }, { runAt: new Date(stores.clock.now().getTime() + BUSY_MS) }));
  },
  'lifecycle.rescore': async (stores, workspaceId, _, stopping) => {
    await rescoreEveryone(stores, workspaceId, stopping);
    // Segments may ask for scores: who came in or left by the new ones is told.
    await stores.pg.tx(workspaceId, (tx) => enqueue(tx, workspaceId, 'lifecycle.segments', { backfill: false }, { key: `segments:${workspaceId}:news` }));
  },
};
