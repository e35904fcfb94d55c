import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Person, person, type Reply, testApp } from '../../../test/support/app.ts';
import { readDelimited } from '../../../test/support/delimited.ts';
import { atRisk, drinkers, foreseen, moveTo, STAGE_TREE } from '../../../test/support/experimentWorld.ts';
import { putEvents, putOrders, putStates } from '../../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { flushMirror, merge, ownersOf, resolve } from '../../customers/index.ts';
import { systemCaller } from '../../kernel/access/caller.ts';
import { PERMISSIONS } from '../../kernel/access/permissions.ts';
import { addDays } from '../../kernel/day.ts';
import { drain } from '../../kernel/facts.ts';
import { newId } from '../../kernel/ids.ts';
import { many, run, sql } from '../../kernel/sql.ts';
import { loop } from '../../loop.ts';
import type { CycleReply, ExperimentDetail, Preview, ResultDetail } from './contract.ts';
import { settleDue } from './settle.ts';

const root = '/api/v1/insight/experiments';
let stores: TestStores;
let app: FastifyInstance;
beforeAll(async () => {
  stores = await testStores('2026-01-10T04:00:00Z');
  app = await testApp(stores);
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

const sure = <T>({ status, body }: Reply<T>, expected = 200): T => {
  expect([status, status < 400 ? '' : JSON.stringify(body)]).toEqual([expected, '']);
  return body;
};
type World = { workspace: string; owner: Person; people: string[] };
async function world(count: number): Promise<World> {
  const workspace = await testWorkspace(stores);
  await moveTo(stores, workspace, '2026-01-10');
  const people = await drinkers(stores, workspace, count);
  await atRisk(stores, workspace, people);
  return { workspace, owner: await person(stores, app, workspace, 'owner'), people };
}
/** Many people of whom nothing is asked but to be there: at risk, open to SMS. */
async function plainWorld(count: number): Promise<World> {
  const workspace = await testWorkspace(stores);
  const people = Array.from({ length: count }, () => newId() as string);
  await stores.pg.tx(workspace, async (tx) => {
    await run(tx, sql`insert into customer (workspace_id, id, name, created_at) select ${workspace}, id, '', ${stores.clock.now()} from unnest(${`{${people.join(',')}}`}::uuid[]) as id`);
    await run(tx, sql`insert into subject (workspace_id, id, kind, customer_id, acts, sealed_in, sealed_at) select ${workspace}, id, 'member_no', id, true, id, 0 from unnest(${`{${people.join(',')}}`}::uuid[]) as id`);
  });
  await putStates(stores, workspace, people.map((customer) => ({ customer, texts: { stage: 'at_risk' }, reach: ['sms'] })));
  await moveTo(stores, workspace, '2026-01-10');
  return { workspace, owner: await person(stores, app, workspace, 'owner'), people };
}

/** The data's own day moves on, and the clock's work does what is due. */
async function moveOn(workspace: string, day: string): Promise<void> {
  await moveTo(stores, workspace, day);
  await settleDue(stores, workspace);
}
/** Everybody behind a number, page by page. */
async function peopleBehind(by: Person, id: string, pick: object): Promise<string[]> {
  const { token } = sure(await by.call<ExperimentDetail>('GET', `${root}/${id}`));
  const found: string[] = [];
  for (let cursor: string | undefined, first = true; first || cursor; first = false) {
    const page: { rows: { customerId: string }[]; next: string | null } = sure(await by.call('POST', '/api/v1/insight/people', { token, pick, limit: 200, ...(cursor ? { cursor } : {}) }));
    found.push(...page.rows.map(({ customerId }) => customerId));
    cursor = page.next ?? undefined;
  }
  return found;
}
const auditOf = async (workspace: string, action: string): Promise<unknown[]> =>
  (await stores.pg.tx(workspace, (tx) => many(tx, sql<{ detail: unknown }>`select detail from audit where action = ${action} order by seq`))).map(({ detail }) => detail);
const PLAN = { channels: [{ channel: 'sms', costMinor: 5 }], margin: { basis: 'share', share: 0.5 } };
const draft = async (by: Person, change: object = {}): Promise<string> =>
  sure(await by.call<ExperimentDetail>('POST', root, { name: 'x', audience: { kind: 'tree', tree: STAGE_TREE }, plan: PLAN, startsOn: '2026-01-11', ...change }), 201).id;
const drawn = async (by: Person, change: object = {}): Promise<ExperimentDetail> => sure(await by.call<ExperimentDetail>('POST', `${root}/${await draft(by, change)}/draw`));
const result = async (by: Person, id: string): Promise<ResultDetail> => sure(await by.call<ResultDetail>('GET', `${root}/${id}/result`));

describe('R51: tests of arms against each other', () => {
  test('300 of 2,000 against 240 of 2,000 is +3.0 points, p ≈ 0.0055; the size helper says how many it takes', async () => {
    const { workspace, owner, people } = await plainWorld(4_400);
    const id = await draft(owner, { plan: { ...PLAN, holdOut: 0.5 }, audience: { kind: 'tree', tree: STAGE_TREE } });
    const { treated, control } = foreseen(people, id, 0.5);
    sure(await owner.call('PATCH', `${root}/${id}`, { audience: { kind: 'customers', ids: [...treated.slice(0, 2_000), ...control.slice(0, 2_000)] } }));
    sure(await owner.call('POST', `${root}/${id}/draw`));
    await putOrders(stores, workspace, [...treated.slice(0, 300), ...control.slice(0, 240)].map((customer, n) => ({ customer, day: addDays('2026-01-11', n % 14), amount: 10_000 })));
    await moveOn(workspace, '2026-03-01');
    const [one] = (await result(owner, id)).comparisons;
    expect(one?.effect?.difference).toBeCloseTo(0.03, 12);
    expect(one?.effect?.pValue).toBeCloseTo(0.0055, 4);
    expect(one?.buyers.verdict).toBe('proven_up');
    expect(sure(await owner.call('POST', `${root}/size`, { base: 0.2, effect: 0.05, holdOut: 0.5 }))).toEqual({ treated: 1094, control: 1094 });
    expect((await owner.call('POST', `${root}/size`, { base: 0.9, effect: 0.2, holdOut: 0.5 })).body).toMatchObject({ code: 'experiment.bad_effect' });
  });

  test('60/40 where 50/50 was planned is flagged, and no lift is told', async () => {
    const { workspace, owner, people } = await plainWorld(1_200);
    const id = await draft(owner, { plan: { ...PLAN, holdOut: 0.5 } });
    const { treated, control } = foreseen(people, id, 0.5);
    sure(await owner.call('PATCH', `${root}/${id}`, { audience: { kind: 'customers', ids: [...treated.slice(0, 480), ...control.slice(0, 320)] } }));
    sure(await owner.call('POST', `${root}/${id}/draw`));
    await putOrders(stores, workspace, treated.slice(0, 200).map((customer) => ({ customer, day: '2026-01-12', amount: 10_000 })));
    await moveOn(workspace, '2026-03-01');
    const read = await result(owner, id);
    expect(read.ratio?.isMismatch).toBe(true);
    expect(read.comparisons[0]).toMatchObject({ effect: null, extraBuyers: null, net: null, roi: null, honestMinor: null, buyers: { verdict: 'ratio_mismatch' }, profit: { verdict: 'ratio_mismatch' } });
  });

  test('two treatments against one control are corrected for two looks, each with its own coupons', async () => {
    const { workspace, owner } = await plainWorld(1_500);
    const variants = [{ key: 'a', name: '15 元券', couponMinor: 1_500, couponCode: 'TEA15' }, { key: 'b', name: '一封信' }];
    const { id, arms } = await drawn(owner, { plan: { ...PLAN, holdOut: 0.34, variants } });
    expect(arms.map(({ arm }) => arm)).toEqual(['control', 'a', 'b']);
    const places = await stores.pg.tx(workspace, (tx) => many(tx, sql<{ customer: string; arm: string }>`select customer_id as customer, arm from experiment_person where experiment_id = ${id}`));
    const of = (arm: string): string[] => places.filter((one) => one.arm === arm).map(({ customer }) => customer);
    await putOrders(stores, workspace, [...of('control').slice(0, 40), ...of('a').slice(0, 90), ...of('b').slice(0, 42)].map((customer, n) => ({ customer, day: addDays('2026-01-11', n % 14), amount: 10_000 })));
    await moveOn(workspace, '2026-03-01');
    const read = await result(owner, id);
    const [a, b] = read.comparisons;
    expect([a?.buyers.verdict, b?.buyers.verdict]).toEqual(['proven_up', 'not_proven']);
    expect(a?.buyersPValue).toBeCloseTo(2 * (a?.effect?.pValue ?? 0), 12);
    expect(read.arms.map(({ arm, couponMinor }) => [arm, couponMinor])).toEqual([['control', 0], ['a', 0], ['b', 0]]);
    expect(a?.net?.method).toBe('per_customer');
  });
});

describe('R52: profit from what is known of each customer', () => {
  test('goods by the cost of each line, coupons by the code on the order, spending of the year before as the covariate', async () => {
    const { workspace, owner } = await plainWorld(500);
    const variants = [{ key: 'treated', couponMinor: 1_500, couponCode: 'TEA15' }];
    const { id } = await drawn(owner, { plan: { ...PLAN, holdOut: 0.5, margin: { basis: 'costs' }, variants, fixedCostMinor: 5_000 } });
    const places = await stores.pg.tx(workspace, (tx) => many(tx, sql<{ customer: string; arm: string }>`select customer_id as customer, arm from experiment_person where experiment_id = ${id} order by customer_id`));
    const orders = places.flatMap(({ customer, arm }, n) => [
      { customer, day: '2025-06-01', amount: 1_000 * (1 + (n % 7)), coupon: '', cost: 0 },
      ...(n % 7 > (arm === 'control' ? 4 : 2) ? [{ customer, day: '2026-01-15', amount: 3_000 * (n % 7), coupon: arm !== 'control' && n % 2 === 0 ? 'TEA15' : '', cost: 1_000 * (n % 7) }] : []),
    ]);
    const common = (order: typeof orders[number], at: number) => ({ workspace, source: 'test', shop: 'A', order_no: `C${at}`, version: 1, deleted: 0, subject: order.customer, day: order.day, amount: order.amount });
    await stores.ch.insert('orders', orders.map((order, at) => ({ ...common(order, at), status: 'paid', ordered_at: `${order.day} 04:00:00.000`, paid_at: `${order.day} 04:00:00.000`, currency: 'CNY', original_amount: order.amount, original_currency: 'CNY', coupon: order.coupon })));
    await stores.ch.insert('order_lines', orders.map((order, at) => ({ ...common(order, at), sku: 'tea', occurrence: 1, name: 'tea', category: 'tea', kind: 'goods', quantity: 1, refunded: 0, cost: order.cost, loose: 0 })));
    await moveOn(workspace, '2026-03-01');
    const read = await result(owner, id);
    for (const arm of read.arms) {
      const own = orders.filter(({ customer, day }) => day === '2026-01-15' && places.find((one) => one.customer === customer)?.arm === arm.arm);
      const coupons = 1_500 * own.filter(({ coupon }) => coupon === 'TEA15').length;
      expect([arm.buyers, arm.netMinor, arm.couponMinor, arm.profitMinor]).toEqual([own.length, own.reduce((sum, { amount }) => sum + amount, 0), coupons, own.reduce((sum, { amount, cost }) => sum + amount - cost, 0) - coupons]);
    }
    const [one] = read.comparisons;
    const [control, treated] = read.arms;
    expect(read.costCoverage).toBe(1);
    expect(one?.net?.method).toBe('per_customer');
    expect(one?.net?.value).toBe(Math.round((treated?.profitMinor ?? 0) - 5_000 - ((control?.profitMinor ?? 0) * (treated?.customers ?? 0)) / (control?.customers ?? 1)));
    expect(one?.steps.reduce((sum, { minor }) => sum + minor, 0)).toBeCloseTo(one?.net?.value ?? Number.NaN, -1);
    expect(one?.cuped?.isUsed).toBe(true);
    expect(one?.cuped?.varianceCut).toBeGreaterThan(0.3);
    expect((one?.cuped?.interval.high ?? 0) - (one?.cuped?.interval.low ?? 0)).toBeLessThan(((one?.net?.high ?? 0) - (one?.net?.low ?? 0)) / (treated?.customers ?? 1));
  });
});

describe('R52: no lift without a control', () => {
  test('without a hold-out the page has verdicts, and no number that could be called a lift', async () => {
    const { workspace, owner, people } = await plainWorld(200);
    const { id } = await drawn(owner, { plan: { ...PLAN, holdOut: 0 } });
    await putOrders(stores, workspace, people.slice(0, 60).map((customer) => ({ customer, day: '2026-01-12', amount: 10_000 })));
    await moveOn(workspace, '2026-03-01');
    const read = await result(owner, id);
    expect(read.comparisons[0]).toMatchObject({ effect: null, extraBuyers: null, net: null, roi: null, buyers: { verdict: 'no_control' }, profit: { verdict: 'no_control' }, naiveMinor: 600_000 });
    expect(JSON.stringify(read.days)).not.toContain('"difference":0');
  });

  test('a refund before the window closes changes the figures; once it has closed they stand, and what comes later is shown beside them', async () => {
    const { workspace, owner, people } = await plainWorld(600);
    const { id } = await drawn(owner);
    const { treated, control } = foreseen(people, id);
    const orders = [...treated.slice(0, 120), ...control.slice(0, 12)].map((customer) => ({ customer, day: '2026-01-12', amount: 10_000 }));
    await putOrders(stores, workspace, orders);
    await moveTo(stores, workspace, '2026-01-26');
    const before = await result(owner, id);
    expect([before.phase, before.comparisons[0]?.buyers, before.arms[1]?.buyers]).toEqual(['unsettled', expect.objectContaining({ verdict: 'unsettled', finding: 'proven_up' }), 120]);
    await stores.ch.command("insert into orders select * replace (2 as version, 10000 as refunded, 'after_shipping' as full_refund) from orders final where workspace = {w:UUID} and subject in {s:Array(UUID)}", { w: workspace, s: treated.slice(0, 70) });
    const after = await result(owner, id);
    expect([after.phase, after.comparisons[0]?.buyers.finding, after.arms[1]?.buyers, after.arms[1]?.refunded, after.arms[1]?.netMinor]).toEqual(['unsettled', 'not_proven', 50, 70, 500_000]);
    await moveOn(workspace, '2026-02-09');
    const settled = await result(owner, id);
    expect([settled.comparisons[0]?.buyers.verdict, settled.asOf, settled.since?.isChanged]).toEqual(['not_proven', '2026-02-09', false]);

    // Late: ten more buyers of the control get their money back, and an order of the window turns up.
    await stores.ch.command("insert into orders select * replace (3 as version, 10000 as refunded, 'after_shipping' as full_refund) from orders final where workspace = {w:UUID} and subject in {s:Array(UUID)}", { w: workspace, s: control.slice(0, 10) });
    await putOrders(stores, workspace, [{ customer: treated[130] as string, day: '2026-01-20', amount: 10_000 }]);
    await moveOn(workspace, '2026-02-20');
    const { since, ...stands } = await result(owner, id);
    const { since: _, ...asSettled } = settled;
    expect(stands).toEqual(asSettled);
    expect([since?.asOf, since?.isChanged, since?.arms.map(({ buyers, refunded }) => [buyers, refunded])]).toEqual(['2026-02-20', true, [[2, 10], [51, 70]]]);
    const list = sure(await owner.call<{ rows: { result: ResultDetail }[] }>('GET', root)).rows;
    expect(list.map(({ result: one }) => [one.phase, one.asOf, one.arms.map(({ buyers }) => buyers)])).toEqual([['settled', '2026-02-09', [12, 50]]]);
    expect(await auditOf(workspace, 'experiment.settled')).toEqual([{ asOf: '2026-02-09', treated: 'not_proven/not_proven' }]);

    // Behind a settled figure stand those it was settled with; behind what came since, those of today.
    const names = async (pick: object): Promise<string[]> => peopleBehind(owner, id, pick);
    expect((await names({ arm: 'control', which: 'bought' })).sort()).toEqual(control.slice(0, 12).sort());
    expect((await names({ arm: 'control', which: 'bought', since: true })).sort()).toEqual(control.slice(10, 12).sort());
    expect((await names({ arm: 'treated', which: 'refunded' })).sort()).toEqual(treated.slice(0, 70).sort());
    expect(await names({ arm: 'treated', which: 'sent' })).toEqual([]);
    expect(await names({ arm: 'treated', which: 'unsent' })).toHaveLength(treated.length);
  });
});

describe('who may', () => {
  test('masked roles draw but may not take contacts away; agents may neither draw nor read; another workspace sees nothing', async () => {
    const { workspace, owner } = await world(120);
    const [operator, agent, analyst, stranger] = [await person(stores, app, workspace, 'operator'), await person(stores, app, workspace, 'agent'), await person(stores, app, workspace, 'analyst'), (await world(3)).owner];
    const { id } = await drawn(operator);
    for (const masked of [operator, analyst]) expect((await masked.call('POST', `${root}/${id}/exports`, { channel: 'sms', reason: 'try it' })).status).toBe(403);
    expect([(await agent.call('GET', root)).status, (await agent.call('GET', `${root}/${id}/result`)).status, (await agent.call('POST', root, {})).status, (await agent.call('POST', `${root}/${id}/draw`)).status]).toEqual([403, 403, 403, 403]);
    expect((await stranger.call('GET', `${root}/${id}`)).body).toMatchObject({ code: 'experiment.not_found' });
    const { batches } = sure(await owner.call<ExperimentDetail>('GET', `${root}/${id}`));
    expect(batches).toEqual([]);
    expect(await stores.pg.tx(await testWorkspace(stores), (tx) => many(tx, sql`select id from experiment union all select customer_id from experiment_person`))).toEqual([]);
  });

  test('staff of one shop neither see nor draw people of another', async () => {
    const { workspace } = await world(50);
    const branch = await person(stores, app, workspace, 'manager', { shops: ['B'] });
    const preview = sure(await branch.call<Preview>('POST', `${root}/preview`, { audience: { kind: 'tree', tree: STAGE_TREE }, startsOn: '2026-01-11' }));
    expect(preview.audience).toBe(0);
    const whole = await person(stores, app, workspace, 'manager');
    const { id } = await drawn(whole);
    expect((await branch.call('GET', `${root}/${id}`)).status).toBe(404);
    expect(sure(await branch.call<{ rows: unknown[] }>('GET', root)).rows).toEqual([]);
  });

  test('what was registered after its orders are known is no registration', async () => {
    const { owner } = await world(50);
    expect((await owner.call('POST', `${root}/${await draft(owner, { startsOn: '2026-01-09' })}/draw`)).body).toMatchObject({ code: 'experiment.registered_late' });
    expect((await owner.call('GET', `${root}/${await draft(owner)}/result`)).body).toMatchObject({ code: 'experiment.not_drawn' });
  });
});

describe('whom a file may name', () => {
  test('the hold-out is never in any file, whatever the seed, and each treated person is in exactly one', async () => {
    const { owner, people } = await world(160);
    for (const [nth, holdOut] of [0.1, 0.2, 0.35, 0.5, 0.2, 0.5].entries()) {
      // Each next window begins when the one before is over: its hold-out is free again.
      const { id, arms } = await drawn(owner, { plan: { channels: [{ channel: 'wecom', costMinor: 0 }, { channel: 'sms', costMinor: 5 }], holdOut, capDays: 0, windowDays: 1 }, audience: { kind: 'customers', ids: people }, startsOn: addDays('2026-01-11', nth) });
      const held = new Set(foreseen(people, id, holdOut).control);
      const named = [];
      for (const channel of ['wecom', 'sms']) named.push(...readDelimited(sure(await owner.call<string>('POST', `${root}/${id}/exports`, { channel, reason: 'seed by seed' }))).slice(1).map(([customer = '']) => customer));
      expect(named.filter((customer) => held.has(customer))).toEqual([]);
      expect(new Set(named).size).toBe(named.length);
      expect([named.length, held.size]).toEqual([arms.find(({ arm }) => arm === 'treated')?.customers, arms.find(({ arm }) => arm === 'control')?.customers]);
    }
  });

  test('sent to lately, held out elsewhere, complaining, without consent: left out, counted by why', async () => {
    const { workspace, owner, people } = await world(300);
    const first = await drawn(owner, { audience: { kind: 'customers', ids: people.slice(0, 100) } });
    const one = foreseen(people.slice(0, 100), first.id);
    sure(await owner.call('POST', `${root}/${first.id}/exports`, { channel: 'sms', reason: 'first list' }));
    await resolve(stores, workspace, [
      ...people.slice(100, 110).map((_, n) => ({ identifiers: [{ kind: 'user_id' as const, value: `tea-${100 + n}` }], at: new Date('2026-01-09T00:00:00Z'), source: 'test', tags: ['open_complaint'] })),
      ...people.slice(110, 130).map((_, n) => ({ identifiers: [{ kind: 'user_id' as const, value: `tea-${110 + n}` }], at: new Date('2026-01-09T00:00:00Z'), source: 'test', consents: [{ channel: 'sms' as const, state: 'withdrawn' as const }] })),
    ]);
    // What events tell: five whose complaint is open, five whose complaint was closed, five whose complaint is old; three a tool wrote to.
    const said = (from: number, event: string, time: string, properties = {}) => people.slice(from, from + 5).map((customer) => ({ customer, time, event, properties }));
    await putEvents(stores, workspace, [
      ...said(130, 'complaint.opened', '2026-01-08 04:00:00', { complaint_id: 'a' }), ...said(130, 'complaint.closed', '2026-01-09 04:00:00', { complaint_id: 'b' }),
      ...said(135, 'complaint.opened', '2026-01-08 04:00:00'), ...said(135, 'complaint.closed', '2026-01-09 04:00:00'), ...said(140, 'complaint.opened', '2025-11-08 04:00:00'),
      ...people.slice(145, 148).map((customer) => ({ customer, time: '2026-01-09 04:00:00', event: 'message.sent' })), ...said(150, 'message.sent', '2025-12-09 04:00:00'),
    ]);
    const second = await drawn(owner, { startsOn: '2026-01-12' });
    expect(second.excluded).toEqual({ capped: one.treated.length + 3, held_out: one.control.length, complaint: 15, unreachable: 20 });
    expect(second.arms.reduce((sum, { customers }) => sum + customers, 0)).toBe(162);
    expect((await peopleBehind(owner, second.id, { leftOut: 'complaint' })).sort()).toEqual([...people.slice(100, 110), ...people.slice(130, 135)].sort());
    expect((await peopleBehind(owner, second.id, { leftOut: 'held_out' })).sort()).toEqual([...one.control].sort());
    expect(await peopleBehind(owner, second.id, { leftOut: 'capped' })).toEqual(expect.arrayContaining(people.slice(145, 148)));
    // A consent withdrawn between the draw and the file: not sent, but still of the arm.
    const { treated } = foreseen([...people.slice(135, 145), ...people.slice(148)], second.id);
    const number = people.indexOf(treated[0] as string);
    await resolve(stores, workspace, [{ identifiers: [{ kind: 'user_id', value: `tea-${number}` }], at: new Date('2026-01-10T00:00:00Z'), source: 'test', consents: [{ channel: 'sms', state: 'withdrawn' }] }]);
    // A complaint, and a message of another tool, meanwhile.
    await putEvents(stores, workspace, [{ customer: treated[1] as string, time: '2026-01-10 05:00:00', event: 'complaint.opened' }, { customer: treated[2] as string, time: '2026-01-10 05:00:00', event: 'message.sent' }]);
    const sending = { id: newId(), channel: 'sms', reason: 'second list' };
    const file = sure(await owner.call<string>('POST', `${root}/${second.id}/exports`, sending));
    expect(readDelimited(file).length - 1).toBe(treated.length - 3);
    // Asked again under its id, the same file: nothing is sent twice.
    expect(sure(await owner.call<string>('POST', `${root}/${second.id}/exports`, sending))).toBe(file);
    const { batches } = sure(await owner.call<ExperimentDetail>('GET', `${root}/${second.id}`));
    expect(batches.map(({ id, leftOut }) => [id, leftOut])).toEqual([[sending.id, { unreachable: 1, complaint: 1, capped: 1 }]]);
    for (const [at, leftOut] of (['unreachable', 'complaint', 'capped'] as const).entries()) expect(await peopleBehind(owner, second.id, { leftOut, batch: sending.id })).toEqual([treated[at]]);
    expect((await peopleBehind(owner, second.id, { arm: 'treated', which: 'unsent' })).sort()).toEqual(treated.slice(0, 3).sort());
    // Whoever complains within the window is seen by the guardrail.
    await putEvents(stores, workspace, [{ customer: treated[1] as string, time: '2026-01-13 05:00:00', event: 'complaint.opened' }]);
    await moveTo(stores, workspace, '2026-01-14');
    expect((await result(owner, second.id)).arms.map(({ complained }) => complained)).toEqual([0, 1]);
    expect(await peopleBehind(owner, second.id, { arm: 'treated', which: 'complained' })).toEqual([treated[1]]);
    const agent = await person(stores, app, workspace, 'agent');
    const { token } = sure(await owner.call<ExperimentDetail>('GET', `${root}/${second.id}`));
    expect((await agent.call('POST', '/api/v1/insight/people', { token, pick: { leftOut: 'complaint' } })).status).toBe(403);
    expect((await owner.call('POST', '/api/v1/insight/people', { token })).body).toMatchObject({ code: 'insight.token_invalid' });
  });

  test('two who were drawn apart and are one person today count once, in the arm of the surviving record', async () => {
    const { workspace, owner, people } = await world(200);
    const { id } = await drawn(owner);
    const { treated, control } = foreseen(people, id);
    const [keep, absorb] = [control[0] as string, treated[0] as string];
    await merge(stores, systemCaller(workspace, PERMISSIONS), { keep, absorb, reason: 'same person' });
    await flushMirror(stores, workspace);
    await drain(stores, loop);
    const read = await result(owner, id);
    const sizes = Object.fromEntries(read.arms.map(({ arm, customers }) => [arm, customers]));
    expect(read.merged).toBe(1);
    expect((sizes['control'] ?? 0) + (sizes['treated'] ?? 0)).toBe(199);
    const survivor = (await ownersOf(stores, workspace, [keep])).get(keep) ?? keep;
    expect([sizes['control'], sizes['treated']]).toEqual(survivor === keep ? [control.length, treated.length - 1] : [control.length - 1, treated.length]);
    const rows = readDelimited(sure(await owner.call<string>('POST', `${root}/${id}/exports`, { channel: 'sms', reason: 'after the merge' }))).slice(1);
    expect(rows.map(([customer]) => customer)).not.toContain(survivor);
    expect(rows.length).toBe(treated.length - 1);
  });
});

describe('R55: the improvement cycle', () => {
  test('goal → data → strategy → execution → review: it cannot close without a review, nor unsettled; the next starts from the review', async () => {
    const { workspace, owner, people } = await plainWorld(600);
    const goal = sure(await owner.call<{ id: string }>('POST', '/api/v1/insight/goals', { name: '复购 30%', metricId: 'repurchase_period', target: 0.3, scope: { from: '2026-01-01', to: '2026-12-31' } }), 201);
    const cycles = '/api/v1/insight/cycles';
    const { id, step } = sure(await owner.call<CycleReply>('POST', cycles, { goalId: goal.id }), 201);
    expect(step).toBe('data');
    expect((await owner.call('POST', cycles, { goalId: goal.id })).body).toMatchObject({ code: 'cycle.open' });
    expect((await owner.call('POST', `${cycles}/${id}/close`)).body).toMatchObject({ code: 'cycle.step_missing', facts: { step: 'data' } });
    const experiment = await drawn(owner);
    sure(await owner.call('PATCH', `${cycles}/${id}`, { data: '1,277 人有流失风险', strategy: '15 元券', execution: experiment.id }));
    expect((await owner.call('POST', `${cycles}/${id}/close`)).body).toMatchObject({ code: 'cycle.no_review' });
    const { treated, control } = foreseen(people, experiment.id);
    await putOrders(stores, workspace, [...treated.slice(0, 120), ...control.slice(0, 12)].map((customer) => ({ customer, day: '2026-01-12', amount: 10_000 })));
    await moveTo(stores, workspace, '2026-01-26');
    sure(await owner.call('PATCH', `${cycles}/${id}`, { review: { learned: '带来了人，还没证明赚钱', next: '10 元券，只给嫌贵的人' } }));
    expect((await owner.call('POST', `${cycles}/${id}/close`)).body).toMatchObject({ code: 'cycle.unsettled' });
    await moveOn(workspace, '2026-02-09');
    const closed = sure(await owner.call<CycleReply>('POST', `${cycles}/${id}/close`));
    expect([closed.closedAt !== null, closed.review?.buyers, closed.effect?.buyers.verdict, closed.execution?.name]).toEqual([true, 'proven_up', 'proven_up', 'x']);
    expect(closed.review?.netMinor).toBe(closed.effect?.net?.value);
    expect((await owner.call('PATCH', `${cycles}/${id}`, { strategy: 'other' })).body).toMatchObject({ code: 'cycle.closed' });
    const next = sure(await owner.call<CycleReply>('POST', cycles, { goalId: goal.id }), 201);
    expect([next.number, next.startedFrom, next.strategy, next.data]).toEqual([2, id, '10 元券，只给嫌贵的人', null]);
    const { rows } = sure(await owner.call<{ rows: CycleReply[] }>('GET', `${cycles}?goalId=${goal.id}`));
    expect(rows.map(({ number, effect }) => [number, effect?.buyers.verdict ?? null])).toEqual([[2, null], [1, 'proven_up']]);
  });
});

describe('R50: the scorecard', () => {
  test('four numbers a month from the log: what was never recorded is null, not zero', async () => {
    const { workspace, owner, people } = await world(400);
    const { id } = await drawn(owner, { plan: { channels: [{ channel: 'wecom', costMinor: 0 }, { channel: 'sms', costMinor: 5 }] } });
    expect(sure(await owner.call<{ rows: unknown[] }>('GET', `${root}/scorecard`)).rows).toEqual([]);
    const wecom = readDelimited(sure(await owner.call<string>('POST', `${root}/${id}/exports`, { channel: 'wecom', reason: 'by name', personalised: true, minutesEach: 3 }))).length - 1;
    const sms = readDelimited(sure(await owner.call<string>('POST', `${root}/${id}/exports`, { channel: 'sms', reason: 'the rest' }))).length - 1;
    const { treated, control } = foreseen(people, id);
    await putOrders(stores, workspace, [...treated.slice(0, 100), ...control.slice(0, 14)].map((customer) => ({ customer, day: '2026-01-12', amount: 10_000 })));
    await moveOn(workspace, '2026-03-01');
    const [row] = sure(await owner.call<{ rows: Record<string, unknown>[] }>('GET', `${root}/scorecard`)).rows;
    const net = (await result(owner, id)).comparisons[0]?.net?.value ?? Number.NaN;
    expect(row).toEqual({ month: '2026-01', sends: wecom + sms, personalisedShare: wecom / (wecom + sms), replyRate: null, minutesSaved: 3 * wecom, valuePerSendMinor: net / (wecom + sms) });
  });
});
