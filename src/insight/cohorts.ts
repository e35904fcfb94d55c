import type { z } from 'zod';
import type { Caller } from '../kernel/access/caller.ts';
import type { Stores } from '../kernel/stores.ts';
import { eventWord, say } from '../kernel/words/index.ts';
import { countedBefore } from './counted.ts';
import type { cohortsBody, cohortsShape } from './contract.ts';
import { periodOf, triangle } from './core/cohorts.ts';
import type { Period } from './core/periods.ts';
import { type Cohorts, loadCohorts } from './queries/cohort.ts';
import { ask } from './scope.ts';
import { toToken } from './tokens.ts';

export type CohortsAsked = z.output<typeof cohortsBody>;

/** The question to the store: whole cohorts only, so the first day moves back to the beginning of its period. */
export const cohortQuestion = ({ start, back, unit, periods }: CohortsAsked, period: Period): Cohorts =>
  ({ start, back, unit, periods, entry: { from: periodOf(unit, period.from), to: period.to } });

/** The retention triangle (R44): who began when, and the share that came back in each later period. */
export async function cohorts(stores: Stores, caller: Caller, body: CohortsAsked): Promise<z.input<typeof cohortsShape>> {
  const { asked, period } = await ask(stores, caller, body.scope);
  const counted = await countedBefore(stores, caller.workspaceId, asked.asOf);
  const shown = triangle(body.unit, await loadCohorts(counted, asked, cohortQuestion(body, period)), { periods: body.periods, asOf: asked.asOf });
  const sentence = say(caller.language, 'insight.cohort.sentence', { start: eventWord(caller.language, body.start.event), back: eventWord(caller.language, body.back.event), unit: body.unit });
  return { asOf: asked.asOf, countedAt: counted.countedAt(), sentence, token: toToken({ of: 'cohorts', ask: body }), ...shown };
}
