import type { z } from 'zod';
import type { Caller } from '../../kernel/access/caller.ts';
import { addDays, daysBetween } from '../../kernel/day.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { Stores } from '../../kernel/stores.ts';
import { say } from '../../kernel/words/index.ts';
import { benchmarkOf, costSplit, dataDay, isMoneyRefused, modelOf, placeIn, type Stage, SURVEY_EVENT } from '../../lifecycle/index.ts';
import { Scope } from '../contract.ts';
import { countedBefore } from '../counted.ts';
import { csatOf } from '../core/experiment/index.ts';
import { wholeMonths } from '../core/months.ts';
import { partsFor } from '../figures.ts';
import { define, pickVersion, versionsOf } from '../metrics.ts';
import { dimensionsSeen } from '../dimensions.ts';
import { ask } from '../scope.ts';
import { linesOf } from './benchmarks.ts';
import type { churnYearsShape, costSplitQuery, costSplitShape, satisfactionShape } from './contract.ts';
import { COST_KINDS, type CostKind, costsByKind, satisfactionAnswers } from './queries/counts.ts';

const YEAR_DAYS = 365;
const MARKS = 5;
const MONTHS_SHOWN = 12;

const bandOf = (id: string): { low: number; high: number } => {
  const found = benchmarkOf(id);
  return { low: found?.value ?? 0, high: found?.to ?? found?.value ?? 0 };
};

/** How cost falls on the parts of the life cycle, marketing against its band (R46). Refuses staff of single shops: costs are the whole business's. */
export async function costsAgainstBand(stores: Stores, caller: Caller, { from, to }: z.output<typeof costSplitQuery>): Promise<z.input<typeof costSplitShape>> {
  if (caller.shops.length > 0) throw new Refusal('money.whole_business', {}, 403);
  const asOf = await dataDay(stores, caller.workspaceId);
  const period = { from: from ?? addDays(to ?? asOf, 1 - YEAR_DAYS), to: to ?? asOf };
  if (period.from > period.to) throw new Refusal('insight.period_invalid', period);
  const counted = await countedBefore(stores, caller.workspaceId, asOf), found = new Map((await costsByKind(counted, caller.workspaceId, period)).map(({ key, costMinor }) => [key, costMinor]));
  const costs = COST_KINDS.map((key) => ({ key, costMinor: found.get(key) ?? 0 }));
  const split = costSplit<CostKind>(costs, { acquisition: bandOf('marketing.cost') });
  const refused = isMoneyRefused(split) ? { code: split.refused, sentence: say(caller.language, `refusal.benchmark.${split.refused}`) } : null;
  return { asOf, countedAt: counted.countedAt(), ...period, totalMinor: costs.reduce((sum, { costMinor }) => sum + costMinor, 0), rows: isMoneyRefused(split) ? [] : split, refused, benchmark: 'marketing.cost' };
}

const MODEL = modelOf('awareness');

/** Satisfaction in each of the six stages from getting to know us to leaving (R46); a stage nobody answered in has no figure, never 0. */
export async function satisfaction(stores: Stores, caller: Caller): Promise<z.input<typeof satisfactionShape>> {
  const asOf = await dataDay(stores, caller.workspaceId);
  const rows = await satisfactionAnswers(stores.ch, caller.workspaceId, { event: SURVEY_EVENT, shops: caller.shops, asOf });
  const band = bandOf('awareness.satisfaction');
  const placeOf = (stage: string, engaged: boolean): string => placeIn(MODEL, (stage || 'prospect') as Stage, engaged);
  const stages = MODEL.stages.map(({ key: place }) => {
    const counts = Array.from({ length: MARKS }, (_, at) => rows.filter((row) => row.mark === at + 1 && placeOf(row.stage, row.engaged === 1) === place).reduce((sum, { answers }) => sum + answers, 0));
    const told = csatOf(counts);
    const isBanded = place === 'aware' && told !== null;
    return { place, answers: told?.answers ?? 0, share: told?.share ?? null, interval: told?.interval ?? null, inBand: isBanded ? told.share >= band.low && told.share <= band.high : null };
  });
  return { asOf, band, benchmark: 'awareness.satisfaction', stages };
}

/** Churn of the year up to each of the last month ends, beside the line of the industry (R46): whole years only, since the line speaks of a year. */
export async function churnByYear(stores: Stores, caller: Caller, shop: string | undefined): Promise<z.input<typeof churnYearsShape>> {
  const asOf = await dataDay(stores, caller.workspaceId);
  const [{ from }, lines, versions] = await Promise.all([dimensionsSeen(stores, caller.workspaceId), linesOf(stores, caller), versionsOf(stores, caller, ['churn_existing'])]);
  const version = pickVersion(versions, 'churn_existing');
  const ends = from === null ? [] : wholeMonths({ from, asOf }, MONTHS_SHOWN).months.map(({ to }) => to).filter((to) => daysBetween(from, to) >= YEAR_DAYS);
  const periods = ends.map((to) => ({ from: addDays(to, 1 - YEAR_DAYS), to }));
  const { asked } = await ask(stores, caller, Scope.parse({ from: periods[0]?.from ?? asOf, to: periods.at(-1)?.to ?? asOf, shops: shop === undefined ? [] : [shop] }), asOf);
  const parts = periods.length === 0 ? [] : await partsFor(stores, asked, { version, scope: Scope.parse({ from: asOf, to: asOf }), by: 'none', reach: false }, periods);
  const points = parts.flatMap(([part], at) => (part && part.value !== null ? [{ to: ends[at] ?? asOf, rate: part.value, lost: part.top, of: part.bottom, interval: part.interval }] : []));
  return { asOf, points, line: lines.find(({ shown }) => shown) ?? null, sentence: define(caller, version).sentence };
}
