import { type Effect, enter, type Known, type State, step, type Walker } from './journey.ts';
import type { Plan } from './plan.ts';

/** What a walk through the past came to: every effect with its instant, and where it ended. */
export type Rehearsal = { effects: { at: number; effect: Effect }[]; state: State };

const STEPS_MAX = 1_000;

/**
 * Walks one person from an instant to another through what is known to have happened, stopping whenever something of theirs happened or fell due, as the engine would have.
 * `happened`: all instants by question; at each step only those up to its moment are known. Pure.
 */
export function rehearse(plan: Plan, walker: Walker, { from, until, happened, known }: { from: number; until: number; happened: ReadonlyMap<string, readonly number[]>; known: Omit<Known, 'happened' | 'place'> & { place(node: string, at: number): number } }): Rehearsal {
  const instants = [...new Set([...happened.values()].flat())].filter((at) => at > from && at <= until).sort((a, b) => a - b);
  const effects: Rehearsal['effects'] = [];
  let state = enter(plan, from), moment = from;
  for (let count = 0; count < STEPS_MAX && state.status === 'inside' && moment <= until; count++) {
    const now = moment, upTo = new Map([...happened].map(([name, all]) => [name, all.filter((at) => at <= now)]));
    const walked = step(plan, walker, state, now, { ...known, happened: upTo, place: (node) => known.place(node, now) });
    effects.push(...walked.effects.map((effect) => ({ at: now, effect })));
    state = walked.state;
    moment = Math.min(state.dueAt > now ? state.dueAt : now + 1, instants.find((at) => at > now) ?? Infinity);
  }
  return { effects, state };
}
