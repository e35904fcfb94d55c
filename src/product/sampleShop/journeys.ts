import { askApproval, changeJourney, changeSetting, type Definition, enrol, fromPlaybook, instantOf, journeysBy, launchJourney, listApprovals, treatedIn } from '../../engage/index.ts';
import { changeCycle, listCycles, listGoals } from '../../insight/index.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { addDays, type Day } from '../../kernel/day.ts';
import type { Stores } from '../../kernel/stores.ts';
import { say } from '../../kernel/words/index.ts';
import { memberIds } from '../../lifecycle/index.ts';
import { importEffect } from '../sampleEffect.ts';
import { SLEEPING } from './setUp.ts';
import type { TextKey } from './texts.ts';

/** How many people a journey of this shop may reach without somebody else's word. */
const APPROVAL_PEOPLE = 5_000;
const PEOPLE_MAX = 5_000;
const BOUGHT = { kind: 'event', event: 'order.paid', where: [] } as const;

type Launched = { playbook: string; daysBack: number; change?: (of: Definition) => Partial<Definition>; why?: string };
/**
 * Ready journeys as the shop launched them, so many days before its last. `second_order` counts the order itself, since a past is lived through that a
 * customer's count of today knows nothing of. `win_back` begins with everybody who sleeps on that day.
 */
export const LAUNCHED: readonly Launched[] = [
  { playbook: 'first_order', daysBack: 75 },
  { playbook: 'second_order', daysBack: 75, change: () => ({ goal: { name: 'second_order', on: BOUGHT, ends: true } }) },
  { playbook: 'birthday', daysBack: 75 },
  { playbook: 'win_back', daysBack: 60, why: 'win_back', change: ({ entries }) => ({
    entries: [...entries, { kind: 'api' }], holdOut: 0.2,
    effect: { windowDays: 21, refundDays: 7, margin: { basis: 'share', share: 0.45 }, coupon: { code: '', costMinor: 1_500 }, fixedCostMinor: 0, entryDays: 14 },
  }) },
  { playbook: 'decline_follow_up', daysBack: 14 },
];
/** Greets everybody, so somebody else has to approve it first. */
const ASKED = 'new_year';
/** What the simulation gives `win_back`: of those it reaches, so many order once more because of it, from the second day on. */
const WIN_BACK = { effect: 0.12, afterDays: 2 } as const;

const MORNING_MINUTE = 605;
/** Five past ten on a day of the shop's, where it is. */
export const morningOf = (zone: string, day: Day): Date => new Date(instantOf(zone, day, MORNING_MINUTE));
const onThatDay = (stores: Stores, at: Date): Stores => ({ ...stores, clock: { now: () => at } });

type Shop = { stores: Stores; caller: Caller; zone: string; today: Day; texts: Readonly<Record<TextKey, string>> };

/** Draws a ready journey and launches it on its day; one that is under way already stays as it is. */
async function launch({ stores, caller, zone, today, texts }: Shop, { playbook, daysBack, change, why }: Launched): Promise<{ id: string; experimentId: string | null; day: Day }> {
  const day = addDays(today, -daysBack), then = onThatDay(stores, morningOf(zone, day));
  const known = (await journeysBy(stores, caller.workspaceId)).get(playbook);
  if (known && known.state !== 'draft') return { ...known, day };
  const drawn = known ?? await fromPlaybook(then, caller, playbook, { templates: texts });
  const changes = change && drawn.revision === 1 ? { definition: { ...drawn.draft, ...change(drawn.draft) } } : {};
  const words = why === undefined ? {} : { description: say(caller.language, `sample.shop.${why}.why`), holdOutReason: say(caller.language, `sample.shop.${why}.holdout`) };
  if (drawn.revision === 1) await changeJourney(then, caller, drawn.id, { revision: 1, ...changes, ...words });
  return { ...await launchJourney(then, caller, drawn.id), day };
}

/** Whoever slept on its first day enters; what the journey makes of those who are not held out comes as the shop's next file. */
async function winBack(shop: Shop, { id, experimentId, day }: { id: string; experimentId: string | null; day: Day }): Promise<void> {
  const { stores, caller, zone } = shop, { workspaceId } = caller, at = morningOf(zone, day);
  const { ids } = await memberIds(stores, caller, SLEEPING, { after: null, limit: PEOPLE_MAX, asOf: addDays(day, -1) });
  await enrol(onThatDay(stores, at), workspaceId, id, ids.map((person) => ({ person, at, occasion: { kind: 'api', event: 'journey.entered', at: at.toISOString() }, mark: 'sleeping' })));
  if (experimentId === null) return;
  await importEffect(stores, caller, { experimentId, ...WIN_BACK, sent: await treatedIn(stores, workspaceId, id) });
}

/** The goal's open cycle tries this journey. */
async function actOnGoal({ stores, caller }: Shop, journey: string): Promise<void> {
  const goal = (await listGoals(stores, caller)).find(({ name }) => name === say(caller.language, 'sample.cycle.goal'));
  const [open] = goal ? (await listCycles(stores, caller, { goalId: goal.id, limit: 1 })).filter(({ closedAt }) => closedAt === null) : [];
  if (open) await changeCycle(stores, caller, open.id, { strategy: say(caller.language, 'playbook.win_back'), data: say(caller.language, 'sample.shop.cycle.data'), execution: journey });
}

async function askForGreetings({ stores, caller, texts }: Shop): Promise<void> {
  const known = (await journeysBy(stores, caller.workspaceId)).get(ASKED) ?? await fromPlaybook(stores, caller, ASKED, { templates: texts });
  if ((await listApprovals(stores, caller, { journeyId: known.id })).length === 0) await askApproval(stores, caller, known.id, say(caller.language, 'sample.shop.approval.note'));
}

/** Journeys of the shop, launched on days of its past, before anybody has walked them. Each step looks at what is there. */
export async function launchAll(shop: Shop): Promise<void> {
  await changeSetting(shop.stores, shop.caller, APPROVAL_PEOPLE);
  for (const one of LAUNCHED) {
    const launched = await launch(shop, one);
    if (one.playbook !== 'win_back') continue;
    await winBack(shop, launched);
    await actOnGoal(shop, launched.id);
  }
  await askForGreetings(shop);
}
