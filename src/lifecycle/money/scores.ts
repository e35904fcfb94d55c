import type { z } from 'zod';
import type { Caller } from '../../kernel/access/caller.ts';
import { audit } from '../../kernel/audit.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { Day } from '../../kernel/day.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { renewed } from '../../kernel/renewed.ts';
import type { Stores } from '../../kernel/stores.ts';
import { dataDay } from '../asOf.ts';
import { type Group, groupOf } from '../audience.ts';
import { isRefused } from '../core/money/refused.ts';
import { type Dimension, DIMENSIONS, scoreOf } from '../core/money/score.ts';
import { isLarge, KEPT_MS, standingIn } from '../core/money/spread.ts';
import type { Audience } from '../queries/audience.ts';
import { named } from '../queries/habits.ts';
import type { scoresReply, valueScoreReply } from './contract.ts';
import { type MeasureKey, MEASURES, measuresOf, readStandings, scoreBins, topScores, type Weights } from './queries/scores.ts';
import { personOf } from './person.ts';
import { FIRST_WEIGHTS, saveWeights, weightsOf } from './store.ts';

const TOP = 20;
/** A score is a standing among all buyers, whoever asks. */
const EVERYBODY: Audience = { people: 'all', shop: '', within: [] };

const loadWeights = (stores: Stores, { workspaceId }: Caller): Promise<Weights> => stores.pg.tx(workspaceId, (tx) => weightsOf(tx, workspaceId));

/** How the scores of the chosen buyers are spread, and who scores most (R32). */
export async function valueScores(stores: Stores, caller: Caller, ask: Group): Promise<z.input<typeof scoresReply>> {
  const { workspaceId } = caller;
  const [asOf, weights] = await Promise.all([dataDay(stores, workspaceId), loadWeights(stores, caller)]);
  const asked = { audience: await groupOf(stores, caller, ask), asOf, weights };
  const [bins, top] = await Promise.all([scoreBins(stores.ch, workspaceId, asked), topScores(stores.ch, workspaceId, asked, TOP)]);
  return { asOf, weights, customers: bins.reduce((sum, { customers }) => sum + customers, 0), bins, top };
}

/** Puts other weights in force. Refuses `money.bad_weights` when all are 0. */
export async function changeWeights(stores: Stores, caller: Caller, weights: Weights): Promise<Weights> {
  if (DIMENSIONS.every((dimension) => weights[dimension] === 0)) throw new Refusal('money.bad_weights');
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    await saveWeights(tx, caller.workspaceId, weights, { by: caller.actor.id, at: stores.clock.now() });
    await audit(tx, stores.clock, caller, { action: 'value_weights.changed', target: 'value_score', detail: weights });
  });
  return weights;
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

type Standing = Record<Dimension, number> & { measures: { key: MeasureKey; dimension: Dimension; value: number; standing: number }[] };

/** One buyer's measures with where each stands among all buyers, and the dimensions they make. Null for somebody who never bought. */
export async function standingOf(stores: Stores, workspaceId: WorkspaceId, asOf: Day, customer: CustomerId): Promise<Standing | null> {
  const asked = { audience: EVERYBODY, asOf, weights: FIRST_WEIGHTS };
  const [own, all] = await Promise.all([
    named(stores, workspaceId, [customer]).then((whom) => measuresOf(stores.ch, workspaceId, asked, whom)),
    renewed(stores, { workspaceId, name: 'value standings', day: asOf, keptMs: KEPT_MS, isLarge }, () => readStandings(stores.ch, workspaceId, asked)),
  ]);
  if (!own) return null;
  const measures = MEASURES.map(({ key, dimension, better }) => ({ key, dimension, value: own[key], standing: standingIn(all[key], own[key], better) }));
  return { ...(Object.fromEntries(DIMENSIONS.map((one) => [one, meanOf(measures.filter(({ dimension }) => dimension === one).map(({ standing }) => standing))])) as Record<Dimension, number>), measures };
}

/** One buyer's score, its parts to the point, and where every measure stands among all buyers. Refuses `customer.not_found`. */
export async function valueScore(stores: Stores, caller: Caller, id: CustomerId): Promise<z.input<typeof valueScoreReply>> {
  const own = await personOf(stores, caller, id);
  const [asOf, weights] = await Promise.all([dataDay(stores, caller.workspaceId), loadWeights(stores, caller)]);
  const row = await standingOf(stores, caller.workspaceId, asOf, own);
  const score = scoreOf(DIMENSIONS.map((key) => ({ key, value: row?.[key] ?? null, weight: weights[key] })));
  if (row === null || isRefused(score)) return { asOf, weights, score: null, why: isRefused(score) ? { code: score.refused, facts: score.facts } : null, parts: [], measures: [] };
  return { asOf, weights, score: score.score, why: null, parts: score.parts, measures: row.measures };
}
