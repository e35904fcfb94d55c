import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Person, person, testApp } from '../../../test/support/app.ts';
import { customerOf, putOrders, putStates } from '../../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { dayNumber, dayOfNumber } from '../../kernel/day.ts';
import { run, sql } from '../../kernel/sql.ts';
import { seeded } from '../../kernel/random.ts';
import { whyIn } from './atRisk.ts';
import type { ChurnReport, ScoreReason } from './contract.ts';
import { demandPriceUse, rescore, runScoring } from './index.ts';
import { modelNumbered } from './store.ts';

let stores: TestStores, app: FastifyInstance, ws: string, asker: Person, other: Person;
beforeAll(async () => {
  stores = await testStores('2026-01-15T04:00:00Z');
  app = await testApp(stores);
  ws = await testWorkspace(stores);
  [asker, other] = [await person(stores, app, ws, 'manager'), await person(stores, app, ws, 'owner')];
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

describe('R130: prices may depend on scores only where two people agreed to it', () => {
  const blocked = () => stores.pg.tx(ws, (tx) => demandPriceUse(tx, stores, ws)).then(() => 'allowed', (error: { code: string }) => error.code);
  const ask = async (): Promise<string> => (await asker.call<{ id: string }>('POST', '/api/v1/lifecycle/scoring/price-uses', { purpose: 'Coupons for those likely to leave', days: 10 })).body.id;
  const decide = (who: Person, id: string, decision: string) => who.call<{ code: string; state: string }>('POST', `/api/v1/lifecycle/scoring/price-uses/${id}/decision`, { decision });

  test('blocked until somebody else approves; the asker cannot; an approval ends with its last day, or when ended', async () => {
    expect(await blocked()).toBe('scoring.price_use_blocked');
    const id = await ask();
    expect(await blocked()).toBe('scoring.price_use_blocked');
    expect((await decide(asker, id, 'approve')).body.code).toBe('scoring.price_use_own');
    expect((await decide(other, id, 'approve')).body.state).toBe('approved');
    expect(await blocked()).toBe('allowed');
    expect((await decide(other, id, 'approve')).body.code).toBe('scoring.price_use_decided');
    expect((await decide(asker, id, 'end')).body.state).toBe('ended');
    expect(await blocked()).toBe('scoring.price_use_blocked');
    await decide(other, await ask(), 'approve');
    expect(await blocked()).toBe('allowed');
    const now = stores.clock.now();
    stores.clock.set('2026-01-26T04:00:00Z');
    expect(await blocked()).toBe('scoring.price_use_blocked');
    stores.clock.set(now);
  });

  test('a refused request allows nothing, and the database itself takes no approval by the asker', async () => {
    const id = await ask();
    expect((await decide(other, id, 'refuse')).body.state).toBe('refused');
    await expect(stores.pg.tx(ws, (tx) => run(tx, sql`update price_use set state = 'approved', decided_by = asked_by where workspace_id = ${ws} and id = ${id}`))).rejects.toThrow(/check/);
  });

  test('an agent may neither ask nor change the policy', async () => {
    const agent = await person(stores, app, ws, 'agent');
    expect((await agent.call('POST', '/api/v1/lifecycle/scoring/price-uses', { purpose: 'Coupons for my friends' })).status).toBe(403);
    expect((await agent.call('PUT', '/api/v1/lifecycle/scoring/policy', { capacity: 1 })).status).toBe(403);
  });
});

describe('R130: "not based on my traits"', () => {
  const LAST = dayNumber('2026-01-14'), PEOPLE = 900;
  /** Women come back every three weeks or so, men hardly ever; nothing else tells them apart. */
  const isWoman = (n: number): boolean => n % 2 === 0;
  const reasonsOf = async (n: number): Promise<ScoreReason[]> => {
    const [row] = await stores.ch.rows<{ reasons: string }>('select reason_params as reasons from customer_score final where workspace = {ws:UUID} and customer = {id:UUID}', { ws, id: customerOf(n) });
    return whyIn({ reasons: row?.reasons ?? '[]' }).reasons;
  };
  const featuresOf = async (n: number) => (await reasonsOf(n)).map(({ params }) => params.feature);
  const report = async () => (await stores.pg.tx(ws, (tx) => modelNumbered(tx, ws, 'churn', undefined)))?.report as ChurnReport;

  beforeAll(async () => {
    const random = seeded(3), orders = Array.from({ length: PEOPLE }, (_, n) => {
      const first = LAST - 30 - Math.floor(random() * 420), days = [first];
      while (random() < (isWoman(n) ? 0.9 : 0.12)) days.push((days.at(-1) as number) + 5 + Math.floor(random() * 40));
      return days.filter((day) => day <= LAST).map((day) => ({ customer: customerOf(n), day: dayOfNumber(day), amount: 5_000 + Math.floor(random() * 9_000) }));
    });
    await putOrders(stores, ws, [...orders.flat(), { customer: customerOf(0), day: dayOfNumber(LAST), amount: 5_000 }]);
    await putStates(stores, ws, Array.from({ length: PEOPLE }, (_, n) => ({ customer: customerOf(n), texts: { gender: isWoman(n) ? 'female' : 'male' } })));
  }, 180_000);

  test('switched off for the workspace, as it is unless somebody says what for, no model knows a trait', async () => {
    const refused = await other.call<{ code: string }>('PUT', '/api/v1/lifecycle/scoring/policy', { useTraits: true });
    expect(refused.body.code).toBe('scoring.purpose_missing');
    await runScoring(stores, ws, 'asked');
    const { trained } = await report();
    expect(trained?.features.map(({ name }) => name)).not.toEqual(expect.arrayContaining(['gender']));
  }, 180_000);

  test('switched on, gender is among the reasons; whoever objects is scored by a model that never knew it, at once and after the next run', async () => {
    expect((await other.call('PUT', '/api/v1/lifecycle/scoring/policy', { useTraits: true, purpose: 'To decide whom to call first.' })).status).toBe(200);
    await runScoring(stores, ws, 'policy');
    const { trained, used } = await report();
    expect(used).toBe('trained');
    expect(trained?.traits).toContain('gender');
    const n = 3;
    expect(await featuresOf(n)).toContain('gender');
    await stores.pg.tx(ws, (tx) => run(tx, sql`insert into scoring_objection (workspace_id, customer_id, by, at) values (${ws}, ${customerOf(n)}, 'test', ${stores.clock.now()})`));
    stores.clock.advance(1_000);
    await rescore(stores, ws, [customerOf(n)]);
    expect(await featuresOf(n)).not.toContain('gender');
    stores.clock.advance(1_000);
    await runScoring(stores, ws, 'asked');
    expect(await featuresOf(n)).not.toContain('gender');
    expect((await featuresOf(n)).length).toBeGreaterThanOrEqual(3);
    expect(await featuresOf(n + 2)).toContain('gender');
  }, 180_000);

  test('exact contributions: the reasons of a trained score are log-odds with the value and what is usual', async () => {
    for (const { code, contribution, params, effect } of await reasonsOf(7)) {
      expect(code).toMatch(/^churn\.(?:raises|lowers)\./);
      expect(Math.sign(contribution ?? 0)).toBe(effect === 'raises' ? 1 : -1);
      expect(params).toHaveProperty('comparedTo');
    }
  });
});
