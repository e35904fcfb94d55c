import { createTransport } from 'nodemailer';
import { newId } from '../src/kernel/ids.ts';
import { one, sql } from '../src/kernel/sql.ts';
import { propose } from '../src/reach/index.ts';
import type { Letter } from './mail/process.ts';
import { agreeing, type MailShop, openMailShop } from './mail/shop.ts';
import { perItem, processor } from './processor.ts';
import { report, timed } from './support.ts';

/**
 * Personalised letters a second, from the proposal to the mail server's yes: decided, rendered (Liquid over compiled MJML), signed, sent over loopback to a
 * server in a process of its own, and written down; every one is counted in the ledger. Beside it nodemailer's own pool with the same bytes, which decides,
 * writes and signs nothing.
 */
const LEAST_A_SECOND = 500;
const MESSAGES = Number(process.env.PERENNIAL_BENCH_MESSAGES ?? 6_000), WARM = 500, RAW = 2_000, CONNECTIONS = 5;

type Ledger = { accepted: number; receipts: number; all: number };
const ledger = ({ stores, caller: { workspaceId } }: MailShop, campaign: string): Promise<Ledger> => stores.pg.tx(workspaceId, (tx) => one(tx, sql<Ledger>`
  select count(*) as all, count(*) filter (where state = 'accepted' and decided_at is not null and sent_at is not null) as accepted,
         (select count(*) from message_receipt r join message s on s.workspace_id = r.workspace_id and s.id = r.message_id where r.workspace_id = ${workspaceId} and r.kind = 'sent' and s.source_id = ${campaign}) as receipts
    from message where workspace_id = ${workspaceId} and source_id = ${campaign}`));

/** Proposes a letter to each, and waits until the ledger says that all were accepted. */
async function send(shop: MailShop, people: readonly string[], campaign: string): Promise<void> {
  const { stores, caller: { workspaceId }, template } = shop, at = stores.clock.now();
  const items = Array.from({ length: 4 }, (_, i) => ({ name: `明前龙井 ${i}`, price_minor: 16_800 + i, url: `https://shop.example/${i}`, image: `https://shop.example/${i}.jpg` }));
  await stores.pg.tx(workspaceId, (tx) => propose(tx, stores, workspaceId, people.map((customer, i) => ({
    id: newId(), customer, source: { kind: 'campaign' as const, id: campaign, version: 1, step: 's', enrolment: null }, channel: 'email' as const, purpose: 'marketing' as const, template: { id: template, version: null },
    params: { last: `第 ${i} 号茶`, items }, priority: 0, ifBlocked: 'queue' as const, dueAt: at, expiresAt: null,
  }))));
  // The mail server is asked first: counting the ledger is work that sending would wait for.
  while ((await shop.mail.count()) < people.length) await new Promise((again) => setTimeout(again, 20));
  while ((await ledger(shop, campaign)).accepted < people.length) await new Promise((again) => setTimeout(again, 20));
}

async function sendRaw(port: number, letters: readonly Letter[], count: number): Promise<void> {
  const transport = createTransport({ pool: true, host: '127.0.0.1', port, secure: false, ignoreTLS: true, maxConnections: CONNECTIONS, maxMessages: Number.POSITIVE_INFINITY });
  await Promise.all(Array.from({ length: count }, (_, i) => {
    const { from, to, raw } = letters[i % letters.length] as Letter;
    return transport.sendMail({ envelope: { from, to: [to] }, raw });
  }));
  transport.close();
}

const shop = await openMailShop();
const spent = async (): Promise<Record<string, number>> => ({ ...processor(shop.folder), 'mail server': await shop.mail.seconds() });
try {
  const people = await agreeing(shop, MESSAGES);
  await shop.mail.clear();
  await send(shop, people.slice(0, WARM), 'warm');
  await shop.mail.clear(WARM);
  const before = await spent(), ours = await timed(() => send(shop, people, 'spring')), after = await spent();
  const counted = await ledger(shop, 'spring'), taken = new Set((await shop.mail.arrivals()).map(({ to }) => to)).size, letters = await shop.mail.letters();
  if (taken !== MESSAGES || counted.accepted !== MESSAGES || counted.receipts !== MESSAGES || counted.all !== MESSAGES) throw new Error(`not every letter is where it should be: ${JSON.stringify({ taken, ...counted })}`);
  const bytes = letters.reduce((sum, { raw }) => sum + raw.length, 0) / letters.length;
  await sendRaw(shop.mail.port, letters, WARM);
  const rawBefore = await spent(), raw = await timed(() => sendRaw(shop.mail.port, letters, RAW)), rawAfter = await spent();
  const [rate, rawRate] = [MESSAGES / ours.seconds, RAW / raw.seconds];
  console.log(`  ${MESSAGES.toLocaleString('en')} letters of ${(bytes / 1_000).toFixed(1)} kB decided, rendered, signed, accepted and logged in ${ours.seconds.toFixed(1)} s; raw nodemailer ${rawRate.toFixed(0)} a second`);
  console.log(`  of the processor, a letter: ${perItem(before, after, MESSAGES)}; raw: ${perItem(rawBefore, rawAfter, RAW)}`);
  report({ name: 'personalised e-mails decided, rendered, accepted and logged', value: rate, unit: 'messages/s', ratioToRaw: rate / rawRate, threshold: LEAST_A_SECOND });
  if (rate < LEAST_A_SECOND) process.exitCode = 1;
} finally {
  await shop.close();
}
