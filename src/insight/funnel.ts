import type { z } from 'zod';
import type { Caller } from '../kernel/access/caller.ts';
import type { Stores } from '../kernel/stores.ts';
import { say } from '../kernel/words/index.ts';
import { countedBefore } from './counted.ts';
import type { funnelBody, funnelShape } from './contract.ts';
import { funnelSteps, weakestStep } from './core/funnel.ts';
import { wilson } from './core/interval.ts';
import type { Period } from './core/periods.ts';
import { type Funnel, type FunnelRow, loadFunnel } from './queries/funnel.ts';
import { ask } from './scope.ts';
import { toToken } from './tokens.ts';

export type FunnelAsked = z.output<typeof funnelBody>;

export const funnelQuestion = ({ steps, order, stepDays }: FunnelAsked, entry: Period): Funnel => ({ steps, order, stepDays, entry });

const tellPart = ({ steps }: FunnelAsked, { part, counts, reaches }: FunnelRow) => ({
  part, weakest: weakestStep(counts),
  steps: funnelSteps(counts).map((step, at) => ({ event: steps[at]?.event ?? '', ...step, reach: reaches[at] ?? {}, interval: at === 0 ? null : wilson(step.people, counts[at - 1] ?? 0) })),
});

/** A funnel with its weakest step named, split as asked (R43). `weakest` is the index of a step. */
export async function funnel(stores: Stores, caller: Caller, body: FunnelAsked): Promise<z.input<typeof funnelShape>> {
  const { asked, period } = await ask(stores, caller, body.scope);
  const counted = await countedBefore(stores, caller.workspaceId, asked.asOf), rows = await loadFunnel(counted, asked, funnelQuestion(body, period), body.by);
  const nobody: FunnelRow[] = body.by === 'none' && rows.length === 0 ? [{ part: '', counts: body.steps.map(() => 0), reaches: [] }] : [];
  const sentence = say(caller.language, 'insight.funnel.sentence', { order: body.order, days: body.stepDays, gaps: body.steps.length - 1 });
  return { asOf: asked.asOf, countedAt: counted.countedAt(), sentence, token: toToken({ of: 'funnel', ask: body }), parts: [...rows, ...nobody].map((row) => tellPart(body, row)) };
}
