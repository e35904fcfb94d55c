import { changeCycle, finishCycle, listExperiments, Plan, rehearseExperiment, Scope, setGoal, settleDue, startCycle } from '../insight/index.ts';
import { workspaceById } from '../kernel/access/index.ts';
import { type Caller, systemCaller } from '../kernel/access/caller.ts';
import { PERMISSIONS } from '../kernel/access/permissions.ts';
import type { Tree } from '../kernel/conditions/index.ts';
import { addDays, type Day } from '../kernel/day.ts';
import type { Reaction } from '../kernel/facts.ts';
import type { Stores } from '../kernel/stores.ts';
import { say } from '../kernel/words/index.ts';
import { dataDay } from '../lifecycle/index.ts';

const SOURCE = 'simulated';
const SILENT_DAYS = 30;
const KNOWN_DAYS = 240;

/** Those who bought within eight months and have been silent for 30 days. */
const SILENT: Tree = { version: 1, root: { kind: 'and', of: [
  { kind: 'event', event: 'order.paid', where: [], window: { kind: 'rolling', days: KNOWN_DAYS }, of: { measure: 'count', test: { op: 'at_least', value: 1 } } },
  { kind: 'not', of: { kind: 'event', event: 'order.paid', where: [], window: { kind: 'rolling', days: SILENT_DAYS }, of: { measure: 'count', test: { op: 'at_least', value: 1 } } } },
] } };

/** What the shop tried: days before its last day, how many standard errors it came to, coupon and words. */
const TRIED = [
  { code: 'winback', daysBack: 75, wanted: 2.5, couponMinor: 1_500 },
  { code: 'letter', daysBack: 22, wanted: 0.6, couponMinor: 0 },
] as const;

/** The simulated shop has tried things, too: its past experiments stand on the page from the first day. Once, and in simulated workspaces alone. */
export const tellSampleStory: Reaction = async (stores, workspaceId, facts) => {
  if (!facts.some(({ payload }) => payload.source === SOURCE)) return;
  const { simulated, language } = await workspaceById(stores, workspaceId);
  if (!simulated) return;
  const caller = { ...systemCaller(workspaceId, PERMISSIONS), language };
  if ((await listExperiments(stores, caller, { limit: 1 })).total.count > 0) return;
  const asOf = await dataDay(stores, workspaceId);
  const tried: (string | null)[] = [];
  for (const { code, daysBack, wanted, couponMinor } of TRIED) {
    tried.push(await rehearseExperiment(stores, caller, {
      name: say(language, `sample.experiment.${code}`), hypothesis: say(language, `sample.experiment.${code}.why`), goalId: null, audience: { kind: 'tree', tree: SILENT }, startsOn: addDays(asOf, -daysBack),
      plan: Plan.parse({ holdOut: 0.3, windowDays: 21, channels: [{ channel: 'wecom', costMinor: 0 }, { channel: 'sms', costMinor: 5 }], margin: { basis: 'share', share: 0.45 }, variants: [{ key: 'treated', couponMinor }], capDays: 0 }),
    }, wanted));
  }
  await settleDue(stores, workspaceId);
  await improve(stores, caller, asOf, tried);
};

/** A goal with the cycle that the first experiment closed, and the next one under way from its review. */
async function improve(stores: Stores, caller: Caller, asOf: Day, [winback, letter]: readonly (string | null)[]): Promise<void> {
  if (!winback || !letter) return;
  const word = (key: string): string => say(caller.language, `sample.cycle.${key}`);
  const year = asOf.slice(0, 4);
  const scope = Scope.parse({ from: `${year}-01-01`, to: `${year}-12-31` });
  const { id: goalId } = await setGoal(stores, caller, { name: word('goal'), metricId: 'repurchase_period', target: 0.5, scope, owner: '' });
  const first = await startCycle(stores, caller, goalId);
  await changeCycle(stores, caller, first.id, { data: word('data'), strategy: say(caller.language, 'sample.experiment.winback'), execution: winback, review: { learned: word('learned'), next: say(caller.language, 'sample.experiment.letter') } });
  await finishCycle(stores, caller, first.id);
  const next = await startCycle(stores, caller, goalId);
  await changeCycle(stores, caller, next.id, { data: word('data.next'), execution: letter });
}
