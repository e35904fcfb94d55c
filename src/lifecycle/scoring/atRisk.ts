import type { z } from 'zod';
import { exportCustomers } from '../../customers/index.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { fromCursor, toCursor } from '../../kernel/http/cursor.ts';
import { type CustomerId, isUuid, type WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { saveList } from '../core/money/index.ts';
import { audienceOf } from '../audience.ts';
import type { atRiskExportBody, atRiskQuery, atRiskReply, atRiskRow, planQuery, planReply, ScoreReason } from './contract.ts';
import { candidatesOf, peopleOf, type PersonRow, type RiskFilter, riskPage, type RiskPosition, riskReasons, riskTotal, type ScoreRow, scoresOf } from './queries/atRisk.ts';
import { scoredOn } from './queries/scores.ts';
import { policyOf } from './store.ts';

type Row = z.infer<typeof atRiskRow>;
type Figures = Omit<Row, keyof PersonRow | 'reasons'>;

const decimals = (value: number): number => Math.round(value * 1e4) / 1e4;
const orNull = (value: number): number | null => (value < 0 ? null : decimals(value));

/** A stored score in the words of replies. */
export const figuresOf = ({ asOf, method, valueModel, churnModel, alive, horizon, expected, churn, baseline, value, low, high, atRisk }: ScoreRow): Figures => ({
  asOf, method, valueModel, churnModel, pAlive: orNull(alive), horizonDays: horizon, expected: decimals(expected), churn: orNull(churn), churnBaseline: orNull(baseline),
  valueMinor: value, valueLowMinor: low, valueHighMinor: high, atRiskMinor: atRisk,
});
export const reasonsIn = ({ reasons }: Pick<ScoreRow, 'reasons'>): ScoreReason[] => JSON.parse(reasons) as ScoreReason[];

const nobody = (customerId: CustomerId): PersonRow => ({ customerId, name: '', stage: null, lastOn: null, lastTouchOn: null, netMinor: 0, reach: [] });

/** People and scores of these customers, in the order given. */
async function rowsOf({ ch }: Stores, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<Row[]> {
  if (customers.length === 0) return [];
  const [people, scores] = await Promise.all([peopleOf(ch, workspaceId, customers), scoresOf(ch, workspaceId, customers)]);
  const personOf = new Map(people.map((one) => [one.customerId, one])), scoreOf = new Map(scores.map((one) => [one.customerId, one]));
  return customers.flatMap((customer) => {
    const score = scoreOf.get(customer);
    return score ? [{ ...(personOf.get(customer) ?? nobody(customer)), ...figuresOf(score), reasons: reasonsIn(score) }] : [];
  });
}

type Filters = Omit<z.output<typeof atRiskExportBody>, 'reason'>;
const filterOf = (caller: Caller, { people, shop, ...rest }: Filters): RiskFilter => ({ ...rest, audience: audienceOf(caller, { people, shop }) });

function positionOf(cursor: string | undefined): RiskPosition | null {
  if (cursor === undefined) return null;
  const [atRisk, customer] = fromCursor(cursor, 2);
  if (typeof atRisk !== 'number' || typeof customer !== 'string' || !isUuid(customer)) throw new Refusal('cursor.invalid', {}, 400);
  return { atRisk, customer };
}

/** Customers by value at risk, greatest first, with why, when they were last seen and what can reach them. */
export async function atRisk(stores: Stores, caller: Caller, { cursor, limit, ...filters }: z.output<typeof atRiskQuery>): Promise<z.infer<typeof atRiskReply>> {
  const { workspaceId } = caller, filter = filterOf(caller, filters), { ch } = stores;
  const [found, total, reasons, { asOf }] = await Promise.all([riskPage(ch, workspaceId, filter, positionOf(cursor), limit + 1), riskTotal(ch, workspaceId, filter), riskReasons(ch, workspaceId, filter), scoredOn(ch, workspaceId)]);
  const page = found.slice(0, limit), last = page.at(-1);
  return { asOf, total, reasons, rows: await rowsOf(stores, workspaceId, page.map(({ customer }) => customer)), next: last && found.length > limit ? toCursor([last.atRisk, last.customer]) : null };
}

const EXPORT_MOST = 50_000;

/** The same people as a file: needs customers.export and a reason, which stands in the audit log; identifiers are masked. */
export async function exportAtRisk(stores: Stores, caller: Caller, { reason, ...filters }: z.output<typeof atRiskExportBody>): ReturnType<typeof exportCustomers> {
  const found = await riskPage(stores.ch, caller.workspaceId, filterOf(caller, filters), null, EXPORT_MOST);
  return exportCustomers(stores, caller, { reason, clear: false, customers: found.map(({ customer }) => customer) });
}

/** Whom to save this week: the greatest expected gain within what can be done. The share saved is assumed until an experiment measured it. */
export async function savePlan(stores: Stores, caller: Caller, asked: z.output<typeof planQuery>): Promise<z.infer<typeof planReply>> {
  const { workspaceId } = caller, audience = audienceOf(caller, asked), policy = await stores.pg.tx(workspaceId, (tx) => policyOf(tx, workspaceId));
  const capacity = asked.capacity ?? policy.capacity, attemptCostMinor = asked.costMinor ?? policy.attemptCostMinor, moneyMinor = asked.moneyMinor ?? null;
  const [candidates, { asOf }] = await Promise.all([candidatesOf(stores.ch, workspaceId, audience), scoredOn(stores.ch, workspaceId)]);
  const response = { savedShare: asked.savedShare ?? policy.savedShare, basis: 'assumed' as const, source: asked.savedShare === undefined ? (policy.changedBy ?? 'perennial') : caller.actor.id };
  const list = saveList(candidates.map(({ customerId, churn, value }) => ({ customerId, churnProbability: Math.min(1, churn), residualMinor: value, costMinor: attemptCostMinor })), response, { capacity, moneyMinor });
  const given = { asOf, capacity, moneyMinor, attemptCostMinor, response };
  if ('refused' in list) return { ...given, capacityLeft: capacity, chosen: [], gainMinor: 0, costMinor: 0, boundMinor: 0, notWorth: 0, beyondCapacity: 0, refused: { code: list.refused, facts: list.facts } };
  const { chosen, gainMinor, costMinor, boundMinor, notWorth, beyondCapacity } = list, rowOf = new Map((await rowsOf(stores, workspaceId, chosen.map(({ customerId }) => customerId))).map((row) => [row.customerId, row]));
  return {
    ...given, capacityLeft: capacity - chosen.length, gainMinor, costMinor, boundMinor, notWorth, beyondCapacity, refused: null,
    chosen: chosen.flatMap(({ customerId, gainMinor: gain, costMinor: cost }) => {
      const row = rowOf.get(customerId);
      if (!row) return [];
      const { name, stage, lastOn, lastTouchOn, netMinor, reach, churn, valueMinor, atRiskMinor, reasons } = row;
      return [{ customerId, name, stage, lastOn, lastTouchOn, netMinor, reach, churn: churn ?? 0, valueMinor, atRiskMinor, gainMinor: gain, costMinor: cost, reasons }];
    }),
  };
}
