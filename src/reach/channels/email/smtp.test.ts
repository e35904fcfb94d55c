import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { CERTIFICATE } from '../../../../test/support/mail/certificate.ts';
import type { Faults } from '../../../../test/support/mail/faults.ts';
import { type MailServerProcess, startMailServer } from '../../../../test/support/mail/server.ts';
import { type TestStores, testStores, testWorkspace } from '../../../../test/support/stores.ts';
import { allowedHosts, openEgress } from '../../../kernel/egress/index.ts';
import { newId } from '../../../kernel/ids.ts';
import type { Outcome } from '../../core/message.ts';
import type { Outgoing } from '../channel.ts';
import { checkSmtp, newDkimKey, type SmtpConfig, smtpConfig } from './config.ts';
import { smtpProvider } from './provider.ts';

let stores: TestStores;
let workspaceId: string;
let plain: MailServerProcess, starttls: MailServerProcess, tls: MailServerProcess, ascii: MailServerProcess;
const names: Record<string, string> = { 'mail.test': '127.0.0.1', localhost: '127.0.0.1' };

beforeAll(async () => {
  [plain, starttls, tls, ascii] = await Promise.all([
    startMailServer({ security: 'none', size: 200_000 }), startMailServer({ security: 'starttls', user: 'shop', pass: 'right' }), startMailServer({ security: 'tls', user: 'shop', pass: 'right' }), startMailServer({ security: 'none', hideSmtpUtf8: true, hidePipelining: true }),
  ]);
  stores = await testStores();
  const ports = [plain, starttls, tls, ascii].map(({ port }) => port);
  stores.egress = openEgress(allowedHosts(['127.0.0.1', 'localhost', 'mail.test'].flatMap((host) => ports.map((port) => `${host}:${port}`)).join()), async (host) => [{ address: names[host] ?? host, family: 4 }]);
  workspaceId = await testWorkspace(stores);
});
afterAll(async () => {
  await Promise.all([plain, starttls, tls, ascii].map((server) => server.stop()));
  await stores.close();
});
beforeEach(async () => {
  await Promise.all([plain, starttls, tls, ascii].flatMap((server) => [server.set({}), server.clear()]));
});

/** Shorter times than anybody may set, so that servers that hang do not make the test slow. */
const IMPATIENT = { connectSeconds: 0.6, messageSeconds: 0.6 };
const configOf = (more: Record<string, unknown> = {}, times: Partial<typeof IMPATIENT> = {}): SmtpConfig => ({ ...smtpConfig.parse({ host: '127.0.0.1', port: plain.port, security: 'none', from: { name: 'Shop', address: 'shop@brand.example' }, connections: 3, ...more }), ...times });
const outgoing = (to: string, more: Partial<Outgoing> = {}): Outgoing => ({
  id: newId(), customer: newId(), to, purpose: 'marketing', attempt: 1, links: { unsubscribe: null, preferences: null, web: null },
  content: { channel: 'email', subject: 'Hello', preheader: '', html: '<p>Hello</p>', text: 'Hello', variant: 'a', language: 'en' }, ...more,
});
/** Sends and closes; what became of each. */
async function send(messages: readonly Outgoing[], more: Record<string, unknown> = {}, times: Partial<typeof IMPATIENT> = {}): Promise<Outcome[]> {
  const sender = await smtpProvider.open(stores, workspaceId, configOf(more, times));
  try {
    return await sender.send(messages);
  } finally {
    await sender.close();
  }
}
const one = async (to: string, more: Record<string, unknown> = {}, times: Partial<typeof IMPATIENT> = {}): Promise<Outcome> => (await send([outgoing(to)], more, times))[0] as Outcome;

