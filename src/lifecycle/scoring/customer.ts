import type { z } from 'zod';
import { type Day, dayIn, dayOfNumber } from '../../kernel/day.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { workspaceOf } from '../store.ts';
import { figuresOf, whyIn } from './atRisk.ts';
import type { ExitReason, ExitSource } from './codes.ts';
import { VALUE_LEVEL } from './compute/interval.ts';
import { type LawName, lawOf, type Params, WEEK, YEAR_DAYS } from './compute/laws.ts';
import { warned } from './compute/ruleReasons.ts';
import { warningsOf } from './compute/weekly.ts';
import type { customerScoreReply } from './contract.ts';
import { type Rescored, scoreFew } from './live.ts';
import { scoresOf } from './queries/atRisk.ts';
import { exitReasonOf, modelsInForce, objectionOf, policyOf } from './store.ts';

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

type Drawn = Pick<Card, 'alive' | 'ahead' | 'purchases' | 'warnings' | 'expectedNext'>;
const NOTHING: Drawn = { alive: [], ahead: [], purchases: [], warnings: [], expectedNext: null };

function drawnOf({ books, models, asOf, scored }: Rescored): Drawn {
  if (books.customers === 0) return NOTHING;
  const { law, params } = models.value, days = books.days, horizon = scored.horizon[0] as number, first = days[0] as number;
  const told = { purchases: Array.from(days, dayOfNumber), warnings: warningsOf(books, 0, asOf).map(warned) };
  if (law === null || books.business[0] === 1) return { ...NOTHING, ...told };
  const now = { x: days.length - 1, tx: ((days.at(-1) as number) - first) / WEEK, T: (asOf - first) / WEEK }, own = lawOf(law);
  return {
    ...told, alive: aliveBefore(law, params, days, asOf), ahead: silentAhead(law, params, days, asOf),
    expectedNext: { days: horizon, count: own.expected(params, now, horizon / WEEK), none: share(own.noPurchase(params, now, horizon / WEEK)) },
  };
}

/** Everything scoring says of one customer: figures, reasons, the past and the silent future of P(still a customer), warnings, and what they asked of us. */
export async function customerScore(stores: Stores, workspaceId: WorkspaceId, customer: CustomerId): Promise<Card> {
  const [[row], few, known] = await Promise.all([
    scoresOf(stores.ch, workspaceId, [customer]), scoreFew(stores, workspaceId, [customer]),
    stores.pg.tx(workspaceId, async (tx) => ({
      policy: await policyOf(tx, workspaceId), objection: await objectionOf(tx, workspaceId, customer), exit: await exitReasonOf(tx, workspaceId, customer), zone: (await workspaceOf(tx, workspaceId)).timezone,
      hasModels: (await modelsInForce(tx, workspaceId)) !== undefined,
    })),
  ]);
  const on = known.objection !== undefined, since: Day | null = known.objection ? dayIn(known.zone, known.objection.at) : null;
  return {
    score: row ? { customerId: customer, ...figuresOf(row), ...whyIn(row), withoutTraits: on || !known.policy.useTraits } : null,
    why: row ? null : { code: !known.hasModels ? 'scoring.no_models' : few && few.books.customers > 0 ? 'scoring.nothing_says' : 'scoring.never_bought', facts: {} },
    valueLevel: VALUE_LEVEL, ...(few ? drawnOf(few) : NOTHING), withoutTraits: { on, since, byWorkspace: !known.policy.useTraits },
    exitReason: known.exit ? { reason: known.exit.reason as ExitReason, source: known.exit.source as ExitSource, on: known.exit.day } : null,
  };
}
