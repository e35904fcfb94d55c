/** Letters as mail servers and providers send them back, written for tests after the forms they use. */
export const MESSAGE = '01a20237-e59b-77b0-9322-aafc4ffcad86';
const lines = (...all: string[]): string => all.join('\r\n');

type Report = { status: string; diagnostic: string; action?: string; to?: string; original?: string };

/** A report after RFC 3464, in the form Postfix gives it. */
export const report = ({ status, diagnostic, action = 'failed', to = 'bounce@brand.example', original = `message/rfc822\r\n\r\nFrom: shop@brand.example\r\nTo: nobody@x.test\r\nSubject: Sale\r\nMessage-ID: <${MESSAGE}@brand.example>\r\n\r\nHello` }: Report): string => lines(
  'From: MAILER-DAEMON@mx.test (Mail Delivery System)', `To: ${to}`, 'Subject: Undelivered Mail Returned to Sender', 'Auto-Submitted: auto-replied', 'MIME-Version: 1.0',
  'Content-Type: multipart/report; report-type=delivery-status; boundary="B"', '', '--B', 'Content-Type: text/plain; charset=us-ascii', '', 'This is the mail system at host mx.test.', '',
  '--B', 'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; mx.test', 'Arrival-Date: Sun, 1 Mar 2026 08:00:00 +0800', '',
  'Final-Recipient: rfc822; nobody@x.test', 'Original-Recipient: rfc822;nobody@x.test', `Action: ${action}`, `Status: ${status}`, 'Remote-MTA: dns; mx.x.test', `Diagnostic-Code: smtp; ${diagnostic}`, '',
  '--B', `Content-Type: ${original}`, '', '--B--', '');

/** A complaint after RFC 5965. */
export const complaint = (type: string, { mailFrom = 'shop@brand.example', original = `Message-ID: <${MESSAGE}@brand.example>` } = {}): string => lines(
  'From: feedback@provider.test', 'To: fbl@brand.example', 'Subject: FW: Sale', 'MIME-Version: 1.0', 'Content-Type: multipart/report; report-type=feedback-report; boundary="B"', '',
  '--B', 'Content-Type: text/plain', '', 'This is an email abuse report.', '', '--B', 'Content-Type: message/feedback-report', '', `Feedback-Type: ${type}`, 'User-Agent: Provider/1', 'Version: 1', `Original-Mail-From: <${mailFrom}>`, 'Source-IP: 192.0.2.1', '',
  '--B', 'Content-Type: message/rfc822', '', 'From: shop@brand.example', 'Subject: Sale', original, '', 'Hello', '', '--B--', '');

const base64 = (text: string): string => Buffer.from(text).toString('base64').replaceAll(/.{76}/g, '$&\r\n');
type Worded = { from: string; subject: string; text: string; type?: string; headers?: readonly string[]; to?: string };
/** A letter in words, in UTF-8. */
export const worded = ({ from, subject, text, type = 'text/plain', headers = [], to = 'bounce@brand.example' }: Worded): string => lines(
  `From: ${from}`, `To: ${to}`, `Subject: =?UTF-8?B?${Buffer.from(subject).toString('base64')}?=`, ...headers, 'MIME-Version: 1.0', `Content-Type: ${type}; charset=utf-8`, 'Content-Transfer-Encoding: base64', '', base64(text), '');

const named = `\r\n\r\n原邮件：\r\nMessage-ID: <${MESSAGE}@brand.example>\r\nSubject: 垃圾 spam 优惠`;
const [QQ, NETEASE, CHINA] = ['PostMaster@qq.com', 'Postmaster@163.com', 'postmaster@189.cn'];

