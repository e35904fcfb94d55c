import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isPublic } from './addresses.ts';
import { allowedHosts, openEgress } from './index.ts';

type Seen = { url: string; headers: IncomingMessage['headers']; body: string };
type Place = { port: number; seen: Seen[]; server: Server };

/** A web server on loopback that notes who came. */
async function place(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Place> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    seen.push({ url: request.url ?? '', headers: request.headers, body });
    answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { port: (server.address() as AddressInfo).port, seen, server };
}

const places: Place[] = [];
let secret: Place;
let open: Place;
/** Names as a resolver under somebody's control answers them: one answer a question, the last for ever. */
const names: Record<string, string[][]> = {};
const asked: string[] = [];
const resolve = async (host: string) => {
  asked.push(host);
  const [first, ...later] = names[host] ?? [];
  if (later.length > 0) names[host] = later;
  if (!first) throw Object.assign(new Error('unknown'), { code: 'ENOTFOUND' });
  return first.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
};
const loose = () => openEgress(allowedHosts(`hooks.test:${open.port}`), resolve);
const strict = () => openEgress([], resolve);

beforeAll(async () => {
  secret = await place((_, response) => response.end('the inside'));
  open = await place((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    if (pathname === '/to') response.writeHead(Number(searchParams.get('status') ?? 302), { location: searchParams.get('at') ?? '', 'set-cookie': 'a=b' }).end();
    else if (pathname === '/round') response.writeHead(302, { location: '/round' }).end();
    else if (pathname === '/slow') response.writeHead(200).write('a');
    else if (pathname === '/silent') return;
    else if (pathname === '/huge') { response.on('close', () => clearInterval(more)); const more = setInterval(() => response.write(Buffer.alloc(64 * 1024, 'x')), 1); }
    else if (pathname === '/bomb') response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(10_000_000)));
    else response.writeHead(200, { 'set-cookie': 'session=1' }).end('welcome');
  });
  places.push(secret, open);
  names['hooks.test'] = [['127.0.0.1']];
});
afterAll(() => Promise.all(places.map(({ server }) => { server.closeAllConnections(); return new Promise((closed) => server.close(closed)); })));

const at = (host: string, port = secret.port): string => `http://${host}:${port}/latest/meta-data`;
const codeOf = (work: Promise<unknown>): Promise<string> => work.then(() => 'answered', (error: { code: string }) => error.code);

/** Loopback and other insides, in every spelling that some resolver, parser or kernel takes for one. */
const INSIDE = [
  '127.0.0.1', '127.1', '127.0.1', '2130706433', '0x7f000001', '0x7f.0.0.1', '0x7F.1', '017700000001', '0177.0.0.1', '0177.0.0.01', '127.0.0.1.', '127.127.127.127', '１２７.0.0.1', '127。0。0。1', '①②⑦.⓪.⓪.①',
  '0.0.0.0', '0', '0x0', '[::]', '[::1]', '[0:0:0:0:0:0:0:1]', '[0000::0001]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:ffff:127.0.0.1]', '[::127.0.0.1]', '[::7f00:1]', '[::ffff:0:127.0.0.1]',
  '[64:ff9b::127.0.0.1]', '[64:ff9b::a9fe:a9fe]', '[64:ff9b:1::127.0.0.1]', '[2002:7f00:1::]', '[2001:0:7f00:1::]', '[fe80::1]', '[fec0::1]', '[fc00::1]', '[fd00:ec2::254]', '[ff02::1]', '[100::1]', '[4000::1]',
  '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.0.1', '169.254.169.254', '0xa9fea9fe', '2852039166', '100.64.0.1', '100.100.100.200', '192.0.0.192', '198.18.0.1', '198.19.255.255', '192.0.2.1', '198.51.100.1', '203.0.113.1',
  '224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255', '168.63.129.16', '192.88.99.1',
];

test.each(INSIDE)('an address inside is refused in any spelling, at save and at send: %s', async (host) => {
  asked.length = 0;
  for (const port of [80, 443, 8080]) {
    expect(await codeOf(strict().check(at(host, port)))).toBe('egress.not_public');
    expect(await codeOf(strict().send({ url: at(host, port), timeoutMs: 500 }))).toBe('egress.not_public');
  }
  expect(asked, 'no name was looked up for it').toEqual([]);
});

