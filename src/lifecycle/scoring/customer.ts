import type { z } from 'zod';
import { type Day, dayIn, dayNumber, dayOfNumber } from '../../kernel/day.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { dataDay } from '../asOf.ts';
import { named } from '../queries/habits.ts';
import { workspaceOf } from '../store.ts';
import { figuresOf, whyIn } from './atRisk.ts';
import type { ExitReason, ExitSource } from './codes.ts';
import { VALUE_LEVEL } from './compute/interval.ts';
import { type LawName, lawOf, type Params, WEEK, YEAR_DAYS } from './compute/laws.ts';
import type { customerScoreReply } from './contract.ts';
import { type ScoreRow, scoresOf } from './queries/atRisk.ts';
import { purchaseDays } from './queries/books.ts';
import { exitReasonOf, type InForce, modelsInForce, objectionOf, policyOf } from './store.ts';

type Card = z.input<typeof customerScoreReply>;

const POINTS = 160;
const AHEAD_DAYS = 14;
const share = (value: number): number => Math.round(Math.min(1, Math.max(0, value)) * 1e4) / 1e4;

/** P(still a customer) day by day from the first purchase on, the days of purchases among them. */
function aliveBefore(law: LawName, params: Params, days: Int32Array, asOf: number): Card['alive'] {
  const first = days[0] as number, step = Math.max(1, Math.ceil((asOf - first) / POINTS)), marks = new Set<number>([asOf]);
  for (let day = first; day < asOf; day += step) marks.add(day);
  // The day before a purchase shows how far it had fallen, the day itself that it rose.
  for (const day of days) {
    if (day > first) marks.add(day - 1);
    marks.add(day);
  }
  return [...marks].sort((a, b) => a - b).map((day) => {
    const before = days.filter((one) => one <= day), last = before.at(-1) as number;
    return { day: dayOfNumber(day), share: share(lawOf(law).alive(params, { x: before.length - 1, tx: (last - first) / WEEK, T: (day - first) / WEEK })) };
  });
}

/** What silence would mean from today on. */
function silentAhead(law: LawName, params: Params, days: Int32Array, asOf: number): Card['ahead'] {
  const first = days[0] as number, tx = ((days.at(-1) as number) - first) / WEEK, T = (asOf - first) / WEEK, own = lawOf(law), now = { x: days.length - 1, tx, T };
  return Array.from({ length: Math.floor(YEAR_DAYS / AHEAD_DAYS) + 1 }, (_, nth) => nth * AHEAD_DAYS).map((ahead) => ({
    day: dayOfNumber(asOf + ahead), alive: share(own.alive(params, { ...now, T: T + ahead / WEEK })), none: share(own.noPurchase(params, now, ahead / WEEK)), expected: own.expected(params, now, ahead / WEEK),
  }));
}

type Drawn = Pick<Card, 'alive' | 'ahead' | 'purchases' | 'expectedNext'>;

/** What the law behind a score says of the past and of a silent future; nothing where no law said it: of business buyers, and where none is in force. */
function drawnOf(days: Int32Array, row: ScoreRow | undefined, models: InForce | undefined, asOf: number): Drawn {
  const told = { purchases: Array.from(days, dayOfNumber), alive: [], ahead: [], expectedNext: null };
  if (!row || row.alive < 0 || !models?.value.law || days.length === 0) return told;
  const { law, params } = models.value, first = days[0] as number, now = { x: days.length - 1, tx: ((days.at(-1) as number) - first) / WEEK, T: (asOf - first) / WEEK }, own = lawOf(law);
  return {
    ...told, alive: aliveBefore(law, params, days, asOf), ahead: silentAhead(law, params, days, asOf),
    expectedNext: { days: row.horizon, count: own.expected(params, now, row.horizon / WEEK), none: share(own.noPurchase(params, now, row.horizon / WEEK)) },
  };
}

const reasonless = (hasModels: boolean, hasBought: boolean): NonNullable<Card['why']> => ({ code: !hasModels ? 'scoring.no_models' : hasBought ? 'scoring.nothing_says' : 'scoring.never_bought', facts: {} });

/** Everything scoring says of one customer: the stored figures and reasons, the past and the silent future of P(still a customer), and what they asked of us. */
export async function customerScore(stores: Stores, workspaceId: WorkspaceId, customer: CustomerId): Promise<Card> {
  const [asOf, whom] = await Promise.all([dataDay(stores, workspaceId), named(stores, workspaceId, [customer])]);
  const [[row], days, known] = await Promise.all([
    scoresOf(stores.ch, workspaceId, [customer]), purchaseDays(stores.ch, workspaceId, whom, dayNumber(asOf)),
    stores.pg.tx(workspaceId, async (tx) => ({
      policy: await policyOf(tx, workspaceId), objection: await objectionOf(tx, workspaceId, customer), exit: await exitReasonOf(tx, workspaceId, customer), zone: (await workspaceOf(tx, workspaceId)).timezone,
      models: await modelsInForce(tx, workspaceId),
    })),
  ]);
  const { policy, objection, exit, zone, models } = known;
  const on = objection !== undefined, since: Day | null = objection ? dayIn(zone, objection.at) : null;
  return {
    score: row ? { customerId: customer, ...figuresOf(row), ...whyIn(row), withoutTraits: on || !policy.useTraits } : null,
    why: row ? null : reasonless(models !== undefined, days.length > 0),
    valueLevel: VALUE_LEVEL, ...drawnOf(days, row, models, dayNumber(asOf)), withoutTraits: { on, since, byWorkspace: !policy.useTraits },
    exitReason: exit ? { reason: exit.reason as ExitReason, source: exit.source as ExitSource, on: exit.day } : null,
  };
}