test('mail is taken over TLS, over STARTTLS with a login, and in clear inside; TLS is never left out', async () => {
  const login = { user: 'shop', password: 'right', ca: CERTIFICATE };
  expect(await one('a@x.test', { port: tls.port, security: 'tls', ...login })).toMatchObject({ state: 'accepted', providerId: expect.stringContaining('queued as') });
  expect(await one('a@x.test', { port: starttls.port, security: 'starttls', ...login })).toMatchObject({ state: 'accepted' });
  expect([(await tls.taken())[0]?.secure, (await starttls.taken())[0]?.secure]).toEqual([true, true]);
  expect(await one('a@x.test')).toMatchObject({ state: 'accepted' });
  expect(await one('a@x.test', { security: 'starttls' }), 'a server without STARTTLS').toMatchObject({ state: 'retry', code: 'email.smtp_tls' });
  expect(await one('a@x.test', { port: starttls.port, security: 'starttls', ...login, password: 'wrong' })).toMatchObject({ state: 'retry', code: 'email.smtp_login' });
  expect(await one('a@x.test', { port: starttls.port, security: 'starttls', ...login, ca: null }), 'a certificate nobody knows').toMatchObject({ state: 'retry', code: expect.stringMatching(/^email\.smtp_/) });
  expect(await one('a@x.test', { host: 'mail.test', port: tls.port, security: 'tls', ...login }), 'a certificate of another').toMatchObject({ state: 'retry', code: expect.stringMatching(/^email\.smtp_/) });
  expect([await tls.count(), await starttls.count(), await plain.count()]).toEqual([1, 1, 1]);
});

test('a mail server is looked at before it is kept, and again when it is connected to', async () => {
  const codeOf = (work: Promise<unknown>): Promise<string> => work.then(() => 'fine', ({ code }: { code: string }) => code);
  expect(await codeOf(checkSmtp(stores, configOf()))).toBe('fine');
  expect(await codeOf(checkSmtp(stores, configOf({ host: '10.0.0.5', port: 587 })))).toBe('egress.not_public');
  expect(await codeOf(checkSmtp(stores, configOf({ host: '8.8.8.8', port: 5432, security: 'tls' })))).toBe('egress.port');
  expect(await codeOf(checkSmtp(stores, configOf({ host: '8.8.8.8', port: 587 })))).toBe('email.tls_needed');
  const egress = openEgress([], async () => [{ address: '127.0.0.1', family: 4 }]);
  const sender = await smtpProvider.open({ ...stores, egress }, workspaceId, configOf({ host: 'rebound.test', port: 587 }));
  expect(await sender.send([outgoing('a@x.test')])).toMatchObject([{ state: 'retry', code: 'email.egress_not_public' }]);
  expect(await plain.count()).toBe(0);
});

test('one bad recipient among many is suppressed, and holds up no other; what is full or blocked is not suppressed', async () => {
  await plain.set({ recipients: { gone: '550 5.1.1 user unknown', full: '552 5.2.2 mailbox full', spam: '550 5.7.1 blocked as spam', busy: '451 4.3.2 later' } });
  const to = ['ok1', 'gone', 'ok2', 'full', 'ok3', 'spam', 'ok4', 'busy', 'ok5'];
  const outcomes = await send(to.map((name) => outgoing(`${name}@x.test`)), { connections: 1 });
  const short = outcomes.map((outcome) => (outcome.state === 'failed' ? `${outcome.code} ${outcome.suppress}` : outcome.state));
  expect(short).toEqual(['accepted', 'email.no_address true', 'accepted', 'email.full false', 'accepted', 'email.policy false', 'accepted', 'retry', 'accepted']);
  expect((await plain.taken()).map(({ to: address }) => address)).toEqual(['ok1', 'ok2', 'ok3', 'ok4', 'ok5'].map((name) => `${name}@x.test`));
});

test('greylisting is waited out: five minutes later the same message is taken once', async () => {
  await plain.set({ greylist: 1 });
  const message = outgoing('new@x.test');
  const [first] = await send([message]);
  const after = first?.state === 'retry' ? first.after : null;
  expect([first, (after?.getTime() ?? 0) - stores.clock.now().getTime()]).toMatchObject([{ state: 'retry', code: 'email.greylisted' }, expect.any(Number)]);
  expect(Math.abs((after?.getTime() ?? 0) - stores.clock.now().getTime() - 285_000)).toBeLessThanOrEqual(15_000);
  expect(await send([{ ...message, attempt: 2 }])).toMatchObject([{ state: 'accepted' }]);
  expect(await plain.count()).toBe(1);
});

