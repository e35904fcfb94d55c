import { expect, test } from 'vitest';
import { enhancedOf, verdictOf } from './enhanced.ts';
import { outcomeOf, retryAt, type Said } from './replies.ts';

const at = { attempt: 1, id: '01a20237-e59b-77b0-9322-aafc4ffcad00', now: new Date('2026-03-01T00:00:00Z') };
const said = (status: number, reply: string, stage: Said['stage'] = 'rcpt'): Said => ({ stage, sure: true, status, reply, cause: 'EENVELOPE' });

/** Replies as providers write them: what they mean, and whether the address is to be left alone. */
const REPLIES: readonly (readonly [string, string, boolean])[] = [
  ['550 5.1.1 The email account that you tried to reach does not exist.', 'no_address', true],
  ['550 5.5.0 Requested action not taken: mailbox unavailable', 'no_address', true],
  ['554 delivery error: dd This user doesn\'t have a yahoo.com account', 'no_address', true],
  ['550 Mailbox not found. http://service.mail.qq.com/cgi-bin/help?subtype=1&&no=1000728', 'no_address', true],
  ['550 Mailbox unavailable or access denied [xyz IP: 203.0.113.9]', 'no_address', true],
  ['550 User not found: nobody@163.com', 'no_address', true],
  ['550 Invalid User:nobody@126.com', 'no_address', true],
  ['551 User not local; please try another', 'no_address', true],
  ['550 收件人邮箱不存在', 'no_address', true],
  ['550 5.2.1 The email account that you tried to reach is disabled.', 'disabled', true],
  ['550 User suspended by administrator', 'disabled', true],
  ['550 该账号已冻结', 'disabled', true],
  ['550 5.4.4 Unable to route: no MX', 'no_domain', true],
  ['550 5.1.2 Bad destination system address', 'no_domain', true],
  ['550', 'no_address', true],
  ['552 5.2.2 The email account that you tried to reach is over quota.', 'full', false],
  ['552 Quota exceeded or service disabled', 'full', false],
  ['550 5.2.3 Message too big for this recipient', 'too_large', false],
  ['554 DT:SPM 163 smtp8,D8CowLA 1700000000, please see http://mail.163.com/help/help_spam_16.htm', 'policy', false],
  ['550 MI:SPB 163 smtp1', 'policy', false],
  ['550 Mail content denied. http://service.mail.qq.com/cgi-bin/help', 'policy', false],
  ['550 Ip frequency limited', 'policy', false],
  ['550 5.7.1 Message rejected as spam by Content Filtering.', 'policy', false],
  ['550 5.7.26 Unauthenticated email is not accepted due to DMARC policy', 'policy', false],
  ['554 5.7.1 <a@b.cn>: Relay access denied', 'policy', false],
  ['550 5.1.8 Sender address rejected: domain not found', 'policy', false],
  ['554 Transaction failed', 'other', false],
];

test.each(REPLIES)('%s', (reply, reason, hard) => {
  const status = Number(reply.slice(0, 3));
  expect(verdictOf({ status, enhanced: enhancedOf(reply), text: reply, ofRecipient: true })).toEqual({ reason, hard, temporary: false });
  expect(outcomeOf(said(status, reply), at)).toMatchObject({ state: 'failed', suppress: hard });
});

test('what is temporary is tried again, the first time after five minutes, for 72 hours, then given up', () => {
  expect(outcomeOf(said(450, '450 4.2.0 Greylisted, see http://postgrey.example/help'), at)).toMatchObject({ state: 'retry', code: 'email.greylisted', after: new Date('2026-03-01T00:05:00Z') });
  expect(outcomeOf(said(421, '421 RP:TRC 163 smtp5', 'mail'), at)).toMatchObject({ state: 'retry', code: 'email.policy' });
  expect(outcomeOf(said(452, '452 4.2.2 mailbox full'), at)).toMatchObject({ state: 'retry', code: 'email.full' });
  expect(outcomeOf(said(451, '451 4.3.0 lower numbered MX', 'end'), at)).toMatchObject({ state: 'retry' });
  let now = at.now;
  let attempt = 0;
  for (let next: Date | undefined = now; next; next = retryAt({ attempt: ++attempt, id: at.id, now })) now = next;
  const hours = (now.getTime() - at.now.getTime()) / 3_600_000;
  expect([attempt, hours]).toEqual([13, 71 + 5 / 6]);
  expect(outcomeOf(said(450, '450 later'), { ...at, attempt: 13 })).toMatchObject({ state: 'failed', code: 'email.given_up', suppress: false });
});

test('those that failed together come back apart, never later than told', () => {
  const times = Array.from({ length: 256 }, (_, i) => retryAt({ ...at, id: `x${i.toString(16).padStart(2, '0')}` })?.getTime() ?? 0);
  expect(new Set(times).size).toBe(256);
  expect(Math.max(...times) - Math.min(...times)).toBe(30_000);
  expect(retryAt({ ...at, id: 'zz' })?.getTime()).toBe(at.now.getTime() + 300_000);
});

test('lost after the last byte is unknown; lost before it is tried again', () => {
  expect(outcomeOf({ stage: 'end', sure: false, status: 0, reply: '', cause: 'ECONNECTION' }, at)).toEqual({ state: 'unknown', code: 'email.lost', detail: 'ECONNECTION' });
  expect(outcomeOf({ stage: 'end', sure: true, status: 0, reply: '', cause: 'ECONNECTION' }, at)).toMatchObject({ state: 'retry', code: 'email.lost' });
  expect(outcomeOf({ stage: 'session', sure: true, status: 0, reply: '', cause: 'ECONNECTION' }, at)).toMatchObject({ state: 'retry', code: 'email.lost' });
});

test('what the sender got wrong does not count against the address', () => {
  expect(outcomeOf(said(550, '550 5.1.1 no such user', 'mail'), at)).toMatchObject({ code: 'email.sender_refused', suppress: false });
  expect(outcomeOf(said(554, '554 no service here', 'session'), at)).toMatchObject({ state: 'retry' });
  expect(outcomeOf(said(550, '550 content has a virus', 'end'), at)).toMatchObject({ code: 'email.content_refused', suppress: false });
  expect(outcomeOf(said(550, '550 anything', 'end'), at)).toMatchObject({ code: 'email.refused', suppress: false });
});

test('what cannot go over this wire is final: no server was asked', () => {
  const local = (cause: string): Said => ({ stage: 'mail', sure: true, status: 0, reply: '', cause });
  expect(outcomeOf(local('SMTPUTF8'), at)).toMatchObject({ state: 'failed', code: 'email.smtputf8', suppress: false });
  expect(outcomeOf(local('EMESSAGE'), at)).toMatchObject({ state: 'failed', code: 'email.too_large', suppress: false });
  expect(outcomeOf(local('EENVELOPE'), at)).toMatchObject({ state: 'failed', code: 'email.address_invalid', suppress: true });
});
