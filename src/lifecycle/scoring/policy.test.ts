import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Person, person, testApp } from '../../../test/support/app.ts';
import { drinkers, moveTo } from '../../../test/support/experimentWorld.ts';
import { customerOf, putOrders, putStates } from '../../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { publish } from '../../customers/index.ts';
import { settleDue } from '../../insight/experiments/settle.ts';
import { dayNumber, dayOfNumber } from '../../kernel/day.ts';
import type { Tree } from '../../kernel/conditions/index.ts';
import { many, run, sql } from '../../kernel/sql.ts';
import { seeded } from '../../kernel/random.ts';
import { whyIn } from './atRisk.ts';
import type { ChurnReport, ScoreReason } from './contract.ts';
import { measuredShare } from './compute/measured.ts';
import { demandOfferLeave, demandPriceUse, rescore, runScoring } from './index.ts';
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

describe('R130: an offer to people whom a score chose needs leave; what the experiment finds is what the next plan goes by', () => {
  const EXPERIMENTS = '/api/v1/insight/experiments', byScore = { version: 1, root: { kind: 'field', field: 'churn_probability', test: { op: 'at_least', value: 0.5 } } } as const;
  let shop: string, manager: Person, boss: Person, people: string[];
  beforeAll(async () => {
    shop = await testWorkspace(stores);
    [manager, boss] = [await person(stores, app, shop, 'manager'), await person(stores, app, shop, 'owner')];
    await moveTo(stores, shop, '2026-01-14');
    people = await drinkers(stores, shop, 160);
    await publish(stores, shop, people.map((customer) => ({ customer, values: { churn_probability: 0.8, stage: 'at_risk' } })));
  });
  const drawn = async (audience: object, couponMinor: number) => {
    const plan = { channels: [{ channel: 'sms', costMinor: 5 }], variants: [{ key: 'treated', couponMinor }], windowDays: 14, refundDays: 15 };
    const made = await boss.call<{ id: string }>('POST', EXPERIMENTS, { name: 'Save them', audience, plan, startsOn: '2026-01-15' });
    expect(made.status).toBeLessThan(300);
    const { status, body } = await boss.call<{ code: string }>('POST', `${EXPERIMENTS}/${made.body.id}/draw`, {});
    return { id: made.body.id, outcome: status < 300 ? 'drawn' : body.code };
  };
  const list = (from: number, to: number) => ({ kind: 'customers', ids: people.slice(from, to), from: 'save_plan' });

  test('a coupon by churn probability, by a tag made of it, or to the list of whom to save is refused; a message is not, nor is a coupon by stage', async () => {
    expect((await drawn({ kind: 'tree', tree: byScore }, 500)).outcome).toBe('scoring.price_use_blocked');
    expect((await drawn(list(0, 10), 500)).outcome).toBe('scoring.price_use_blocked');
    const tag = await boss.call('POST', '/api/v1/tags', { key: 'leaving', name: 'Leaving', kind: 'rule', spec: { tree: byScore } });
    expect(tag.status).toBeLessThan(300);
    const offered = (tree: Tree) => stores.pg.tx(shop, (tx) => demandOfferLeave(tx, stores, shop, { kind: 'tree', tree })).then(() => 'allowed', (error: { code: string }) => error.code);
    expect(await offered({ version: 1, root: { kind: 'and', of: [{ kind: 'not', of: { kind: 'tag', test: { op: 'any_of', values: ['leaving'] } } }] } })).toBe('scoring.price_use_blocked');
    expect(await offered({ version: 1, root: { kind: 'tag', test: { op: 'any_of', values: ['vip'] } } })).toBe('allowed');
    expect((await drawn({ kind: 'tree', tree: { version: 1, root: { kind: 'field', field: 'stage', test: { op: 'in', values: ['at_risk'] } } } }, 500)).outcome).toBe('drawn');
  });

  test('scores leave in a file only with leave, which somebody else gives; then the coupon may be drawn too', async () => {
    const file = (withScores: boolean) => boss.call<{ code: string }>('POST', '/api/v1/lifecycle/at-risk/export', { reason: 'to call them', withScores });
    expect((await file(true)).body.code).toBe('scoring.scores_in_file');
    expect((await file(false)).body).not.toMatch(/churn/i);
    const { id } = (await manager.call<{ id: string }>('POST', '/api/v1/lifecycle/scoring/price-uses', { purpose: 'Coupons for those likely to leave', days: 10 })).body;
    await boss.call('POST', `/api/v1/lifecycle/scoring/price-uses/${id}/decision`, { decision: 'approve' });
    expect((await file(true)).body).toMatch(/churn probability/i);
    expect((await drawn({ kind: 'tree', tree: byScore }, 500)).outcome).toBe('drawn');
  });

  test('a settled experiment on a list of whom to save replaces the assumption, with its interval and its name', async () => {
    const response = async () => (await boss.call<{ response: Record<string, unknown> }>('GET', '/api/v1/lifecycle/at-risk/plan')).body.response;
    expect(await response()).toMatchObject({ basis: 'assumed', savedShare: 0.1, experimentId: null });
    const { id, outcome } = await drawn(list(0, 160), 0);
    expect(outcome).toBe('drawn');
    const split = await stores.pg.tx(shop, (tx) => many(tx, sql<{ customer: string; arm: string }>`select customer_id as customer, arm from experiment_person where workspace_id = ${shop} and experiment_id = ${id}`));
    const [treated, control] = [split.filter(({ arm }) => arm !== 'control'), split.filter(({ arm }) => arm === 'control')], bought = Math.round(treated.length / 2);
    await putOrders(stores, shop, [...treated.slice(0, bought), ...control.slice(0, 1)].map(({ customer }) => ({ customer, day: '2026-01-20', amount: 9_000 })));
    await moveTo(stores, shop, '2026-03-01');
    expect(await settleDue(stores, shop)).toBeGreaterThan(0);
    const share = 1 - (1 - bought / treated.length) / (1 - 1 / control.length), found = await response();
    expect(found).toMatchObject({ basis: 'measured', experimentId: id, name: 'Save them', windowDays: 14, people: split.length });
    expect(found['savedShare']).toBeCloseTo(share, 10);
    expect(found['low']).toBeLessThan(share);
    expect(found['high']).toBeGreaterThan(share);
    expect(await response()).toEqual(found);
    const typed = (await boss.call<{ response: object }>('GET', '/api/v1/lifecycle/at-risk/plan?savedShare=0.2')).body.response;
    expect(typed).toMatchObject({ basis: 'assumed', savedShare: 0.2, low: null });
  });

  test('the share kept and its interval: 30 of 100 against 10 of 100 bought is 2/9 of those who would leave (0.10 to 0.33)', () => {
    const found = measuredShare({ treated: { customers: 100, buyers: 30 }, control: { customers: 100, buyers: 10 } });
    expect(found?.share).toBeCloseTo(2 / 9, 12);
    expect([found?.low, found?.high]).toEqual([expect.closeTo(0.10177, 4), expect.closeTo(0.32653, 4)]);
    expect(measuredShare({ treated: { customers: 10, buyers: 1 }, control: { customers: 10, buyers: 10 } })).toBeNull();
    expect(measuredShare({ treated: { customers: 0, buyers: 0 }, control: { customers: 10, buyers: 1 } })).toBeNull();
    expect(measuredShare({ treated: { customers: 10, buyers: 10 }, control: { customers: 10, buyers: 1 } })?.high).toBeLessThan(1);
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