/** A fault, what becomes of a message, and how many were taken. */
const FAULTS: readonly (readonly [string, Faults, Partial<Outcome> & { code?: unknown }, number])[] = [
  ['refuses whoever comes', { greeting: '554 no service' }, { state: 'retry', code: 'email.smtp_refused' }, 0],
  ['has too many sessions', { sessions: 0 }, { state: 'retry', code: 'email.smtp_refused' }, 0],
  ['does not want the sender', { mail: '550 5.1.8 bad sender' }, { state: 'failed', code: 'email.sender_refused' }, 0],
  ['wants the sender later', { mail: '451 4.7.1 later' }, { state: 'retry' }, 0],
  ['closes with 421 at MAIL', { mail: '421 closing' }, { state: 'retry' }, 0],
  ['refuses the content', { end: '554 5.6.0 bad content' }, { state: 'failed', code: 'email.content_refused' }, 0],
  ['wants the content later', { end: '451 4.3.0 later' }, { state: 'retry' }, 0],
  ['closes with 421 instead of taking it', { end: '421 4.3.2 shutting down' }, { state: 'retry' }, 0],
  ['breaks before the message', { breaks: 'data' }, { code: expect.stringMatching(/lost/) }, 0],
  ['breaks when it has the message', { breaks: 'end' }, { state: 'unknown', code: 'email.lost' }, 0],
  ['takes it and breaks before saying so', { breaks: 'taken' }, { state: 'unknown', code: 'email.lost' }, 1],
  ['takes its time, within what is given', { endMs: 200 }, { state: 'accepted' }, 1],
  ['takes longer than is given', { endMs: 900 }, { state: 'unknown', code: 'email.lost' }, 1],
  ['takes longer than is given before the message', { mailMs: 900 }, { state: 'retry', code: 'email.lost' }, 0],
  ['is silent', { rude: 'silent' }, { state: 'retry', code: 'email.smtp_lost' }, 0],
  ['drips its greeting', { rude: 'drip' }, { state: 'retry', code: 'email.smtp_lost' }, 0],
  ['greets without end', { rude: 'endless' }, { state: 'retry', code: 'email.smtp_lost' }, 0],
  ['speaks no SMTP', { rude: 'garbage' }, { state: 'retry', code: expect.stringMatching(/^email\.smtp_/) }, 0],
  ['drips its answer to the message', { rude: 'half' }, { state: 'unknown', code: 'email.lost' }, 0],
  ['calls commands together an attack though it offered them', { rude: 'pipelining' }, { state: 'accepted' }, 1],
];

const HANGING: readonly Faults['rude'][] = ['silent', 'drip', 'endless', 'garbage', 'half'];
const hangs = ({ rude, mailMs = 0, endMs = 0 }: Faults): boolean => (rude !== undefined && HANGING.includes(rude)) || Math.max(mailMs, endMs) > IMPATIENT.messageSeconds * 1_000;
/** Nobody who waits for a server that hangs waits as long as for one that does not. */
const GIVEN_UP_MS_MAX = 10_000;

test.each(FAULTS)('a server that %s', async (_, faults, expected, taken) => {
  await plain.set(faults);
  const began = performance.now();
  expect(await one('a@x.test', {}, hangs(faults) ? IMPATIENT : {})).toMatchObject(expected);
  expect(performance.now() - began, 'given up in time').toBeLessThan(GIVEN_UP_MS_MAX);
  // What it takes after we gave up it takes a moment later.
  while (hangs(faults) && (await plain.count()) < taken) await new Promise((later) => setTimeout(later, 50));
  expect(await plain.count()).toBe(taken);
});

test('a session that ends with 421 between messages costs none of them an attempt, and no message goes twice', async () => {
  await plain.set({ sessionMessages: 4 });
  const outcomes = await send(Array.from({ length: 30 }, (_, i) => outgoing(`n${i}@x.test`)));
  expect(outcomes.map(({ state }) => state)).toEqual(Array(30).fill('accepted'));
  const taken = await plain.taken();
  expect(new Set(taken.map(({ to }) => to)).size).toBe(taken.length);
  expect(taken).toHaveLength(30);
});

