import { createPrivateKey, createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { expect, test } from 'vitest';
import { relaxBody, verifyDkim } from '../../../../test/support/mail/dkim.ts';
import { dataOf } from '../../../kernel/egress/smtp.ts';
import { dkimRecord, newDkimKey, smtpConfig } from './config.ts';
import { relaxedHeader, signed, signerOf } from './dkim.ts';
import { compose, type Letter } from './mime.ts';

const privateKey = newDkimKey();
const publicPem = String(createPublicKey(createPrivateKey(privateKey)).export({ type: 'spki', format: 'pem' }));
const signer = signerOf({ domain: 'brand.example', selector: 's1', privateKey });

const letterOf = (more: Partial<Letter> = {}, content: Partial<Letter['content']> = {}): Letter => ({
  id: '01a20237-e59b-77b0-9322-aafc4ffcad00', from: { name: '茶语小店', address: 'shop@brand.example' }, to: 'a@x.test', replyTo: null, date: new Date('2026-03-01T00:00:00Z'), purpose: 'marketing',
  content: { channel: 'email', subject: '您的优惠券即将到期——仅剩三天', preheader: '', html: '<p>亲爱的顾客，您好！</p>', text: '亲爱的顾客，您好！', ...content },
  oneClick: `https://mail.brand.example/u/${'x'.repeat(96)}`, mailto: `u.${'y'.repeat(39)}@bounce.brand.example`, feedbackId: 'a:marketing:01a20237:brandexample', ...more,
});
const linesOf = (raw: Buffer): string[] => raw.toString('latin1').split('\r\n');
const headOf = (raw: Buffer): string => raw.toString('latin1').split('\r\n\r\n')[0] ?? '';
const namesOf = (raw: Buffer): string[] => headOf(raw).split(/\r\n(?![ \t])/).map((line) => line.slice(0, line.indexOf(':')));

test('a Chinese letter is read as it was written, in seven bits and short lines, with a plain twin', async () => {
  const raw = compose(letterOf());
  const read = await PostalMime.parse(raw);
  expect([read.subject, read.from?.name, read.html?.trim(), read.text?.trim(), read.messageId]).toEqual(['您的优惠券即将到期——仅剩三天', '茶语小店', '<p>亲爱的顾客，您好！</p>', '亲爱的顾客，您好！', '<01a20237-e59b-77b0-9322-aafc4ffcad00@brand.example>']);
  expect(raw.every((byte) => byte < 128)).toBe(true);
  expect(linesOf(raw).filter((line) => line.length > 200)).toEqual([]);
  expect(compose(letterOf()).equals(raw), 'the same letter is the same bytes').toBe(true);
});

test('both ways to unsubscribe stand in the head and under the signature, and a signature is true by a receiver’s reading of the standard', async () => {
  const raw = await signed(compose(letterOf()), signer);
  const found = verifyDkim(raw, publicPem);
  expect(found).toMatchObject({ ok: true, tags: { d: 'brand.example', s: 's1', a: 'rsa-sha256', c: 'relaxed/relaxed' } });
  expect(found.signed).toEqual(expect.arrayContaining(['from', 'to', 'subject', 'date', 'message-id', 'list-unsubscribe', 'list-unsubscribe-post', 'feedback-id']));
  const head = headOf(raw).replaceAll('\r\n ', ' ');
  expect(head).toContain(`List-Unsubscribe: <https://mail.brand.example/u/${'x'.repeat(96)}>, <mailto:u.${'y'.repeat(39)}@bounce.brand.example?subject=unsubscribe>`);
  expect(head).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
  expect(namesOf(compose(letterOf({ oneClick: null, mailto: null, purpose: 'transactional' })))).not.toContain('List-Unsubscribe');
  expect(namesOf(compose(letterOf({ oneClick: 'http://plain.example/u/x' }))), 'one click only over https').not.toContain('List-Unsubscribe-Post');
});

test('headers are relaxed as RFC 6376 (3.4.5) shows; the body of a letter is relaxed as it is written, and no line of it begins with a dot', () => {
  expect(['A: X', 'B : Y\t\r\n\tZ  '].map(relaxedHeader)).toEqual(['a:X', 'b:Y Z']);
  const piece = fc.constantFrom('a', ' ', '  ', '\t', '\r\n', '\n', 'b c', '.', '..', '=', 'x'.repeat(74), 'x'.repeat(73), '中');
  fc.assert(fc.property(fc.array(piece, { maxLength: 40 }), fc.boolean(), (parts, isAscii) => {
    const text = isAscii ? parts.join('').replaceAll('中', '.') : parts.join(''), raw = compose(letterOf({}, { text, html: `${text}.${text}` }));
    const body = raw.toString('latin1', raw.indexOf('\r\n\r\n') + 4);
    expect(relaxBody(body)).toBe(body);
    expect(dataOf(raw).equals(raw), 'it follows DATA as it is').toBe(true);
  }), { seed: 7, numRuns: 1_000 });
});

test('what was changed on the way is found out', async () => {
  const raw = (await signed(compose(letterOf()), signer)).toString('latin1');
  const changes: [string, string][] = [['To: a@x.test', 'To: b@x.test'], ['List-Unsubscribe=One-Click', 'List-Unsubscribe=Two-Click'], ['/u/xx', '/u/yx'], ['Date: Sun', 'Date: Mon'], ['Content-Transfer-Encoding: base64', 'Content-Transfer-Encoding: BASE64']];
  for (const [before, after] of changes) {
    expect(raw, before).toContain(before);
    expect(verifyDkim(Buffer.from(raw.replace(before, after), 'latin1'), publicPem).ok, before).toBe(false);
  }
  expect(verifyDkim(Buffer.from(raw.replace('To: a@x.test', 'to:  a@x.test '), 'latin1'), publicPem).ok, 'relaxed').toBe(true);
  expect(verifyDkim(Buffer.from(raw, 'latin1'), String(createPublicKey(createPrivateKey(newDkimKey())).export({ type: 'spki', format: 'pem' }))).ok).toBe(false);
});

const ATTACKS = ['x\r\nBcc: evil@x.test', 'x\nBcc: evil@x.test', 'x\rBcc: evil@x.test', 'x\r\n\r\n<script>', 'x\u0000y', 'x\u2028Bcc: evil@x.test', '"; Bcc: evil', 'a\\', '=?utf-8?B?DQpCY2M6IGV2aWw=?=', '\ud800', '<evil@x.test>', 'a, b <evil@x.test>', '\u202egnp.exe', 'x'.repeat(5_000), '中'.repeat(3_000), '\u0085Bcc: e', ' '.repeat(300)];

test.each(ATTACKS)('no text makes a header, an address or a part of its own: %j', async (text) => {
  const raw = await signed(compose(letterOf({ from: { name: text, address: 'shop@brand.example' } }, { subject: text, html: `<p>${text}</p>`, text })), signer);
  const read = await PostalMime.parse(raw);
  expect(namesOf(raw).sort()).toEqual(namesOf(await signed(compose(letterOf()), signer)).filter((name) => name !== 'Subject' || text.trim() !== '').sort());
  expect([read.from?.address, read.to?.map(({ address }) => address), read.cc, read.bcc, read.attachments]).toEqual(['shop@brand.example', ['a@x.test'], undefined, undefined, []]);
  expect(linesOf(raw).filter((line) => line.length > 998)).toEqual([]);
  expect(verifyDkim(raw, publicPem).ok).toBe(true);
});

test('whatever the texts, the letter says them, and its signature holds', async () => {
  await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ unit: fc.constantFrom('a', ' ', '\t', '.', '\r\n', '\n', '=', '中', '😀', 'é', '--', 'From '), maxLength: 200 }), async (subject, body) => {
    const raw = await signed(compose(letterOf({}, { subject, text: body, html: body })), signer);
    const read = await PostalMime.parse(raw);
    const lines = (text: string): string => text.replaceAll(/\r\n|\r|\n/g, '\n');
    expect(lines(read.text ?? '').trimEnd()).toBe(lines(body).trimEnd());
    expect(lines(read.html ?? '').trimEnd()).toBe(lines(body).trimEnd());
    expect(verifyDkim(raw, publicPem).ok).toBe(true);
    expect(linesOf(raw).filter((line) => line.length > 998)).toEqual([]);
  }), { seed: 5, numRuns: 120 });
});

