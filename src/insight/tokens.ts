import { z } from 'zod';
import { Refusal } from '../kernel/errors.ts';
import { cohortsBody, DIMENSIONS, funnelBody, Scope, WHICH } from './contract.ts';
import { METRIC_IDS } from './core/metrics.ts';

/** The question behind a number, as /insight/people answers it. It carries no right: it is asked anew as whoever presents it. */
const Question = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('metric'), id: z.enum(METRIC_IDS), version: z.number().int(), scope: Scope, by: z.enum(DIMENSIONS), part: z.string(), which: z.enum(WHICH) }),
  z.strictObject({ of: z.literal('cohorts'), ask: cohortsBody }),
  z.strictObject({ of: z.literal('funnel'), ask: funnelBody }),
  z.strictObject({ of: z.literal('experiment'), id: z.uuid() }),
]);
export type Question = z.output<typeof Question>;

export const toToken = (question: Question): string => Buffer.from(JSON.stringify(question)).toString('base64url');

/** Refuses `insight.token_invalid` for anything that toToken did not make. */
export function fromToken(token: string): Question {
  try {
    const parsed = Question.safeParse(JSON.parse(Buffer.from(token, 'base64url').toString()));
    if (parsed.success) return parsed.data;
  } catch {
    // Told below, like every other token that is none.
  }
  throw new Refusal('insight.token_invalid', {}, 400);
}
