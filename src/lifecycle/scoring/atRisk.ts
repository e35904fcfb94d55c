import type { z } from 'zod';
import { exportCustomers } from '../../customers/index.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { fromCursor, toCursor } from '../../kernel/http/cursor.ts';
import { type CustomerId, isUuid, type WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { type Candidate, type SaveList, saveList } from '../core/money/index.ts';
import { audienceOf } from '../audience.ts';
import { filterOf, membersOf } from './group.ts';
import type { atRiskExportBody, atRiskQuery, atRiskReply, atRiskRow, planQuery, planReply, ScoreOdds, ScoreReason } from './contract.ts';
import type { ODDS } from './compute/rows.ts';
import { candidatesOf, peopleOf, type PersonRow, riskPage, type RiskPosition, riskReasons, riskTotal, type ScoreRow, scoresOf } from './queries/atRisk.ts';
import { scoredOn } from './queries/scores.ts';
import { demandScoresInFile } from './prices.ts';
import { responseFor } from './responses.ts';
import { type Policy, policyOf } from './store.ts';

type Row = z.infer<typeof atRiskRow>;
type Figures = Omit<Row, keyof PersonRow | 'reasons' | 'odds'>;

const decimals = (value: number): number => Math.round(value * 1e4) / 1e4;
const orNull = (value: number): number | null => (value < 0 ? null : decimals(value));

/** A stored score in the words of replies. */
export const figuresOf = ({ asOf, method, valueModel, churnModel, alive, horizon, expected, churn, baseline, value, low, high, atRisk }: ScoreRow): Figures => ({
  asOf, method, valueModel, churnModel, pAlive: orNull(alive), horizonDays: horizon, expected: decimals(expected), churn: orNull(churn), churnBaseline: orNull(baseline),
  valueMinor: value, valueLowMinor: low, valueHighMinor: high, atRiskMinor: atRisk,
});
/** Why a stored score is what it is: its reasons, and how they add up where a trained model scored. */
export function whyIn({ reasons }: Pick<ScoreRow, 'reasons'>): { reasons: ScoreReason[]; odds: ScoreOdds | null } {
  const told = JSON.parse(reasons) as (ScoreReason | ({ code: typeof ODDS } & ScoreOdds))[], odds = told.find((one) => 'total' in one);
  return { reasons: told.filter((one): one is ScoreReason => !('total' in one)), odds: odds ? { base: odds.base, rest: odds.rest, parts: odds.parts, total: odds.total } : null };
}

const nobody = (customerId: CustomerId): PersonRow => ({ customerId, name: '', stage: null, lastOn: null, lastTouchOn: null, netMinor: 0, reach: [] });

/** People and scores of these customers, in the order given. */
async function rowsOf({ ch }: Stores, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<Row[]> {
  if (customers.length === 0) return [];
  const [people, scores] = await Promise.all([peopleOf(ch, workspaceId, customers), scoresOf(ch, workspaceId, customers)]);
  const personOf = new Map(people.map((one) => [one.customerId, one])), scoreOf = new Map(scores.map((one) => [one.customerId, one]));
  return customers.flatMap((customer) => {
    const score = scoreOf.get(customer);
    return score ? [{ ...(personOf.get(customer) ?? nobody(customer)), ...figuresOf(score), ...whyIn(score) }] : [];
  });
}

function positionOf(cursor: string | undefined): RiskPosition | null {
  if (cursor === undefined) return null;
  const [atRisk, customer] = fromCursor(cursor, 2);
  if (typeof atRisk !== 'number' || typeof customer !== 'string' || !isUuid(customer)) throw new Refusal('cursor.invalid', {}, 400);
  return { atRisk, customer };
}

/** Customers by value at risk, greatest first, with why, when they were last seen and what can reach them. */
export async function atRisk(stores: Stores, caller: Caller, { cursor, limit, ...filters }: z.output<typeof atRiskQuery>): Promise<z.infer<typeof atRiskReply>> {
  const { workspaceId } = caller, filter = await filterOf(stores, caller, filters), { ch } = stores;
  const [found, total, reasons, { asOf }] = await Promise.all([riskPage(ch, workspaceId, filter, positionOf(cursor), limit + 1), riskTotal(ch, workspaceId, filter), riskReasons(ch, workspaceId, filter), scoredOn(ch, workspaceId)]);
  const page = found.slice(0, limit), last = page.at(-1);
  return { asOf, total, reasons, rows: await rowsOf(stores, workspaceId, page.map(({ customer }) => customer)), next: last && found.length > limit ? toCursor([last.atRisk, last.customer]) : null };
}

const EXPORT_MOST = 50_000;

/** The same people as a file: needs customers.export and a reason, which stands in the audit log; identifiers are masked. Score columns only with a leave to let prices depend on them: refuses `scoring.scores_in_file`. */
export async function exportAtRisk(stores: Stores, caller: Caller, { reason, withScores, ...filters }: z.output<typeof atRiskExportBody>): ReturnType<typeof exportCustomers> {
  if (withScores) await demandScoresInFile(stores, caller.workspaceId);
  const found = await riskPage(stores.ch, caller.workspaceId, await filterOf(stores, caller, filters), null, EXPORT_MOST);
  return exportCustomers(stores, caller, { reason, clear: false, withScores, customers: found.map(({ customer }) => customer) });
}

type Asked = z.output<typeof planQuery>;
type Plan = z.infer<typeof planReply>;

/** What may be done this week: as typed for this look, else as the workspace has it. */
function limitsOf(asked: Asked, policy: Policy): { capacity: number; attemptCostMinor: number | null; moneyMinor: number | null } {
  const money = asked.moneyMinor ?? policy.weekBudgetMinor;
  return { capacity: asked.capacity ?? policy.capacity, attemptCostMinor: asked.costMinor ?? policy.attemptCostMinor, moneyMinor: money === 'none' ? null : money };
}

/** Gain of a list at another share kept. */
const gainAt = (share: number | null, candidates: readonly Candidate[], costMinor: number): number | null =>
  (share === null ? null : Math.round(candidates.reduce((sum, { churnProbability, residualMinor }) => sum + churnProbability * share * residualMinor, 0)) - costMinor);

/**
 * Whom to save this week: the greatest expected gain within what can be done. The share kept is assumed until an experiment on such a list measured it. Where nobody has said what an
 * attempt costs, gains are before costs and everybody with value at risk is worth it; a budget cannot be kept then, and is refused in the reply (`scoring.plan.cost_unknown`).
 */
export async function savePlan(stores: Stores, caller: Caller, asked: Asked): Promise<Plan> {
  const { workspaceId } = caller, { limits, response } = await stores.pg.tx(workspaceId, async (tx) => {
    const policy = await policyOf(tx, workspaceId);
    return { limits: limitsOf(asked, policy), response: await responseFor(tx, workspaceId, policy, { savedShare: asked.savedShare, by: caller.actor.id }) };
  });
  const filter = { audience: audienceOf(caller, asked), members: await membersOf(stores, caller, asked) };
  const [rows, { asOf }] = await Promise.all([candidatesOf(stores.ch, workspaceId, filter), scoredOn(stores.ch, workspaceId)]), { capacity, moneyMinor, attemptCostMinor } = limits;
  const candidates = rows.map(({ customerId, churn, value }): Candidate => ({ customerId, churnProbability: Math.min(1, churn), residualMinor: value, costMinor: attemptCostMinor ?? 0 }));
  const given = { asOf, ...limits, response }, nothing = { ...given, capacityLeft: capacity, chosen: [], gainMinor: 0, gainLowMinor: null, gainHighMinor: null, costMinor: 0, boundMinor: 0, notWorth: 0, beyondCapacity: 0 };
  if (moneyMinor !== null && attemptCostMinor === null) return { ...nothing, refused: { code: 'scoring.plan.cost_unknown', facts: {} } };
  const list = saveList(candidates, response, { capacity, moneyMinor });
  if ('refused' in list) return { ...nothing, refused: { code: list.refused, facts: list.facts } };
  const { chosen, gainMinor, costMinor, boundMinor, notWorth, beyondCapacity } = list, ids = new Set(chosen.map(({ customerId }) => customerId)), first = candidates.filter(({ customerId }) => ids.has(customerId));
  return {
    ...given, capacityLeft: capacity - chosen.length, gainMinor, gainLowMinor: gainAt(response.low, first, costMinor), gainHighMinor: gainAt(response.high, first, costMinor), costMinor, boundMinor, notWorth, beyondCapacity, refused: null,
    chosen: await chosenRows(stores, workspaceId, chosen),
  };
}

/** Those chosen as people, in the order of their gain. */
async function chosenRows(stores: Stores, workspaceId: WorkspaceId, chosen: SaveList['chosen']): Promise<Plan['chosen']> {
  const rowOf = new Map((await rowsOf(stores, workspaceId, chosen.map(({ customerId }) => customerId))).map((row) => [row.customerId, row]));
  return chosen.flatMap(({ customerId, gainMinor, costMinor }) => {
    const row = rowOf.get(customerId);
    if (!row) return [];
    const { name, stage, lastOn, lastTouchOn, netMinor, reach, churn, valueMinor, atRiskMinor, reasons, odds } = row;
    return [{ customerId, name, stage, lastOn, lastTouchOn, netMinor, reach, churn: churn ?? 0, valueMinor, atRiskMinor, gainMinor, costMinor, reasons, odds }];
  });
}