test('a config says no to what could become a header, to weak keys, and to half a login', () => {
  const good = { host: 'smtp.x.test', from: { name: 'Shop', address: 'shop@brand.example' } };
  expect(smtpConfig.safeParse(good).success).toBe(true);
  for (const bad of [{ from: { name: 'a\r\nBcc: x', address: 'shop@brand.example' } }, { from: { name: 'a', address: 'shop@brand.example\r\nBcc: x' } }, { user: 'a' }, { host: 'a\nb' }, { helo: 'a b' }, { returnDomain: 'x' }, { feedbackId: 'a:b' }, { dkim: { domain: 'x.test', selector: 's', privateKey: 'no key' } }, { dkim: { domain: 'x.test', selector: 's;d=evil', privateKey } }, { port: 0 }, { extra: 1 }]) {
    expect(smtpConfig.safeParse({ ...good, ...bad }).success, JSON.stringify(bad)).toBe(false);
  }
  const { name, text } = dkimRecord({ domain: 'brand.example', selector: 's1', privateKey });
  expect(name).toBe('s1._domainkey.brand.example');
  const written = /p=(.*)$/.exec(text.join(''))?.[1] ?? '';
  expect(createPublicKey({ key: Buffer.from(written, 'base64'), format: 'der', type: 'spki' }).export({ type: 'spki', format: 'pem' })).toBe(publicPem);
  expect(text.every((part) => part.length <= 255)).toBe(true);
});