test('what is public is let through: addresses, and names all of whose addresses are', async () => {
  for (const address of ['8.8.8.8', '1.1.1.1', '223.5.5.5', '2606:4700:4700::1111', '2400:3200::1']) expect(isPublic(address), address).toBe(true);
  for (const noise of ['', 'localhost', '8.8.8', '::ffff:8.8.8.8', '1.1.1.1/8']) expect(isPublic(noise) && noise !== '8.8.8', noise).toBe(false);
  names['shop.test'] = [['8.8.8.8', '2606:4700:4700::1111']];
  await strict().check('https://shop.test/hook?token=1');
  await strict().check('https://8.8.8.8/');
  names['half.test'] = [['8.8.8.8', '10.0.0.1']];
  names['mapped.test'] = [['::ffff:127.0.0.1']];
  names['compatible.test'] = [['::7f00:1']];
  names['empty.test'] = [[]];
  for (const host of ['half.test', 'mapped.test', 'compatible.test', 'empty.test', 'unknown.test', 'hooks.test', 'hooks.test.']) {
    expect(await codeOf(strict().check(`http://${host}/`)), host).toBe('egress.not_public');
    expect(await codeOf(strict().send({ url: `http://${host}/`, timeoutMs: 500 })), host).toBe('egress.not_public');
  }
  expect(await codeOf(openEgress([]).check('http://localhost/'))).toBe('egress.not_public');
});

test('only http and https without credentials, on ports of web servers', async () => {
  for (const url of ['', 'shop.test', '/hook', 'file:///etc/passwd', 'ftp://8.8.8.8/', 'gopher://8.8.8.8:6379/_x', 'javascript:1', 'data:,x', 'http://user:pass@8.8.8.8/', 'http://8.8.8.8@127.0.0.1/', 'https://token@shop.test/', `https://shop.test/${'x'.repeat(2_000)}`, 'http://', 'http://[::1', 'http://%00/', 'http://a b/']) {
    expect(await codeOf(strict().check(url)), url).toBe('egress.address_invalid');
    expect(await codeOf(strict().send({ url })), url).toBe('egress.address_invalid');
  }
  for (const port of [22, 25, 5432, 6379, 9000, 8123, 11211]) expect(await codeOf(strict().send({ url: `http://8.8.8.8:${port}/` })), String(port)).toBe('egress.port');
});

test('a name that turns inside between the check and the connection reaches nobody: one look-up a connection, and that one is checked', async () => {
  names['rebind.test'] = [['8.8.8.8'], ['127.0.0.1']];
  await strict().check('http://rebind.test:8080/');
  asked.length = 0;
  expect(await codeOf(strict().send({ url: 'http://rebind.test:8080/', timeoutMs: 1_000 }))).toBe('egress.not_public');
  expect(asked).toEqual(['rebind.test']);
  // The same by a redirect: the name was public when the first answer was written.
  names['rebind.test'] = [['10.0.0.1']];
  expect(await codeOf(loose().send({ url: `http://hooks.test:${open.port}/to?at=${encodeURIComponent('http://rebind.test/')}`, redirects: 1, timeoutMs: 1_000 }))).toBe('egress.not_public');
});

test('a redirect is another request: checked anew, counted, without what was meant for the first place', async () => {
  const hook = `http://hooks.test:${open.port}`;
  const to = (where: string, status = 302): string => `${hook}/to?status=${status}&at=${encodeURIComponent(where)}`;
  for (const where of [at('127.0.0.1'), at('[::1]'), at('0'), at('[::ffff:127.0.0.1]'), 'http://169.254.169.254/', 'http://localhost/']) {
    expect(await codeOf(loose().send({ url: to(where), redirects: 3, timeoutMs: 1_000 })), where).toMatch(/^egress\.(?:port|not_public)$/);
  }
  for (const where of ['file:///etc/passwd', 'http://u:p@hooks.test/', '//[bad']) expect(await codeOf(loose().send({ url: to(where), redirects: 3 })), where).toBe('egress.address_invalid');
  expect(secret.seen).toEqual([]);
  expect(await codeOf(loose().send({ url: `${hook}/round`, redirects: 3 }))).toBe('egress.redirects');
  expect(open.seen.filter(({ url }) => url === '/round')).toHaveLength(4);
  // Not followed unless asked for.
  expect((await loose().send({ url: to('/end') })).status).toBe(302);
  // Sent again whole to the same place, as a plain question after 303.
  open.seen.length = 0;
  expect(await loose().send({ url: to('/end', 308), method: 'POST', body: 'x', headers: { authorization: 'mine' }, redirects: 1 })).toMatchObject({ status: 200, url: `${hook}/end` });
  await loose().send({ url: to('/end', 303), method: 'POST', body: 'x', redirects: 1 });
  expect(open.seen.filter(({ url }) => url === '/end').map(({ body, headers }) => [body, headers.authorization, headers.cookie])).toEqual([['x', 'mine', undefined], ['', undefined, undefined]]);
  // To another place goes neither authorization nor signature.
  const other = openEgress(allowedHosts(`hooks.test:${open.port}, 127.0.0.1:${secret.port}`), resolve);
  await other.send({ url: to(at('127.0.0.1'), 307), method: 'POST', body: 'x', headers: { authorization: 'mine', 'webhook-signature': 'v1,x', 'content-type': 'text/plain' }, redirects: 1 });
  const [got] = secret.seen.splice(0);
  expect([got?.body, got?.headers.authorization, got?.headers['webhook-signature'], got?.headers['content-type']]).toEqual(['x', undefined, undefined, 'text/plain']);
});