test('a server that lets in fewer sessions than we open serves all by those; one that lets in none is told of at once', async () => {
  await plain.set({ sessions: 1 });
  expect((await send(Array.from({ length: 12 }, (_, i) => outgoing(`n${i}@x.test`)), { connections: 4 })).map(({ state }) => state)).toEqual(Array(12).fill('accepted'));
  await plain.set({ rude: 'silent' });
  const began = performance.now();
  const outcomes = await send(Array.from({ length: 40 }, (_, i) => outgoing(`n${i}@x.test`)), { connections: 2 }, IMPATIENT);
  expect(outcomes.map(({ state }) => state)).toEqual(Array(40).fill('retry'));
  // Two at a time, each for itself, would take twelve seconds.
  expect(performance.now() - began).toBeLessThan(GIVEN_UP_MS_MAX);
});

test('I3: under faults that come and go, what the server took is what we call accepted, and nothing but unknown lies between', async () => {
  const sender = await smtpProvider.open(stores, workspaceId, configOf({ connections: 4 }));
  const tally: Record<string, string[]> = { accepted: [], unknown: [], retry: [], failed: [] };
  const rounds: Faults[] = [{}, { breaks: 'taken' }, { recipients: { n3: '550 5.1.1 gone' } }, { breaks: 'end' }, { end: '451 later' }, { sessionMessages: 2 }, { breaks: 'data' }, { mail: '421 bye' }, {}];
  for (const [round, faults] of rounds.entries()) {
    await plain.set(faults);
    const messages = Array.from({ length: 8 }, (_, i) => outgoing(`n${i}@r${round}.test`));
    for (const [i, { state }] of (await sender.send(messages)).entries()) tally[state]?.push(messages[i]?.to ?? '');
  }
  await sender.close();
  const taken = (await plain.taken()).map(({ to }) => to);
  expect(new Set(taken).size, 'nobody got it twice').toBe(taken.length);
  expect(Object.values(tally).flat()).toHaveLength(72);
  expect(tally.accepted?.filter((to) => !taken.includes(to)), 'accepted and not there').toEqual([]);
  expect(taken.filter((to) => !tally.accepted?.includes(to) && !tally.unknown?.includes(to)), 'there and not told').toEqual([]);
  // Two rounds broke after the last byte; of the third, which broke as the bytes came, as many as had left us whole.
  expect(tally.unknown?.length).toBeGreaterThanOrEqual(16);
  expect(tally.unknown?.length).toBeLessThanOrEqual(24);
});

test('addresses in other letters: the mailbox as it is where the server can, the domain always in its plain form', async () => {
  expect(await one('用户@例子.测试')).toMatchObject({ state: 'accepted' });
  expect(await one('user@例子.测试')).toMatchObject({ state: 'accepted' });
  // The server writes domains in their own letters; without SMTPUTF8 what went over the wire was plain.
  expect((await plain.taken()).map(({ to, utf8, raw }) => [to, utf8, /^To: (.*)$/m.exec(Buffer.from(raw, 'base64').toString())?.[1]?.trim()])).toEqual([['用户@例子.测试', true, '用户@例子.测试'], ['user@例子.测试', false, 'user@xn--fsqu00a.xn--0zwm56d']]);
  expect(await one('用户@例子.测试', { port: ascii.port })).toEqual({ state: 'failed', code: 'email.smtputf8', detail: 'SMTPUTF8', suppress: false });
  expect(await one('plain@x.test', { port: ascii.port })).toMatchObject({ state: 'accepted' });
  for (const bad of ['', 'nobody', '@x.test', 'a@', 'a b@x.test', 'a@x.test\r\nRCPT TO:<evil@x.test>', '<a@x.test>', `${'x'.repeat(250)}@x.test`]) expect(await one(bad), bad).toEqual({ state: 'failed', code: 'email.address_invalid', detail: '', suppress: true });
  expect(await plain.count()).toBe(2);
});

