import { imports } from '../collect/index.ts';
import { flushMirror } from '../customers/index.ts';
import { changeCycle, experimentResult, finishCycle, listExperiments, listGoals, Plan, rehearseExperiment, Scope, setGoal, settleDue, startCycle } from '../insight/index.ts';
import { workspaceById } from '../kernel/access/index.ts';
import { type Caller, systemCaller } from '../kernel/access/caller.ts';
import { PERMISSIONS } from '../kernel/access/permissions.ts';
import type { Tree } from '../kernel/conditions/index.ts';
import { addDays, type Day } from '../kernel/day.ts';
import type { Reaction } from '../kernel/facts.ts';
import { enqueue } from '../kernel/jobs.ts';
import type { Stores } from '../kernel/stores.ts';
import { say } from '../kernel/words/index.ts';
import { dataDay } from '../lifecycle/index.ts';
import { importEffect, SOURCE } from './sampleEffect.ts';

/** The job that tells what the shop did by its journeys, once everything else about it is known. */
export const TELL_PAST = 'product.tellPast';
const SILENT_DAYS = 30;
const KNOWN_DAYS = 240;

/** Those who bought within eight months and have been silent for 30 days. */
const SILENT: Tree = { version: 1, root: { kind: 'and', of: [
  { kind: 'event', event: 'order.paid', where: [], window: { kind: 'rolling', days: KNOWN_DAYS }, of: { measure: 'count', test: { op: 'at_least', value: 1 } } },
  { kind: 'not', of: { kind: 'event', event: 'order.paid', where: [], window: { kind: 'rolling', days: SILENT_DAYS }, of: { measure: 'count', test: { op: 'at_least', value: 1 } } } },
] } };

/**
 * What the shop tried: days before its last day, coupon, words, and the true effect the simulation gives it: the share of those
 * sent something who order once more because of it. The draw is honest and chance stays: whatever the data then says stands.
 */
const TRIED = [
  { code: 'winback', daysBack: 75, effect: 0.11, couponMinor: 4_000 },
  { code: 'letter', daysBack: 22, effect: 0, couponMinor: 0 },
] as const;

/**
 * The simulated shop has tried things, too: its past experiments stand on the page from the first day. Once, and in simulated
 * workspaces alone. First come draws and the file of what they brought; with that file, the end of the first cycle. Each step
 * looks at what is there, so that it may be repeated.
 */
export const tellSampleStory: Reaction = async (stores, workspaceId, facts) => {
  if (!facts.some(({ payload }) => payload.source === SOURCE)) return;
  const { simulated, language } = await workspaceById(stores, workspaceId);
  if (!simulated) return;
  const caller = { ...systemCaller(workspaceId, PERMISSIONS), language };
  const { rows } = await imports(stores, workspaceId);
  if (rows.filter(({ source }) => source === SOURCE).length > 1) return closeCycle(stores, caller);
  await flushMirror(stores, workspaceId);
  const tried = await drawAll(stores, caller, await dataDay(stores, workspaceId));
  if (!await bringEffects(stores, caller, tried)) await closeCycle(stores, caller);
};

type Tried = (typeof TRIED)[number];

/** What the shop tried, by what: the experiments that are there, and those that are drawn now. */
async function drawAll(stores: Stores, caller: Caller, asOf: Day): Promise<Map<Tried, string>> {
  const word = (key: string): string => say(caller.language, `sample.experiment.${key}`);
  const known = new Map((await listExperiments(stores, caller, { limit: 50 })).rows.map(({ name, id }) => [name, id as string]));
  const drawn = new Map<Tried, string>();
  for (const one of TRIED) {
    const { code, daysBack, couponMinor } = one;
    const id = known.get(word(code)) ?? await rehearseExperiment(stores, caller, {
      name: word(code), hypothesis: word(`${code}.why`), goalId: null, audience: { kind: 'tree', tree: SILENT }, startsOn: addDays(asOf, -daysBack),
      plan: Plan.parse({ holdOut: 0.3, windowDays: 21, channels: [{ channel: 'wecom', costMinor: 0 }, { channel: 'sms', costMinor: 5 }], margin: { basis: 'share', share: 0.45 }, variants: [{ key: 'treated', couponMinor }], capDays: 0, guardrails: [{ metric: 'unsubscribed', margin: 0.005 }, { metric: 'complained', margin: 0.01 }] }),
    });
    if (id) drawn.set(one, id);
  }
  return drawn;
}

async function bringEffects(stores: Stores, caller: Caller, tried: ReadonlyMap<Tried, string>): Promise<boolean> {
  for (const [{ effect }, experimentId] of tried) {
    if (effect > 0 && await importEffect(stores, caller, { experimentId, effect })) return true;
  }
  return false;
}

/** A goal with the cycle that the first experiment closed, and the next one under way from its review. */
async function closeCycle(stores: Stores, caller: Caller): Promise<void> {
  const asOf = await dataDay(stores, caller.workspaceId);
  const tried = await drawAll(stores, caller, asOf);
  const [winback, letter] = TRIED.map((one) => tried.get(one));
  const word = (key: string): string => say(caller.language, `sample.cycle.${key}`);
  if (!winback || !letter || (await listGoals(stores, caller)).some(({ name }) => name === word('goal'))) return;
  await settleDue(stores, caller.workspaceId);
  const { comparisons: [measured] } = await experimentResult(stores, caller, winback);
  const learned = measured?.buyers.verdict !== 'proven_up' ? 'learned.none' : measured.profit.verdict === 'proven_up' ? 'learned.paid' : 'learned';
  const year = asOf.slice(0, 4);
  const scope = Scope.parse({ from: `${year}-01-01`, to: `${year}-12-31` });
  const { id: goalId } = await setGoal(stores, caller, { name: word('goal'), metricId: 'repurchase_period', target: 0.5, scope, owner: '' });
  const first = await startCycle(stores, caller, goalId);
  await changeCycle(stores, caller, first.id, { data: word('data'), strategy: say(caller.language, 'sample.experiment.winback'), execution: winback, review: { learned: word(learned), next: say(caller.language, 'sample.experiment.letter') } });
  await finishCycle(stores, caller, first.id);
  const next = await startCycle(stores, caller, goalId);
  await changeCycle(stores, caller, next.id, { data: word('data.next'), execution: letter });
  await stores.pg.tx(caller.workspaceId, (tx) => enqueue(tx, caller.workspaceId, TELL_PAST, {}));
}
