import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Person, person, type Reply, testApp } from '../../../test/support/app.ts';
import { readDelimited } from '../../../test/support/delimited.ts';
import { atRisk, drinkers, foreseen, moveTo, STAGE_TREE } from '../../../test/support/experimentWorld.ts';
import { putOrders } from '../../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { resolve } from '../../customers/index.ts';
import { addDays } from '../../kernel/day.ts';
import type { ExperimentDetail, Preview, ResultDetail } from './contract.ts';
import { settleDue } from './settle.ts';

const WINDOW = { startsOn: '2026-01-11', lastDay: '2026-01-24' };
const root = '/api/v1/insight/experiments';
let stores: TestStores;
let app: FastifyInstance;
let workspace: string;
let owner: Person;
let id: string;
let people: { treated: string[]; control: string[] };

const plan = {
  channels: [{ channel: 'wecom', costMinor: 0 }, { channel: 'sms', costMinor: 5 }], margin: { basis: 'share', share: 0.45 }, variants: [{ key: 'treated', couponMinor: 1500 }],
  guardrails: [{ metric: 'unsubscribed', margin: 0.01 }],
};
const sure = <T>({ status, body }: Reply<T>, expected = 200): T => {
  expect([status, status < 400 ? '' : JSON.stringify(body)]).toEqual([expected, '']);
  return body;
};
const result = async (): Promise<ResultDetail> => sure(await owner.call<ResultDetail>('GET', `${root}/${id}/result`));

