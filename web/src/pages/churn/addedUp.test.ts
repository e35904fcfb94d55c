import { expect, test } from 'vitest';
import { seeded } from '../../../../src/kernel/random.ts';
import { addedUp } from './addedUp.ts';

test('what is shown adds up to the last digit, and the rest differs from the true one by rounding alone', () => {
  const random = seeded(3);
  for (let round = 0; round < 500; round++) {
    const draw = (): number => (random() - 0.5) * 6, base = draw(), contributions = [draw(), draw(), draw(), draw()], others = draw();
    const total = base + others + contributions.reduce((sum, one) => sum + one, 0), shown = addedUp(contributions, { base, total });
    expect(Math.round(100 * (shown.base + shown.rest + shown.parts.reduce((sum, one) => sum + one, 0)))).toBe(Math.round(100 * shown.total));
    expect(Math.abs(shown.rest - others)).toBeLessThanOrEqual(0.03);
    expect(shown.total.toFixed(2)).toBe((Math.round(total * 100) / 100).toFixed(2));
  }
});
