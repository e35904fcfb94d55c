type Steps = Iterator<unknown, unknown, unknown>;

export const isSteps = (value: unknown): value is Steps => typeof value === 'object' && value !== null && typeof (value as Steps).next === 'function' && typeof (value as Steps).throw === 'function';

/**
 * What a generator comes to that yields others and waits for what they come to, as the Liquid library writes everything. Its own way of asking them looks
 * up by name at each step which method it calls, which takes as long as all the rest of rendering.
 */
export function answerOf(steps: Steps): unknown {
  let step = steps.next();
  for (;;) {
    let value = step.value;
    if (isSteps(value)) {
      try {
        value = answerOf(value);
      } catch (error) {
        if (!steps.throw) throw error;
        step = steps.throw(error);
        continue;
      }
    }
    if (step.done) return value;
    step = steps.next(value);
  }
}
