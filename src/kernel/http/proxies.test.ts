import fastify from 'fastify';
import { expect, test } from 'vitest';
import { trustedProxies } from './proxies.ts';

/** Who a process takes for the caller that a connection from `from` forwards. */
async function callerSeen(setting: string | undefined, from: string, forwarded: string): Promise<string> {
  const app = fastify({ trustProxy: trustedProxies(setting) });
  app.get('/', ({ ip }) => ip);
  return (await app.inject({ url: '/', remoteAddress: from, headers: { 'x-forwarded-for': forwarded } })).body;
}

test.each([
  ['a proxy of this machine is believed', undefined, '127.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['a stranger is not', undefined, '198.51.100.7', '203.0.113.9', '198.51.100.7'],
  ['a proxy that was named is', '10.0.0.0/8, 2001:db8::1', '10.1.2.3', '203.0.113.9', '203.0.113.9'],
  ['and what a caller claims before it is not', 'uniquelocal', '10.1.2.3', '127.0.0.1, 203.0.113.9', '203.0.113.9'],
])('%s', async (_, setting, from, forwarded, seen) => {
  expect(await callerSeen(setting, from, forwarded)).toBe(seen);
});

test.each(['everybody', '10.0.0.0/40', '0.0.0.0/0', '::/0', 'true', '*'])('%s is no setting: it is none, or believes everybody', (given) => {
  expect(() => trustedProxies(given)).toThrow(expect.objectContaining({ code: 'start.proxies.invalid' }));
});