/** 1,277 people at risk, 37 of them with an open complaint; the draw will treat 992 (92 by WeCom) and hold out 248. */
beforeAll(async () => {
  stores = await testStores('2026-01-10T04:00:00Z');
  app = await testApp(stores);
  workspace = await testWorkspace(stores);
  owner = await person(stores, app, workspace, 'owner');
  await moveTo(stores, workspace, '2026-01-10');
  const all = await drinkers(stores, workspace, 2_400);
  ({ id } = sure(await owner.call<ExperimentDetail>('POST', root, { name: '60天未购挽回', hypothesis: '15 元券能让沉默的茶客回来', audience: { kind: 'tree', tree: STAGE_TREE }, plan, startsOn: WINDOW.startsOn }), 201));
  const hasWecom = new Set(all.filter((_, n) => n % 10 === 0));
  const { treated, control } = foreseen(all, id);
  people = { treated: [...treated.filter((one) => hasWecom.has(one)).slice(0, 92), ...treated.filter((one) => !hasWecom.has(one)).slice(0, 900)], control: control.slice(0, 248) };
  const complaining = all.filter((one) => !people.treated.includes(one) && !people.control.includes(one)).slice(0, 37);
  const numbers = new Map(all.map((customer, n) => [customer, n]));
  await resolve(stores, workspace, complaining.map((customer) => ({ identifiers: [{ kind: 'user_id', value: `tea-${numbers.get(customer)}` }], at: new Date('2026-01-05T00:00:00Z'), source: 'test', tags: ['open_complaint'] })));
  await atRisk(stores, workspace, [...people.treated, ...people.control, ...complaining]);
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

/** Every figure once more, from the stored orders by a statement of its own and a pocket calculator. */
async function agreesWithPlainSql(read: ResultDetail): Promise<void> {
  const bought = await stores.ch.rows<{ subject: string; orders: number; paid: number }>(`
    SELECT subject, count() AS orders, sum(amount - refunded) AS paid FROM orders FINAL
    WHERE workspace = {w:UUID} AND status = 'paid' AND full_refund = '' AND day BETWEEN '2026-01-11' AND '2026-01-24' GROUP BY subject`, { w: workspace });
  const [t, c] = [people.treated, people.control].map((arm) => { const own = bought.filter(({ subject }) => arm.includes(subject)); return { n: arm.length, buyers: own.length, orders: own.reduce((sum, one) => sum + one.orders, 0), net: own.reduce((sum, one) => sum + one.paid, 0) }; }) as [{ n: number; buyers: number; orders: number; net: number }, { n: number; buyers: number; orders: number; net: number }];
  const [one] = read.comparisons;
  expect(read.arms.map(({ customers, buyers, orders, netMinor }) => ({ n: customers, buyers, orders, net: netMinor }))).toEqual([c, t]);
  const [p, q] = [t.buyers / t.n, c.buyers / c.n];
  const half = 1.959963984540054 * Math.sqrt((p * (1 - p)) / t.n + (q * (1 - q)) / c.n);
  expect(one?.effect?.difference).toBeCloseTo(p - q, 12);
  expect(one?.effect?.interval.low).toBeCloseTo(p - q - half, 9);
  expect(one?.effect?.interval.high).toBeCloseTo(p - q + half, 9);
  expect(one?.effect?.lift).toBeCloseTo(p / q - 1, 12);
  const cost = t.buyers * 1_500 + 900 * 5;
  const net = (difference: number): number => difference * t.n * (t.net / t.buyers) * 0.45 - cost;
  expect(one?.net?.value).toBe(Math.round(net(p - q)));
  expect([one?.net?.low, one?.net?.high]).toEqual([Math.round(net(p - q - half)), Math.round(net(p - q + half))]);
  expect(one?.naiveMinor).toBe(t.net);
}

describe('R50 and R52: story 1, from a goal to what it brought', () => {
  test('before the draw: 1,277 at risk, 37 left out for a complaint, reach and cost by channel, what can be proven', async () => {
    const preview = sure(await owner.call<Preview>('POST', `${root}/preview`, { audience: { kind: 'tree', tree: STAGE_TREE }, plan: { ...plan, baseShare: 0.1 }, startsOn: WINDOW.startsOn, experimentId: id }));
    expect([preview.audience, preview.eligible, preview.excluded, preview.treated, preview.control]).toEqual([1277, 1240, { complaint: 37 }, 992, 248]);
    expect(preview.channels.map(({ channel, assigned }) => channel + assigned).join(' ')).toMatch(/^wecom\d+ sms\d+$/);
    expect(preview.detectable).toBeGreaterThan(0.05);
    expect(preview.detectable).toBeLessThan(0.08);
  });

  test('the draw locks: 992 treated, 248 held out, and nothing may be changed any more', async () => {
    const drawn = sure(await owner.call<ExperimentDetail>('POST', `${root}/${id}/draw`));
    expect(drawn.arms).toEqual([{ arm: 'control', customers: 248, sent: 0 }, { arm: 'treated', customers: 992, sent: 0 }]);
    expect([drawn.excluded, drawn.phase, drawn.registeredOn, drawn.waiting]).toEqual([{ complaint: 37 }, 'drawn', '2026-01-10', { wecom: 92, sms: 900 }]);
    expect((await owner.call('PATCH', `${root}/${id}`, { name: 'other' })).body).toMatchObject({ code: 'experiment.locked' });
    expect((await owner.call('POST', `${root}/${id}/draw`)).body).toMatchObject({ code: 'experiment.locked' });
    expect((await owner.call('DELETE', `${root}/${id}`)).body).toMatchObject({ code: 'experiment.locked' });
  });

  test('the files hold the treated, each once, never the hold-out, and no cell is a formula', async () => {
    const files = [];
    for (const channel of ['wecom', 'sms']) files.push(readDelimited(sure(await owner.call<string>('POST', `${root}/${id}/exports`, { channel, reason: '60 天未购挽回' }))));
    const rows = files.flatMap((file) => file.slice(1));
    expect(files.map((file) => file.length - 1)).toEqual([92, 900]);
    expect(rows.map(([customer]) => customer).sort()).toEqual([...people.treated].sort());
    expect(rows.flat().filter((cell) => /^[=+\-@\t]/.test(cell))).toEqual([]);
    expect(new Set(rows.map((row) => row[4])).size).toBe(2);
    expect((await owner.call('POST', `${root}/${id}/exports`, { channel: 'sms', reason: 'again' })).body).toMatchObject({ code: 'experiment.nobody_left' });
    const detail = sure(await owner.call<ExperimentDetail>('GET', `${root}/${id}`));
    expect(detail.batches.map(({ channel, people: sent, reason, capDays, costMinor }) => [channel, sent, reason, capDays, costMinor])).toEqual([['wecom', 92, '60 天未购挽回', 7, 0], ['sms', 900, '60 天未购挽回', 7, 5]]);
    const timeline = sure(await owner.call<{ rows: { kind: string; params: Record<string, unknown> }[] }>('GET', `/api/v1/customers/${people.treated[0]}/timeline`));
    expect(timeline.rows.filter(({ kind }) => kind === 'sending')).toMatchObject([{ params: { name: '60天未购挽回', channel: 'wecom' } }]);
  });

  test('while the window runs nothing is settled; after 14 days 149 of 992 and 25 of 248 have bought', async () => {
    const buyers = [...people.treated.slice(50, 199), ...people.control.slice(10, 35)];
    await putOrders(stores, workspace, buyers.map((customer, n) => ({ customer, day: addDays(WINDOW.startsOn, n % 14), amount: 12_800 })));
    // Before, after, and somebody who was not drawn: none of them counts.
    await putOrders(stores, workspace, [{ customer: people.control[40] as string, day: '2026-01-10', amount: 9_900 }, { customer: people.control[41] as string, day: '2026-01-25', amount: 9_900 }]);
    await moveTo(stores, workspace, '2026-01-26');
    const read = await result();
    expect([read.phase, read.reading, read.comparisons[0]?.buyers, read.comparisons[0]?.profit.verdict]).toEqual(['unsettled', 'fixed', { verdict: 'unsettled', finding: 'proven_up', sentence: 'Unsettled: orders may still be refunded' }, 'unsettled']);
  });

  test('settled: +4.9 points (+0.6 … +9.3), 49 extra buyers; naive 19,072, honest 6,272, net 542 (−1,937 … +3,034): not yet proven to pay', async () => {
    await moveTo(stores, workspace, '2026-02-09');
    // The day alone settles nothing: the clock's work does, once.
    expect([(await result()).phase, await settleDue(stores, workspace), await settleDue(stores, workspace)]).toEqual(['unsettled', 1, 0]);
    const read = await result();
    const [one] = read.comparisons;
    expect([read.phase, read.asOf, read.settledAt, read.since?.isChanged]).toEqual(['settled', '2026-02-09', stores.clock.now().toISOString(), false]);
    expect(read.arms.map(({ arm, customers, sent, buyers, netMinor }) => [arm, customers, sent, buyers, netMinor])).toEqual([['control', 248, 0, 25, 320_000], ['treated', 992, 992, 149, 1_907_200]]);
    expect([one?.effect?.difference, one?.effect?.interval.low, one?.effect?.interval.high].map((share) => (100 * (share ?? 0)).toFixed(1))).toEqual(['4.9', '0.6', '9.3']);
    expect(one?.extraBuyers?.value).toBeCloseTo(49, 9);
    expect([one?.naiveMinor, one?.honestMinor]).toEqual([1_907_200, 627_200]);
    expect(one?.steps).toEqual([{ code: 'revenue', minor: 627_200 }, { code: 'goods', minor: -344_960 }, { code: 'coupons', minor: -223_500 }, { code: 'messages', minor: -4_500 }]);
    expect([one?.net?.method, one?.net?.value]).toEqual(['per_buyer', 54_240]);
    expect([one?.net?.printed?.low, one?.net?.printed?.high].map((minor) => Math.round((minor ?? 0) / 100))).toEqual([-1937, 3034]);
    expect([one?.buyers, one?.profit]).toEqual([{ verdict: 'proven_up', finding: 'proven_up', sentence: 'It brought buyers' }, { verdict: 'not_proven', finding: 'not_proven', sentence: 'Not yet proven to pay' }]);
    expect(one?.netOther?.value).toBe(54_240);
    expect(one?.roi?.value).toBeCloseTo(542.4 / 2280, 9);
    expect(read.ratio).toMatchObject({ isMismatch: false });
    expect(read.days.at(-1)?.arms.map(({ buyers }) => buyers)).toEqual([25, 149]);
    await agreesWithPlainSql(read);
    expect(read.report).toMatchObject({ reach: { top: 992, bottom: 992 }, conversion: { top: 149, bottom: 992 }, costMinor: 228_000, netSalesMinor: 1_907_200 });
  });
});
