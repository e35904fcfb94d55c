import { expect, test } from 'vitest';
import { PLAYBOOKS } from '../../../src/engage/playbooks/index.ts';
import { journeyPlaybooks } from './journeyPlaybooks.ts';

test('every ready journey says what it does, and every template it needs has a name and a first text', () => {
  const needed = PLAYBOOKS.flatMap(({ key, templates }) => [`playbook.${key}`, ...templates.flatMap((one) => [`template.${one}`, `starter.${one}`])]);
  expect(needed.filter((key) => !(`journeys.${key}` in journeyPlaybooks))).toEqual([]);
});