test('a message too large is not sent at all: the server said how much it takes', async () => {
  const large = outgoing('a@x.test');
  const content = { ...large.content, text: 'x'.repeat(300_000) } as Outgoing['content'];
  expect(await send([{ ...large, content }])).toMatchObject([{ state: 'failed', code: 'email.too_large', suppress: false }]);
  expect(await plain.count()).toBe(0);
});

test('a domain gets its messages a minute, a warm-up its messages a day, however many send; what is held is no attempt', async () => {
  stores.clock.set('2026-05-01T10:00:30Z');
  const more = { rates: [{ domain: 'qq.com', perMinute: 3 }], from: { name: 'Slow', address: 'a@slow.example' } };
  const batch = () => [...Array.from({ length: 5 }, (_, i) => outgoing(`q${i}@QQ.com`)), outgoing('free@x.test')];
  const outcomes = (await Promise.all([send(batch(), more), send(batch(), more)])).flat();
  const held = outcomes.flatMap((outcome) => (outcome.state === 'retry' ? [[outcome.code, outcome.held, outcome.after?.toISOString()]] : []));
  expect([await plain.count(), held.length]).toEqual([5, 7]);
  expect(held[0]).toEqual(['email.paced', true, '2026-05-01T10:01:00.000Z']);
  await plain.clear();
  const warm = { warmUp: { from: '2026-05-01', perDay: [2, 4] }, from: { name: 'Young', address: 'a@young.example' } };
  const states = async (): Promise<string[]> => (await send(Array.from({ length: 6 }, (_, i) => outgoing(`w${i}@x.test`)), warm)).map((outcome) => (outcome.state === 'retry' ? String(outcome.after?.toISOString().slice(0, 10)) : outcome.state));
  expect(await states()).toEqual(['accepted', 'accepted', '2026-05-02', '2026-05-02', '2026-05-03', '2026-05-03']);
  expect((await states()).filter((state) => state === 'accepted')).toEqual([]);
  stores.clock.set('2026-05-02T00:00:00Z');
  expect((await states()).filter((state) => state === 'accepted')).toHaveLength(4);
  stores.clock.set('2026-05-03T00:00:00Z');
  expect((await states()).filter((state) => state === 'accepted'), 'the warm-up is over').toHaveLength(6);
});

/** What a letter may take of this process's own thread: a second of it is enough for 500. How many a second come of it, the bench says. */
const OWN_MS_MAX = 2;

test('1,500 letters, signed, each with links of its own, are handed over and taken, and none takes longer of our thread than 500 a second allow', async () => {
  const messages = Array.from({ length: 1_500 }, (_, i) => {
    const links = { unsubscribe: `https://mail.brand.example/u/${i}`, preferences: `https://mail.brand.example/p/${i}`, web: null };
    const html = `<html><body>${'<p>亲爱的顾客，您好。Hello, this is a line of text.</p>\n'.repeat(60)}<a href="https://shop.example/sale?a=1&amp;b=2">看看</a><a href="${links.unsubscribe}">退订</a></body></html>`;
    return outgoing(`n${i}@x.test`, { links, content: { channel: 'email', subject: `第 ${i} 号优惠`, preheader: '', html, text: '亲爱的顾客，您好。\n'.repeat(40), variant: 'a', language: 'zh-CN' } });
  });
  const sender = await smtpProvider.open(stores, workspaceId, configOf({ connections: 8, returnDomain: 'bounce.brand.example', dkim: { domain: 'brand.example', selector: 's1', privateKey: newDkimKey() } }));
  await sender.send(messages.slice(0, 100));
  const before = process.threadCpuUsage(), outcomes = await sender.send(messages.slice(100)), { user, system } = process.threadCpuUsage(before);
  await sender.close();
  expect([outcomes.filter(({ state }) => state === 'accepted').length, await plain.count()]).toEqual([1_400, 1_500]);
  expect((user + system) / 1_000 / 1_400).toBeLessThan(OWN_MS_MAX);
});
