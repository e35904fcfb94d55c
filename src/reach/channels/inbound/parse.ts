import PostalMime, { type Address, type Email } from 'postal-mime';
import { Refusal } from '../../../kernel/errors.ts';
import type { Letter } from '../../core/bounces.ts';

const PART_CHARS = 20_000;
const LIMITS = { maxNestingDepth: 20, maxHeadersSize: 256 * 1024, forceRfc822Attachments: true, attachmentEncoding: 'utf8' } as const;
/** Headers that name whom a letter was sent to, by the servers it went through: the envelope is gone when it gets here. */
const RECIPIENTS = /^(?:to|cc|delivered-to|x-original-to|envelope-to|x-envelope-to|x-forwarded-to|x-rcpt-to)$/;
const ADDRESS = /[^\s<>"',;:()]+@[^\s<>"',;:()]+/g;

const addressOf = (from: Address | undefined): string => from?.address ?? '';
const plainOf = (html: string): string => html.replaceAll(/<(?:style|script|head)\b[\s\S]*?<\/(?:style|script|head)\s*>/gi, ' ').replaceAll(/<(?:br|\/p|\/div|\/tr|\/li|\/h\d)\b[^>]*>/gi, '\n').replaceAll(/<[^>]*>/g, ' ')
  .replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&nbsp;', ' ').replaceAll('&quot;', '"').replaceAll('&amp;', '&').replaceAll(/[ \t]+/g, ' ');

const headerOf = ({ headers }: Email, name: string): string => headers.find(({ key }) => key === name)?.value ?? '';

/** Written by a machine (RFC 3834): whoever answers it, or takes it for an answer, is wrong. */
const isAutomatic = (email: Email): boolean =>
  /^(?!no\b)\S/i.test(headerOf(email, 'auto-submitted')) || /^(?:bulk|list|junk|auto_reply)/i.test(headerOf(email, 'precedence')) || headerOf(email, 'x-autoreply') !== '' || headerOf(email, 'x-autorespond') !== '' || headerOf(email, 'return-path').trim() === '<>';

/** Reads a raw letter. `recipients`: whom the envelope named, where whoever hands it over knows. Refuses `inbound.unreadable` for what no reader takes. */
export async function letterOf(raw: Uint8Array, recipients: readonly string[] = []): Promise<Letter> {
  const email = await PostalMime.parse(raw, LIMITS).catch(() => { throw new Refusal('inbound.unreadable'); });
  const named = email.headers.flatMap(({ key, value }) => (RECIPIENTS.test(key) ? (value.match(ADDRESS) ?? []) : []));
  return {
    from: addressOf(email.from), to: [...recipients, ...named], subject: email.subject ?? '', inReplyTo: email.inReplyTo ?? '', references: email.references ?? '', automatic: isAutomatic(email),
    text: (email.text?.trim() || plainOf(email.html ?? '')).slice(0, PART_CHARS),
    parts: email.attachments.map(({ mimeType, content }) => ({ type: mimeType, text: (typeof content === 'string' ? content : '').slice(0, PART_CHARS) })),
  };
}
