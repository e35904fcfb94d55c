import { enhancedOf, isPrecise, verdictOf } from './enhanced.ts';
import type { Receipt } from './message.ts';
import { CODES } from './replies.ts';
import { isOptOut } from './inbound.ts';

/** A letter that came in, as it was parsed: `to` all addresses it was sent to, `automatic` whether a machine wrote it, `parts` what is attached, as text. */
export type Letter = { from: string; to: readonly string[]; subject: string; inReplyTo: string; references: string; automatic: boolean; text: string; parts: readonly { type: string; text: string }[] };

/** What a letter tells of a message of ours. `local`: a return path's token; `messageIds`: ids of messages it names, the surest first. */
export type Heard = { kind: Receipt; code: string; detail: string; local: string | null; messageIds: string[] };

const DETAIL_CHARS = 300;
const OURS = /<?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@[\w.-]+>?/gi;
const idsIn = (text: string): string[] => [...text.matchAll(OURS)].map(([, id = '']) => id.toLowerCase());

/** `b.`: a return path; `u.`: the address that unsubscribes. */
const TOKEN = { b: /^b\.([a-z2-7]{39})@/i, u: /^u\.([a-z2-7]{39})@/i } as const;
function tokenIn(to: readonly string[], prefix: 'b' | 'u'): string | null {
  return to.flatMap((address) => TOKEN[prefix].exec(address)?.[1]?.toLowerCase() ?? [])[0] ?? null;
}

/** Fields of a report, block by block (RFC 3464, section 2.1): names in small letters, continued lines joined. */
function blocksOf(text: string): Record<string, string>[] {
  return text.replaceAll('\r\n', '\n').split(/\n[ \t]*\n/).map((block) => {
    const lines = block.replaceAll(/\n[ \t]+/g, ' ').split('\n');
    return Object.fromEntries(lines.flatMap((line) => {
      const colon = line.indexOf(':');
      return colon > 0 ? [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]] : [];
    }));
  });
}

const partsOf = ({ parts }: Letter, type: RegExp): string => parts.flatMap((part) => (type.test(part.type) ? [part.text] : [])).join('\n\n');
const STATUS = /\b([45]\d\d)\b(?=[ -]|$)/;

/** Ids that a letter's parts name: the original letter's first, then what it answers. */
const referencesOf = (letter: Letter): string[] => {
  const original = partsOf(letter, /rfc822/);
  const own = /^message-id:\s*(\S+)/im.exec(original)?.[1] ?? '';
  return [...new Set([own, letter.inReplyTo, letter.references, original, letter.text].flatMap(idsIn))];
};

/** A verdict in words of receipts: what is final about the address is `bounced`, all else `soft_bounced`. */
function refusal(letter: Letter, { status, enhanced, text }: { status: number; enhanced: string | undefined; text: string }): Heard {
  const { reason, hard } = verdictOf({ status, enhanced, text, ofRecipient: true });
  return { kind: hard ? 'bounced' : 'soft_bounced', code: CODES[reason], detail: text.slice(0, DETAIL_CHARS), local: tokenIn(letter.to, 'b'), messageIds: referencesOf(letter) };
}

/** RFC 3464: what became of each recipient. A delay is no news: the receiver's side still tries. */
function reported(letter: Letter, report: string): Heard[] {
  return blocksOf(report).flatMap((block): Heard[] => {
    const action = (block.action ?? '').toLowerCase();
    if (action === 'delivered') return [{ kind: 'delivered', code: '', detail: '', local: tokenIn(letter.to, 'b'), messageIds: referencesOf(letter) }];
    if (action !== 'failed') return [];
    const text = (block['diagnostic-code'] ?? '').replace(/^[\w-]+\s*;\s*/, '') || letter.text.slice(0, DETAIL_CHARS);
    const told = enhancedOf(block.status ?? ''), said = enhancedOf(text);
    return [refusal(letter, { status: Number(STATUS.exec(text)?.[1] ?? 0), enhanced: isPrecise(told) ? told : (said ?? told), text })];
  });
}

