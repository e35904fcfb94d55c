import { audit } from '../kernel/audit.ts';
import type { Caller } from '../kernel/access/caller.ts';
import { type Day, dayNumber, dayOfNumber } from '../kernel/day.ts';
import { Refusal } from '../kernel/errors.ts';
import { announce } from '../kernel/facts.ts';
import type { WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import type { Books } from './core/assess.ts';
import type { CalendarWindow } from './core/calendar.ts';
import { judgeRules } from './core/judge.ts';
import { learnRules } from './core/learn.ts';
import { configuredRules, type StageRules } from './core/rules.ts';
import { festivalWindows } from './festivals.ts';
import { loadHabits, sizeOf } from './queries/habits.ts';
import { promotionWindows } from './queries/promotions.ts';
import { reassess } from './reassess.ts';
import { insertRules, rulesInForce, type RulesVersion, saveSetting, settingOf, workspaceOf } from './store.ts';

/** People enough to learn from: more would only cost time. */
const LEARN_FROM_MAX = 40_000;

async function calendarOf(stores: Stores, workspaceId: WorkspaceId, asOf: Day): Promise<{ windows: CalendarWindow[]; cycleDays: Record<string, number> }> {
  return stores.pg.tx(workspaceId, async (tx) => {
    const promotions = await promotionWindows(tx, workspaceId);
    const { cycleDays } = await settingOf(tx, workspaceId);
    const { currency } = await workspaceOf(tx, workspaceId);
    const year = Number(asOf.slice(0, 4));
    const windows = promotions.map(({ id, from, to }): CalendarWindow => ({ id, kind: 'promo', from, to }));
    return { windows: [...windows, ...festivalWindows(currency, { fromYear: year - 4, toYear: year + 1 })], cycleDays };
  });
}

/** Everyone, or one of several equal parts where there are more people than learning needs. */
async function sample(stores: Stores, workspaceId: WorkspaceId, asOf: number): Promise<Books[]> {
  const { customers, kinds } = await sizeOf(stores.ch, workspaceId);
  const parts = Math.max(1, Math.ceil(customers / LEARN_FROM_MAX));
  return loadHabits(stores.ch, { workspaceId, asOf, whom: { part: 0, parts }, windowFrom: asOf, kinds: { ...kinds, shops: false }, sources: false });
}

type Making = { asOf: Day; caller: Caller };

/**
 * Learns the cuts again from the data up to `asOf`, judges them on past days, puts them in force as a new version and
 * tells every history anew. Triggers nothing: what changes is a correction.
 */
export async function recalibrate(stores: Stores, { asOf, caller }: Making): Promise<RulesVersion> {
  const { workspaceId } = caller;
  const day = dayNumber(asOf);
  const [habits, { windows, cycleDays }] = await Promise.all([sample(stores, workspaceId, day), calendarOf(stores, workspaceId, asOf)]);
  const input = { habits, asOf: day, windows, cycleDays };
  return putInForce(stores, { asOf, caller }, learnRules(input), habits);
}

/** Puts fixed days of the business's own in force, judged like any other. Refuses `stage_rules.days_order`. */
export async function configure(stores: Stores, { asOf, caller }: Making, days: { decliningDays?: number; atRiskDays: number; churnedDays: number }): Promise<RulesVersion> {
  if (days.atRiskDays >= days.churnedDays || (days.decliningDays ?? 0) >= days.atRiskDays) throw new Refusal('stage_rules.days_order', { atRiskDays: days.atRiskDays, churnedDays: days.churnedDays });
  const [habits, { windows }] = await Promise.all([sample(stores, caller.workspaceId, dayNumber(asOf)), calendarOf(stores, caller.workspaceId, asOf)]);
  return putInForce(stores, { asOf, caller }, { ...configuredRules(days), windows }, habits);
}

/** Says how long durable goods of some categories last, and learns again. */
export async function setCycles(stores: Stores, making: Making, cycleDays: Record<string, number>): Promise<RulesVersion> {
  await stores.pg.tx(making.caller.workspaceId, (tx) => saveSetting(tx, making.caller.workspaceId, { cycleDays }));
  return recalibrate(stores, making);
}

async function putInForce(stores: Stores, { asOf, caller }: Making, rules: StageRules, habits: Books[]): Promise<RulesVersion> {
  const { workspaceId } = caller;
  const report = judgeRules({ habits, asOf: dayNumber(asOf), windows: rules.windows }, rules);
  const made = { basis: rules.basis, rules, report, asOf, madeBy: caller.actor.id, madeAt: stores.clock.now() };
  const version = await stores.pg.tx(workspaceId, async (tx) => {
    const version = await insertRules(tx, workspaceId, made);
    await audit(tx, stores.clock, caller, { action: 'stage_rules.changed', target: `stage_rules/${version}`, detail: { basis: rules.basis, verdict: report.verdict } });
    await announce(tx, stores.clock, workspaceId, 'stage_rules.changed', { version, basis: rules.basis, verdict: report.verdict });
    return version;
  });
  await reassess(stores, workspaceId, 'all', asOf, { mode: 'backfill' });
  return { version, ...made };
}

/** Days after which cuts are worth learning again. */
const RELEARN_DAYS = 30;

/** Whether the rules in force are too old for the data: never learned, or a month of data behind. Fixed days never age. */
export async function isRelearningDue(stores: Stores, workspaceId: WorkspaceId, asOf: Day): Promise<boolean> {
  const { version, basis, asOf: learnedOn } = await stores.pg.tx(workspaceId, (tx) => rulesInForce(tx, workspaceId));
  return version === 0 || (basis === 'calibrated' && dayOfNumber(dayNumber(learnedOn) + RELEARN_DAYS) <= asOf);
}
