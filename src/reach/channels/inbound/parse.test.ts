import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BOUNCES, complaint, MESSAGE, report, SILENT, worded } from '../../../../test/support/mail/bounces.ts';
import { signReturn } from '../../tokens.ts';
import { heardIn } from '../../core/bounces.ts';
import { isOptOut } from '../../core/inbound.ts';
import { letterOf } from './parse.ts';

const keys = { installation: (purpose: string) => Buffer.alloc(32, purpose) };
const hear = async (raw: string, recipients: readonly string[] = []) => heardIn(await letterOf(Buffer.from(raw), recipients));

test.each(BOUNCES)('%s', async (_, raw, kind, code) => {
  expect((await hear(raw)).map((heard) => [heard.kind, heard.code, heard.messageIds[0]])).toEqual([[kind, code, MESSAGE]]);
});

test.each(SILENT)('%s tells nothing', async (_, raw) => {
  expect(await hear(raw)).toEqual([]);
});

test('a return path tells the message where the letter does not, in any case, from envelope or head', async () => {
  const local = signReturn(keys, '01a20237-e59b-77b0-9322-aafc4ffcad00', MESSAGE);
  const bare = 'text/plain\r\n\r\nnothing';
  const asked = { status: '5.1.1', diagnostic: '550 no', original: bare };
  expect((await hear(report({ ...asked, to: `B.${local.toUpperCase()}@bounce.brand.example` })))[0]).toMatchObject({ kind: 'bounced', local, messageIds: [] });
  expect((await hear(report(asked), [`b.${local}@bounce.brand.example`]))[0]).toMatchObject({ local });
  expect((await hear(complaint('abuse', { mailFrom: `b.${local}@bounce.brand.example`, original: 'X-None: 1' })))[0]).toMatchObject({ kind: 'complained', local });
  expect((await hear(worded({ from: 'a@x.test', subject: 'unsubscribe', text: '', to: `u.${local}@bounce.brand.example` })))[0]).toMatchObject({ kind: 'unsubscribed', local });
});

test('several recipients of one report are told each', async () => {
  const two = report({ status: '5.1.1', diagnostic: '550 5.1.1 no' }).replace('--B\r\nContent-Type: message/rfc822', 'Final-Recipient: rfc822; b@x.test\r\nAction: failed\r\nStatus: 5.2.2\r\n\r\n--B\r\nContent-Type: message/rfc822');
  expect((await hear(two)).map(({ kind }) => kind)).toEqual(['bounced', 'soft_bounced']);
});

test('a wish to hear no more is told from words that only look like it', () => {
  for (const yes of ['R', 'r', 'TD', 'Ｔ', 'stop', ' STOP! ', '退订', '【退訂】', 'Unsubscribe.']) expect(isOptOut(yes), yes).toBe(true);
  for (const no of ['', 'Right', 'please do not stop', '怎么退订？', 'stop by on Monday', '1']) expect(isOptOut(no), no).toBe(false);
});

test('whatever comes in, reading it ends, and nobody is bounced by noise', async () => {
  const piece = fc.constantFrom('From: a@x.test\r\n', 'Content-Type: multipart/report; boundary="B"\r\n', '\r\n', '--B\r\n', '--B--', 'Content-Type: message/delivery-status\r\n', 'Content-Type: message/feedback-report\r\n', 'Action: failed\r\n', 'Status: 5.1.1\r\n', ':::', '\u0000', '=?x?B?', `<${MESSAGE}@`, '退信');
  await fc.assert(fc.asyncProperty(fc.array(fc.oneof(piece, fc.string({ maxLength: 40 })), { maxLength: 40 }), async (pieces) => {
    for (const { local, messageIds } of await hear(pieces.join(''))) expect([local, ...messageIds].every((id) => id === null || /^[0-9a-z-]+$/.test(id))).toBe(true);
  }), { seed: 3, numRuns: 300 });
  const began = performance.now();
  await hear(worded({ from: 'postmaster@x.test', subject: '退信', text: '原因：'.repeat(20_000) }));
  await hear(worded({ from: 'a@x.test', subject: 'x', type: 'text/html', text: '<style>'.repeat(20_000) }));
  await hear(worded({ from: 'postmaster@x.test', subject: '退信', text: `user ${'is '.repeat(30_000)}` }));
  // Seconds, not the minutes of a pattern that goes back and forth.
  expect(performance.now() - began).toBeLessThan(10_000);
});