/** RFC 5965: somebody pressed "spam" or "unsubscribe". That something is not spam after all, or failed a check, is no wish of theirs. */
function complained(letter: Letter, report: string): Heard[] {
  const type = (blocksOf(report)[0]?.['feedback-type'] ?? '').toLowerCase();
  const kind = /^(?:abuse|fraud|virus|other)$/.test(type) ? 'complained' : /^opt-out(?:-list)?$/.test(type) ? 'unsubscribed' : undefined;
  // What the complaint was addressed to is where reports go; the letter's own return path stands in the report.
  const local = tokenIn([blocksOf(report)[0]?.['original-mail-from'] ?? ''].map((path) => path.replace(/^<|>$/g, '')), 'b') ?? tokenIn(letter.to, 'b');
  return kind ? [{ kind, code: `email.feedback_${type.replaceAll('-', '_')}`, detail: '', local, messageIds: referencesOf(letter) }] : [];
}

const BOUNCERS = /^(?:mailer-?daemon|post-?master|mail-?daemon|bounce[\w.+-]*|mdaemon)@/i;
const BOUNCED = /undeliver|returned (?:mail|to sender)|(?:mail )?delivery (?:status|fail|problem|unsuccess|subsystem)|failure (?:notice|delivery)|delivery has failed|could not be delivered|退信|退件|退回|投递失败|投遞失敗|发送失败|未送达|无法(?:投递|送达|送達)|無法(?:投遞|送達)/i;
const DELAYED = /delay|still being retried|not yet been delivered|延迟|延遲|仍在尝试|继续尝试/i;
/** Where a bounce in plain words ends and the letter that bounced begins. */
const ORIGINAL = /^[ \t>*=_#-]*(?:original message|original mail|原始?邮件|原郵件|below this line is a copy|the header of the original|以下是(?:您的)?原|return-path:|received:|message-id:)/im;

/** Bounces that keep no form: Chinese mail providers and old servers write them for people. */
function worded(letter: Letter): Heard[] {
  if (!BOUNCERS.test(letter.from) && !BOUNCED.test(letter.subject)) return [];
  if (DELAYED.test(letter.subject)) return [];
  const at = letter.text.search(ORIGINAL);
  const text = `${letter.subject}\n${at === -1 ? letter.text.slice(0, 4_000) : letter.text.slice(0, at)}`;
  const diagnosis = /(?:said|回复|返回|原因|reason|error|错误|提示)[^\n]{0,20}?[:：]\s*([\s\S]{3,600})/i.exec(text)?.[1] ?? text;
  return [refusal(letter, { status: Number(STATUS.exec(diagnosis)?.[1] ?? STATUS.exec(text)?.[1] ?? 0), enhanced: enhancedOf(diagnosis) ?? enhancedOf(text), text: diagnosis })];
}

/** What somebody wrote themselves, without what they quote. */
const written = (text: string): string => text.replaceAll('\r\n', '\n').split(/\n(?:>|-{2,}|_{5,}|On .+ wrote:|.{0,40}(?:写道|寫道)[:：])/)[0]?.trim() ?? '';

function answered(letter: Letter): Heard[] {
  const messageIds = referencesOf(letter), local = tokenIn(letter.to, 'b');
  if (letter.automatic || (messageIds.length === 0 && !local)) return [];
  return [{ kind: isOptOut(written(letter.text)) ? 'unsubscribed' : 'replied', code: '', detail: '', local, messageIds }];
}

/**
 * What a letter that came in tells: bounces by report (RFC 3464) or in words, complaints (RFC 5965), wishes to unsubscribe, answers. Nothing, where it
 * tells nothing of a message of ours, or a machine merely answered.
 */
export function heardIn(letter: Letter): Heard[] {
  const leaving = tokenIn(letter.to, 'u');
  if (leaving) return [{ kind: 'unsubscribed', code: 'email.by_mail', detail: '', local: leaving, messageIds: [] }];
  const [feedback, status] = [partsOf(letter, /feedback-report/), partsOf(letter, /delivery-status/)];
  if (feedback) return complained(letter, feedback);
  if (status) return reported(letter, status);
  const bounced = worded(letter);
  return bounced.length > 0 || DELAYED.test(letter.subject) ? bounced : answered(letter);
}