test('slow and endless answers end by time and size; nothing is unpacked; no cookie comes or goes', async () => {
  const hook = `http://hooks.test:${open.port}`;
  for (const path of ['/slow', '/silent']) {
    const began = performance.now();
    expect(await codeOf(loose().send({ url: `${hook}${path}`, timeoutMs: 200 })), path).toBe('egress.timeout');
    expect(performance.now() - began).toBeLessThan(2_000);
  }
  const huge = await loose().send({ url: `${hook}/huge`, maxBytes: 100_000 });
  expect([huge.body.length, huge.cut]).toEqual([100_000, true]);
  expect((await loose().send({ url: `${hook}/bomb` })).body.length).toBeLessThan(64 * 1024);
  open.seen.length = 0;
  const answer = await loose().send({ url: `${hook}/`, headers: { cookie: 'a=b', Host: 'other', 'User-Agent': 'curl' } });
  expect([answer.body.toString(), answer.cut, answer.headers['set-cookie']]).toEqual(['welcome', false, undefined]);
  expect(open.seen[0]?.headers).toMatchObject({ host: `hooks.test:${open.port}`, 'user-agent': expect.stringContaining('Perennial') });
  expect(open.seen[0]?.headers.cookie).toBeUndefined();
  const gone = await place(() => undefined);
  await new Promise((closed) => gone.server.close(closed));
  expect(await codeOf(openEgress(allowedHosts(`127.0.0.1:${gone.port}`), resolve).send({ url: `http://127.0.0.1:${gone.port}/` }))).toBe('egress.unreachable');
  expect(await codeOf(openEgress(allowedHosts(`hooks.test:${open.port}`), resolve).send({ url: `https://hooks.test:${open.port}/` }))).toMatch(/egress\.(?:certificate|unreachable)/);
});

test('a host inside is asked only where it is named, on its port; the list says what it means', () => {
  expect(allowedHosts(' crm.internal:8080 ,10.0.0.5, [fd00::1]:3000,')).toEqual([{ host: 'crm.internal', port: 8080 }, { host: '10.0.0.5', port: null }, { host: 'fd00::1', port: 3000 }]);
  expect(allowedHosts(undefined)).toEqual([]);
  for (const entry of ['10.0.0.0/8', 'http://crm.internal', 'a b', '*', '*.internal', 'user@host', 'host:99999', '[::1']) expect(() => allowedHosts(entry), entry).toThrow('start.egress.invalid');
  const egress = openEgress(allowedHosts('crm.internal:8080, 10.0.0.5'), resolve);
  expect(['http://crm.internal:8080/x', 'https://10.0.0.5/', 'http://crm.internal/', 'http://10.0.0.5:5432/', 'http://xcrm.internal:8080/'].map(egress.isAllowed)).toEqual([true, true, false, false, false]);
});

test('no way of running loosens it: the filter reads no environment', async () => {
  const before = { ...process.env };
  try {
    Object.assign(process.env, { NODE_ENV: 'development', DEBUG: '*', NODE_DEBUG: 'http', LOG_LEVEL: 'debug' });
    for (const url of [at('127.0.0.1', 80), 'http://localhost/', 'http://169.254.169.254/latest/meta-data']) expect(await codeOf(openEgress([]).send({ url })), url).toBe('egress.not_public');
  } finally {
    process.env = before;
  }
});
