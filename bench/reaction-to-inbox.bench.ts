import { addSource, newWriteKey } from '../src/collect/index.ts';
import { resolve } from '../src/customers/index.ts';
import { createJourney, launchJourney } from '../src/engage/index.ts';
import { many, sql } from '../src/kernel/sql.ts';
import { createSegment } from '../src/lifecycle/segments/segments.ts';
import { recomputeSegments } from '../src/lifecycle/segments/recompute.ts';
import { type MailShop, openMailShop } from './mail/shop.ts';
import { percentile, report } from './support.ts';

/**
 * From the door's yes to an event until the mail server took the letter that follows from it, on the whole running product: the event makes somebody a member
 * of a segment, the segment brings them into a journey, the journey's first step sends. People come at random moments, a few a second.
 */
const P95_MS = 3_000;
const PEOPLE = 240, WARM = 20, A_SECOND = 4;

const addressOf = (n: number): string => `r${n}@x.test`;

/** People who are known, the segment and the journey; the key of the door, and who has which address. */
async function prepare({ stores, caller, template }: MailShop): Promise<{ key: string; addresses: Map<string, string> }> {
  const { items } = await resolve(stores, caller.workspaceId, Array.from({ length: WARM + PEOPLE }, (_, n) => ({
    identifiers: [{ kind: 'email' as const, value: addressOf(n) }, { kind: 'user_id' as const, value: `u${n}` }], at: stores.clock.now(), source: 'shop', name: addressOf(n),
  })));
  const source = await addSource(stores, caller, { key: 'shop', name: 'Shop', kind: 'behaviour', shop: '', channel: '', currency: '' });
  const { key } = await newWriteKey(stores, caller, source.id);
  const segment = await createSegment(stores, caller, { name: '看过春茶', description: '', tree: { version: 1, root: { kind: 'event', event: 'Tea Viewed', where: [], window: { kind: 'rolling', days: 7 }, of: { measure: 'count', test: { op: 'at_least', value: 1 } } } } });
  await recomputeSegments(stores, caller.workspaceId, { backfill: true });
  const definition = {
    entries: [{ kind: 'segment' as const, segment: segment.id, when: 'entered' as const, backlog: false }], audience: null, key: null, reentry: 'once' as const, start: 'send', exits: [], goal: null, holdOut: 0, zoneField: null,
    nodes: [{ id: 'send', kind: 'send' as const, template: { id: template, version: null }, channel: 'email' as const, purpose: 'service' as const, priority: 0, ifBlocked: 'queue' as const, expiresAfter: null, params: { last: '龙井', items: [{ name: '明前龙井', price_minor: 16_800, url: 'https://shop.example/1', image: 'https://shop.example/1.jpg' }] } }, { id: 'end', kind: 'exit' as const, reason: 'through' }],
    edges: [{ from: 'send', port: 'next', to: 'end' }],
  };
  const { id } = await createJourney(stores, caller, { name: '春茶', description: '', stage: null, playbook: '', definition } as unknown as Parameters<typeof createJourney>[2]);
  await launchJourney(stores, caller, id);
  return { key, addresses: new Map(items.map(({ customer }, n) => [customer, addressOf(n)])) };
}

type Spent = { entered: number; proposed: number; left: number; accepted: number };
/** Where the time went, by the product's own notes: ms after the event of the entry, the proposal, the leaving and the server's yes. */
async function stations({ stores, caller: { workspaceId } }: MailShop, postedMs: (customer: string) => number | undefined): Promise<Spent[]> {
  const rows = await stores.pg.tx(workspaceId, (tx) => many(tx, sql<{ customer: string; entered: Date; proposed: Date; decided: Date; sent: Date }>`
    select m.customer_id as customer, e.entered_at as entered, m.created_at as proposed, m.decided_at as decided, m.sent_at as sent
      from message m join enrolment e on e.id::text = m.enrolment where m.sent_at is not null`));
  return rows.flatMap(({ customer, entered, proposed, decided, sent }) => {
    const from = postedMs(customer);
    return from === undefined ? [] : [{ entered: entered.getTime() - from, proposed: proposed.getTime() - from, left: decided.getTime() - from, accepted: sent.getTime() - from }];
  });
}

/** How far everything came, where it came no further: facts by kind, people in the journey, messages by state. */
const standing = ({ stores, caller: { workspaceId } }: MailShop): Promise<{ what: string; n: number }[]> => stores.pg.tx(workspaceId, (tx) => many(tx, sql<{ what: string; n: number }>`
  select 'fact ' || kind as what, count(*)::int as n from fact where workspace_id = ${workspaceId} group by 1
  union all select 'enrolment ' || status, count(*)::int from enrolment where workspace_id = ${workspaceId} group by 1
  union all select 'message ' || state || ' ' || coalesce(reason, ''), count(*)::int from message where workspace_id = ${workspaceId} group by 1 order by 1`));

const shop = await openMailShop();
try {
  const { key, addresses } = await prepare(shop), authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`, posted = new Map<string, number>();
  const post = async (n: number): Promise<void> => {
    const body = { type: 'track', messageId: `m${n}`, userId: `u${n}`, event: 'Tea Viewed', timestamp: new Date().toISOString(), properties: { tea: '龙井' } };
    const reply = await fetch(`${shop.url}/v1/track`, { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify(body) });
    if (!reply.ok) throw new Error(`the door refused: ${reply.status} ${await reply.text()}`);
    posted.set(addressOf(n), Date.now());
  };
  const arrived = async (count: number): Promise<void> => {
    for (let waited = 0; (await shop.mail.count()) < count; waited += 50) {
      if (waited > 60_000) throw new Error(`${await shop.mail.count()} of ${count} letters arrived; ${JSON.stringify(await standing(shop))}`);
      await new Promise((again) => setTimeout(again, 50));
    }
  };
  for (let n = 0; n < WARM; n++) { await post(n); await new Promise((next) => setTimeout(next, 100)); }
  await arrived(WARM);
  await shop.mail.clear();
  posted.clear();
  for (let n = WARM; n < WARM + PEOPLE; n++) {
    await post(n);
    // As people come: the times between them are exponential.
    await new Promise((next) => setTimeout(next, -Math.log(1 - Math.random()) * 1_000 / A_SECOND));
  }
  await arrived(PEOPLE);
  const waits = (await shop.mail.arrivals()).map(({ to, ms }) => ms - (posted.get(to) ?? Number.NaN));
  if (waits.length !== PEOPLE || waits.some((ms) => Number.isNaN(ms))) throw new Error('not every letter is of this run, or one came twice');
  const spent = await stations(shop, (customer) => posted.get(addresses.get(customer) ?? ''));
  for (const station of ['entered', 'proposed', 'left', 'accepted'] as const) console.log(`  ${station.padEnd(9)} p50 ${percentile(spent.map((one) => one[station]), 0.5).toFixed(0)} ms, p95 ${percentile(spent.map((one) => one[station]), 0.95).toFixed(0)} ms after the event`);
  console.log(`  inbox     p50 ${percentile(waits, 0.5).toFixed(0)} ms, p95 ${percentile(waits, 0.95).toFixed(0)} ms, most ${Math.max(...waits).toFixed(0)} ms over ${waits.length} people`);
  const p95 = percentile(waits, 0.95);
  report({ name: 'event over HTTP to segment, journey and a letter at the mail server, p95', value: p95, unit: 'ms', threshold: P95_MS, better: 'less' });
  if (p95 > P95_MS) process.exitCode = 1;
} finally {
  await shop.close();
}
