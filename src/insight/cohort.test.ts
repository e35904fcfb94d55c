import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customerOf, putEvents, type TestEvent } from '../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../test/support/stores.ts';
import { addDays } from '../kernel/day.ts';
import { seeded } from '../kernel/random.ts';
import { COHORT_UNITS, isMature, triangle } from './core/cohorts.ts';
import { type Cohorts, cohortPeople, loadCohorts } from './queries/cohort.ts';
import { countPeople } from './queries/people.ts';
import type { Asked } from './queries/scope.ts';

const AS_OF = '2025-12-17';
let stores: TestStores;
let asked: Asked;
beforeAll(async () => {
  stores = await testStores();
  asked = { workspaceId: await testWorkspace(stores), asOf: AS_OF, shops: [], channels: [], withoutB2b: false, people: null };
  const random = seeded(44);
  const events: TestEvent[] = Array.from({ length: 10_000 }, () => ({
    customer: customerOf(1 + Math.floor(random() * 900)), event: ['signup', 'view', 'order'][Math.floor(random() * 3)] as string,
    time: `${addDays('2025-08-20', Math.floor(random() ** 1.5 * 125))} ${String(Math.floor(random() * 24)).padStart(2, '0')}:30:${String(Math.floor(random() * 60)).padStart(2, '0')}`,
    properties: { plan: random() < 0.5 ? 'pro' : 'free' },
  }));
  await putEvents(stores, asked.workspaceId, events);
});
afterAll(() => stores.close());

const question = (unit: Cohorts['unit'], more: Partial<Cohorts> = {}): Cohorts =>
  ({ start: { event: 'signup', where: [] }, back: { event: 'order', where: [] }, unit, entry: { from: '2025-08-20', to: '2025-12-31' }, periods: 12, ...more });

const BUCKET = { day: 'toDate', week: 'toMonday', month: 'toStartOfMonth' } as const;

describe('cohort retention', () => {
  test.each(COHORT_UNITS)('R44: by %s equals a plain statement on 10,000 random events', async (unit) => {
    const plain = await stores.ch.rows<{ cohort: string; k: number; people: number }>(`
      SELECT toString(${BUCKET[unit]}(s.t)) AS cohort, dateDiff('${unit}', ${BUCKET[unit]}(s.t), ${BUCKET[unit]}(r.time)) AS k, count(DISTINCT r.subject) AS people
      FROM (SELECT subject, min(time) AS t FROM events FINAL WHERE workspace = {w:UUID} AND event = 'signup' AND day <= '${AS_OF}' GROUP BY subject) AS s
      JOIN (SELECT subject, time FROM events FINAL WHERE workspace = {w:UUID} AND event = 'order' AND day <= '${AS_OF}') AS r ON r.subject = s.subject
      WHERE r.time >= s.t GROUP BY cohort, k HAVING k <= 12 ORDER BY cohort, k`, { w: asked.workspaceId });
    const rows = await loadCohorts(stores.ch, asked, question(unit));
    const returns = rows.flatMap(({ cohort, back }) => Object.entries(back).map(([k, people]) => ({ cohort, k: Number(k), people })));
    const sorted = (rows: { cohort: string; k: number; people: number }[]) => rows.map((row) => `${row.cohort} ${String(row.k).padStart(3, '0')} ${row.people}`).sort();
    expect(sorted(returns)).toEqual(sorted(plain));
    expect(plain.length).toBeGreaterThan(10);
    const [people] = await stores.ch.rows<{ n: number }>(`SELECT uniqExact(subject) AS n FROM events FINAL WHERE workspace = {w:UUID} AND event = 'signup' AND day <= '${AS_OF}'`, { w: asked.workspaceId });
    expect(rows.reduce((sum, row) => sum + row.size, 0)).toBe(people?.n);
  });

  test('R44: a cell whose period has not ended is not shown, and means weigh mature cohorts only', async () => {
    const { rows, means } = triangle('month', await loadCohorts(stores.ch, asked, question('month')), { periods: 12, asOf: AS_OF });
    expect(rows.map((row) => row.cells.filter(Boolean).length)).toEqual([4, 3, 2, 1, 0].slice(0, rows.length));
    const two = rows.slice(0, 3);
    expect(means[1]?.size).toBe(two.reduce((sum, row) => sum + row.size, 0));
    expect(means[1]?.people).toBe(two.reduce((sum, row) => sum + (row.cells[1]?.people ?? 0), 0));
  });

  test('R44: each cell opens its people, and a filter on the start event narrows the cohort', async () => {
    const narrow = question('month', { start: { event: 'signup', where: [{ property: 'plan', test: { op: 'equals', value: 'pro' } }] } });
    const cohort = (await loadCohorts(stores.ch, asked, narrow)).find((one) => one.back[1]);
    if (!cohort) throw new Error('no cell');
    expect(await countPeople(stores.ch, cohortPeople(asked, narrow, { cohort: cohort.cohort, k: 1 }), 10_000)).toBe(cohort.back[1]);
    expect(await countPeople(stores.ch, cohortPeople(asked, narrow, { cohort: cohort.cohort, k: null }), 10_000)).toBe(cohort.size);
  });
});

test.each([
  ['day', '2025-12-16', 1, true], ['day', '2025-12-17', 1, false], ['week', '2025-12-01', 1, true], ['week', '2025-12-08', 1, false], ['month', '2025-10-01', 1, true], ['month', '2025-11-01', 1, false],
] as const)('by %s, cohort %s, period %i: mature is %s', (unit, cohort, k, mature) => expect(isMature(unit, cohort, k, AS_OF)).toBe(mature));
