import type { z } from 'zod';
import type { Caller } from '../../kernel/access/caller.ts';
import { type Compiled, type Condition, EVERYBODY } from '../../kernel/conditions/index.ts';
import type { Stores } from '../../kernel/stores.ts';
import { audienceOf } from '../audience.ts';
import { TOTAL_ERROR_MOST } from '../core/evaluation/index.ts';
import { compiledFor, segmentTree } from '../segments/index.ts';
import { outcomeInterval, VALUE_LEVEL } from './compute/interval.ts';
import type { atRiskQuery, groupReply } from './contract.ts';
import { type GroupSums, groupSums, type RiskFilter } from './queries/atRisk.ts';
import { scoredOn } from './queries/scores.ts';
import { groupsInForce } from './store.ts';

export type Filters = Omit<z.output<typeof atRiskQuery>, 'cursor' | 'limit'>;
type Chosen = Pick<Filters, 'segment' | 'tag' | 'rfm'>;

/** Those of a saved filter, a tag, a class of RFM, or all of these at once, as they are today; undefined where none is asked for. Refuses `segment.not_found`. */
export async function membersOf(stores: Stores, caller: Caller, { segment, tag, rfm }: Chosen): Promise<Compiled | undefined> {
  const of: Condition[] = [
    ...(segment ? [(await segmentTree(stores, caller, segment)).root] : []), ...(tag ? [{ kind: 'tag' as const, test: { op: 'any_of' as const, values: [tag] } }] : []),
    ...(rfm ? [{ kind: 'field' as const, field: 'rfm', test: { op: 'in' as const, values: [rfm] } }] : []),
  ];
  return of.length === 0 ? undefined : compiledFor(stores, caller, { ...EVERYBODY, root: { kind: 'and', of } }, undefined, 'g');
}

/** Whom a question is about, for this caller. */
export async function filterOf(stores: Stores, caller: Caller, { people, shop, segment, tag, rfm, ...rest }: Filters): Promise<RiskFilter> {
  return { ...rest, audience: audienceOf(caller, { people, shop }), members: await membersOf(stores, caller, { segment, tag, rfm }) };
}

/** Half-width in standard deviations of an interval that holds VALUE_LEVEL. */
const NORMAL_80 = 1.2815515655446004;
/** How far a probability is taken to be off where no back-test said it. */
const CALIBRATION_UNKNOWN = 0.05;

type Ends = { low: number; high: number };

/** Money of a group: chances of its customers add up as variances, since they buy apart from each other; the model's own error of the total is one and the same for all of them. */
export function valueEnds({ customers, valueMinor, spread, lowMinor, highMinor }: GroupSums, totalError: number | null): Ends {
  if (customers <= 1) return { low: lowMinor, high: highMinor };
  const own = Math.abs(totalError ?? TOTAL_ERROR_MOST) * valueMinor, ends = { low: 0, high: 0 };
  outcomeInterval({ none: 0, mean: valueMinor, square: valueMinor * valueMinor + spread * spread + own * own }, ends);
  return { low: Math.round(ends.low), high: Math.round(ends.high) };
}

/** How many of a group leave: each by chance, all of them by how far probabilities were off on the back-test. */
export function leavingEnds({ customers, leaving, chance }: GroupSums, calibrationError: number | null): Ends {
  const half = NORMAL_80 * Math.hypot(Math.sqrt(chance), customers * Math.abs(calibrationError ?? CALIBRATION_UNKNOWN));
  return { low: Math.max(0, leaving - half), high: Math.min(customers, leaving + half) };
}

/** What a group brought, will likely bring and how many of it are likely gone, each with the interval of the model. */
export async function groupFigures(stores: Stores, caller: Caller, filters: Filters): Promise<z.input<typeof groupReply>> {
  const { workspaceId } = caller, filter = await filterOf(stores, caller, filters);
  const [sums, { asOf }, judged] = await Promise.all([groupSums(stores.ch, workspaceId, filter), scoredOn(stores.ch, workspaceId), stores.pg.tx(workspaceId, (tx) => groupsInForce(tx, workspaceId))]);
  const { said = null, left = null } = judged?.churn?.find(({ name }) => name === (filters.people === 'b2b' ? 'business' : 'consumers')) ?? {}, error = said === null || left === null ? null : said - left;
  const { customers, broughtMinor, valueMinor, leaving, atRiskMinor } = sums;
  return { asOf, customers, level: VALUE_LEVEL, broughtMinor, value: { minor: valueMinor, ...valueEnds(sums, judged?.totalError ?? null) }, leaving: { people: leaving, ...leavingEnds(sums, error) }, atRiskMinor };
}
