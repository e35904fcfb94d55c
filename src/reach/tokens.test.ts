import { expect, test } from 'vitest';
import { CHANNELS } from './core/message.ts';
import { fromBase32, TOKEN_KINDS, toBase32 } from './core/token.ts';
import { linkUntil, readReturn, readToken, signReturn, signToken } from './tokens.ts';

const keys = { installation: (purpose: string) => Buffer.alloc(32, purpose) };
const other = { installation: () => Buffer.alloc(32, 9) };
const [WORKSPACE, ELSEWHERE, MESSAGE, CUSTOMER] = ['01a20237-e59b-77b0-9322-aafc4ffcad86', '01a20237-e59b-77b0-9322-aafc4ffcad87', '0f0b1c1e-0000-7abc-8def-ffffffffff00', 'c931ccdd-06ae-81cc-812c-4fa207532231'] as const;
const now = new Date('2026-03-01T00:00:00Z');
const claims = { kind: 'click', message: MESSAGE, customer: CUSTOMER, channel: 'email', language: 'zh-TW', until: linkUntil(now) } as const;
const asked = { kinds: TOKEN_KINDS, now, bound: 'https://shop.example/' };

test('a token says again what it was told, of every kind and channel', () => {
  for (const kind of TOKEN_KINDS) for (const channel of CHANNELS) {
    const token = signToken(keys, WORKSPACE, { ...claims, kind, channel }, asked.bound);
    expect(token).toMatch(/^[\w-]{96}$/);
    expect(readToken(keys, token, asked)).toEqual({ ...claims, kind, channel, workspaceId: WORKSPACE });
  }
});

test('changed in any bit, bound to another text, of another kind, too late or signed elsewhere, it says nothing', () => {
  const token = signToken(keys, WORKSPACE, claims, asked.bound);
  const bytes = Buffer.from(token, 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const spoilt = Buffer.from(bytes);
    spoilt[bit >> 3] = (spoilt[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(readToken(keys, spoilt.toString('base64url'), asked), `bit ${bit}`).toBeUndefined();
  }
  expect(readToken(keys, token, { ...asked, bound: 'https://evil.example/' })).toBeUndefined();
  expect(readToken(keys, token, { ...asked, kinds: ['unsubscribe'] })).toBeUndefined();
  expect(readToken(keys, token, { ...asked, now: claims.until })).toBeUndefined();
  expect(readToken(other, token, asked)).toBeUndefined();
  for (const noise of ['', 'x', `${token}=`, `${token}A`, ` ${token}`, '%00', '../..']) expect(readToken(keys, noise, asked), noise).toBeUndefined();
});

test('links are good for sixty days and more', () => {
  const token = signToken(keys, WORKSPACE, claims);
  expect(readToken(keys, token, { kinds: ['click'], now: new Date(now.getTime() + 61 * 86_400_000) })?.message).toBe(MESSAGE);
});

test('a return path survives a change of case, and names a message of one workspace only', () => {
  const local = signReturn(keys, WORKSPACE, MESSAGE);
  expect(local).toMatch(/^[a-z2-7]{39}$/);
  expect(readReturn(keys, WORKSPACE, local.toUpperCase())).toBe(MESSAGE);
  expect(readReturn(keys, ELSEWHERE, local)).toBeUndefined();
  expect(readReturn(other, WORKSPACE, local)).toBeUndefined();
  for (let i = 0; i < local.length - 1; i++) expect(readReturn(keys, WORKSPACE, `${local.slice(0, i)}${local[i] === 'a' ? 'b' : 'a'}${local.slice(i + 1)}`)).toBeUndefined();
  expect(readReturn(keys, WORKSPACE, 'postmaster')).toBeUndefined();
});

test('base32 is that of RFC 4648, section 10', () => {
  const cases = { '': '', f: 'my', fo: 'mzxq', foo: 'mzxw6', foob: 'mzxw6yq', fooba: 'mzxw6ytb', foobar: 'mzxw6ytboi' };
  for (const [plain, coded] of Object.entries(cases)) {
    expect(toBase32(Buffer.from(plain))).toBe(coded);
    expect(Buffer.from(fromBase32(coded) ?? []).toString()).toBe(plain);
  }
  expect(fromBase32('m!')).toBeUndefined();
});