/** What it is, the letter, what it tells, and why. */
export const BOUNCES: readonly (readonly [string, string, string, string])[] = [
  ['Postfix, no such user', report({ status: '5.1.1', diagnostic: '550 5.1.1 <nobody@x.test>: Recipient address rejected: User unknown' }), 'bounced', 'email.no_address'],
  ['Gmail, disabled', report({ status: '5.2.1', diagnostic: '550-5.2.1 The email account that you tried to reach is disabled.' }), 'bounced', 'email.disabled'],
  ['Exchange, no such user', report({ status: '5.1.10', diagnostic: '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup' }), 'bounced', 'email.no_domain'],
  ['a code that says nothing, words that do', report({ status: '5.0.0', diagnostic: '550 Mailbox not found' }), 'bounced', 'email.no_address'],
  ['a code of the report that says nothing, a code in the words that does', report({ status: '5.0.0', diagnostic: '552 5.2.2 Over quota' }), 'soft_bounced', 'email.full'],
  ['full mailbox', report({ status: '5.2.2', diagnostic: '552 5.2.2 Mailbox full' }), 'soft_bounced', 'email.full'],
  ['given up after days', report({ status: '4.4.7', diagnostic: '421 4.4.7 delivery time expired' }), 'soft_bounced', 'email.network'],
  ['blocked as spam', report({ status: '5.7.1', diagnostic: '550 5.7.1 Message contains spam' }), 'soft_bounced', 'email.policy'],
  ['too large', report({ status: '5.3.4', diagnostic: '552 5.3.4 message size exceeds fixed limit' }), 'soft_bounced', 'email.too_large'],
  ['no such domain', report({ status: '5.4.4', diagnostic: 'Host or domain name not found. Name service error' }), 'bounced', 'email.no_domain'],
  ['only the heads of the letter', report({ status: '5.1.1', diagnostic: '550 no', original: `text/rfc822-headers\r\n\r\nMessage-ID: <${MESSAGE}@brand.example>\r\nSubject: Sale` }), 'bounced', 'email.no_address'],
  ['QQ, no such mailbox', worded({ from: QQ, subject: '系统退信', text: `退信原因：收件人邮箱地址不存在，邮件无法送达。\r\nhost mx3.qq.com said: 550 Mailbox not found. http://service.mail.qq.com/detail/0/112${named}` }), 'bounced', 'email.no_address'],
  ['QQ, in HTML', worded({ from: QQ, subject: '系统退信/Systems bounce', type: 'text/html', text: `<style>p{}</style><div>很抱歉，您的邮件被退回。</div><table><tr><td>退信原因</td><td>：邮箱已满</td></tr></table><p>host mx1.qq.com said: 552 mailbox full</p><p>Message-ID: &lt;${MESSAGE}@brand.example&gt;</p>` }), 'soft_bounced', 'email.full'],
  ['QQ, too often', worded({ from: QQ, subject: '系统退信', text: `退信原因：发信频率过高，被对方服务器拒绝。said: 550 Ip frequency limited${named}` }), 'soft_bounced', 'email.policy'],
  ['163, no such user', worded({ from: NETEASE, subject: '系统退信', text: `您的邮件未能送达。\r\n错误提示：550 User not found: nobody@163.com${named}` }), 'bounced', 'email.no_address'],
  ['163, judged spam', worded({ from: NETEASE, subject: '系统退信', text: `退信代码: 554 DT:SPM 163 smtp10,xxx please see http://mail.163.com/help/help_spam_16.htm?ip=1${named}` }), 'soft_bounced', 'email.policy'],
  ['163, frozen', worded({ from: NETEASE, subject: '退信通知', text: `退信原因：该帐号已被冻结${named}` }), 'bounced', 'email.disabled'],
  ['189, no such user', worded({ from: CHINA, subject: '邮件投递失败通知', text: `失败原因：收件人不存在 (550 User unknown)${named}` }), 'bounced', 'email.no_address'],
  ['189, full', worded({ from: CHINA, subject: '邮件投递失败通知', text: `失败原因：邮箱空间不足${named}` }), 'soft_bounced', 'email.full'],
  ['qmail', worded({ from: 'MAILER-DAEMON@old.test', subject: 'failure notice', text: `Hi. This is the qmail-send program at old.test.\r\n<nobody@x.test>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n--- Below this line is a copy of the message.\r\n\r\nMessage-ID: <${MESSAGE}@brand.example>` }), 'bounced', 'email.no_address'],
  ['in traditional Chinese', worded({ from: 'postmaster@mail.tw', subject: '無法投遞的郵件', text: `原因：收件者不存在${named}` }), 'bounced', 'email.no_address'],
  ['words that say nothing', worded({ from: 'postmaster@odd.test', subject: 'Returned mail', text: `It did not work out.${named}` }), 'soft_bounced', 'email.refused'],
  ['delivered', report({ status: '2.0.0', diagnostic: '250 ok', action: 'delivered' }), 'delivered', ''],
  ['a complaint', complaint('abuse'), 'complained', 'email.feedback_abuse'],
  ['an opt-out', complaint('opt-out'), 'unsubscribed', 'email.feedback_opt_out'],
  ['an answer', worded({ from: 'a@x.test', subject: 'Re: Sale', headers: [`In-Reply-To: <${MESSAGE}@brand.example>`], text: 'What does it cost?\r\n\r\nOn Mon, Shop wrote:\r\n> STOP' }), 'replied', ''],
  ['an answer that wants no more', worded({ from: 'a@x.test', subject: 'Re: Sale', headers: [`In-Reply-To: <${MESSAGE}@brand.example>`], text: ' 退订。\r\n\r\n2026年3月1日 Shop 写道：\r\n> 您好' }), 'unsubscribed', ''],
];

/** What tells nothing of a message. */
export const SILENT: readonly (readonly [string, string])[] = [
  ['a delay', report({ status: '4.4.1', diagnostic: 'connect timed out', action: 'delayed' })],
  ['a delay in words', worded({ from: 'MAILER-DAEMON@x.test', subject: 'Warning: message delayed 4 hours', text: `still being retried${named}` })],
  ['passed on', report({ status: '2.0.0', diagnostic: '250 ok', action: 'relayed' })],
  ['no spam after all', complaint('not-spam')],
  ['a failed check', complaint('auth-failure')],
  ['somebody is away', worded({ from: 'a@x.test', subject: 'Out of office', headers: ['Auto-Submitted: auto-replied', `In-Reply-To: <${MESSAGE}@brand.example>`], text: 'STOP' })],
  ['a newsletter', worded({ from: 'news@x.test', subject: 'News', headers: ['Precedence: bulk'], text: 'Hello' })],
  ['a letter of no message of ours', worded({ from: 'a@x.test', subject: 'Hello', text: 'STOP' })],
  ['nothing at all', ''],
];
