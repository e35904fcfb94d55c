import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allowedHosts, openEgress } from './index.ts';

let server: Server;
let port = 0;
let callers = 0;
const asked: string[] = [];
/** What each name answers, one answer a question, the last for ever. */
const names: Record<string, string[][]> = {};
const resolve = async (host: string) => {
  asked.push(host);
  const [first, ...later] = names[host] ?? [];
  if (later.length > 0) names[host] = later;
  if (!first) throw Object.assign(new Error('unknown'), { code: 'ENOTFOUND' });
  return first.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
};
const codeOf = (work: Promise<unknown>): Promise<string> => work.then(() => 'connected', (error: { code: string }) => error.code);

beforeAll(async () => {
  server = createServer((socket) => { callers++; socket.on('error', () => undefined); socket.end('220 here\r\n'); });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => new Promise((closed) => server.close(closed)));

const strict = openEgress([], resolve);

test('a machine inside is refused in every spelling, at save and at connect, without asking what it is called', async () => {
  for (const host of ['127.0.0.1', '127.1', '2130706433', '0x7f.1', '017700000001', '::1', '::ffff:127.0.0.1', '64:ff9b::7f00:1', '10.0.0.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '①②⑦.⓪.⓪.①']) {
    for (const mail of [25, 465, 587, 2525]) {
      expect(await codeOf(strict.checkMachine({ host, port: mail })), host).toBe('egress.not_public');
      expect(await codeOf(strict.connect({ host, port: mail })), host).toBe('egress.not_public');
    }
  }
  expect(asked).toEqual([]);
});

test('a name of a machine inside is refused, also one that changes its answer between check and connection', async () => {
  names['mail.test'] = [['8.8.8.8'], ['127.0.0.1']];
  expect(await codeOf(strict.checkMachine({ host: 'mail.test', port: 25 }))).toBe('connected');
  expect(await codeOf(strict.connect({ host: 'mail.test', port: 25 }))).toBe('egress.not_public');
  names['both.test'] = [['8.8.8.8', '10.0.0.1']];
  expect(await codeOf(strict.connect({ host: 'both.test', port: 25 }))).toBe('egress.not_public');
  expect(await codeOf(strict.connect({ host: 'nobody.test', port: 25 }))).toBe('egress.not_public');
});

test('only ports of mail servers, and only what is a host', async () => {
  for (const other of [22, 80, 443, 3306, 5432, 6379, 8080]) expect(await codeOf(strict.checkMachine({ host: '8.8.8.8', port: other })), String(other)).toBe('egress.port');
  for (const host of ['', 'a b', 'a/b', 'user@host', 'host:25', 'a\r\nb', 'a?b', 'a#b', '[::1]', 'x'.repeat(300)]) expect(await codeOf(strict.checkMachine({ host, port: 25 })), host).toBe('egress.address_invalid');
  for (const odd of [0, -1, 65_536, 1.5, Number.NaN]) expect(await codeOf(strict.checkMachine({ host: '8.8.8.8', port: odd }))).toBe('egress.address_invalid');
});

test('one that is allowed by name is reached, on the port that was named, and its socket outlives the time for connecting', async () => {
  const loose = openEgress(allowedHosts(`127.0.0.1:${port}`), resolve);
  expect(loose.isAllowedMachine({ host: '127.0.0.1', port })).toBe(true);
  expect(loose.isAllowedMachine({ host: '127.0.0.1', port: 25 })).toBe(false);
  const socket = await loose.connect({ host: '127.0.0.1', port, timeoutMs: 150 });
  await new Promise((later) => setTimeout(later, 300));
  expect(String(socket.read())).toBe('220 here\r\n');
  socket.destroy();
  expect(callers).toBe(1);
  expect(await codeOf(loose.connect({ host: '127.0.0.1', port: 25 }))).toBe('egress.not_public');
});

test('one that does not answer is given up in time', async () => {
  const loose = openEgress(allowedHosts('192.0.2.1:25, 127.0.0.1:1'), resolve);
  expect(await codeOf(loose.connect({ host: '127.0.0.1', port: 1 }))).toBe('egress.unreachable');
  expect(['egress.timeout', 'egress.unreachable']).toContain(await codeOf(loose.connect({ host: '192.0.2.1', port: 25, timeoutMs: 200 })));
});
