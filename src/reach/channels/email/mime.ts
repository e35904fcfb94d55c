import { createHash } from 'node:crypto';
import MimeNode from 'nodemailer/lib/mime-node';
import type { Content, Purpose } from '../../core/message.ts';
import { quotedPrintable } from '../../core/quotedPrintable.ts';

/** What stands in a message besides its content. `oneClick`: the address that unsubscribes by one POST; `mailto`: the address that unsubscribes by mail. */
export type Letter = {
  id: string; from: { name: string; address: string }; to: string; replyTo: string | null; date: Date; purpose: Purpose; content: Extract<Content, { channel: 'email' }>;
  oneClick: string | null; mailto: string | null; feedbackId: string;
};

/** Above this share of other than ASCII base64 is shorter, and no longer to read for a machine. */
const MOSTLY_ASCII = 0.1;

/** No line of a head may be longer than 998 characters (RFC 5322), and a word without end cannot be folded. */
const HEADER_MAX = 500;
const oneLine = (text: string): string => [...text.replaceAll(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim()].slice(0, HEADER_MAX).join('');
const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

/** Made from the message's own id: sent again, it is the same letter, and mailboxes show it once. */
const messageIdOf = (id: string, from: string): string => `<${id}@${domainOf(from)}>`;

/** A body part, seven bits and lines of 76 whatever is in it. */
function partOf(type: 'text/plain' | 'text/html', text: string): string {
  const crlf = text.replaceAll(/\r\n|\r|\n/g, '\r\n');
  const bytes = Buffer.from(crlf);
  const isAscii = bytes.length - crlf.length < crlf.length * MOSTLY_ASCII;
  const body = isAscii ? quotedPrintable(bytes) : (bytes.toString('base64').match(/.{1,76}/g) ?? []).join('\r\n');
  return `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: ${isAscii ? 'quoted-printable' : 'base64'}\r\n\r\n${body}\r\n`;
}

/** RFC 2369 and RFC 8058: both addresses, and that a bare POST to the first is enough. */
function unsubscribing({ oneClick, mailto }: Letter): [string, string][] {
  const places = [oneClick, mailto && `mailto:${mailto}?subject=unsubscribe`].filter((place) => place !== null && /^(?:https?:\/\/|mailto:)[\x21-\x3b=\x3f-\x7e]+$/.test(place));
  if (places.length === 0) return [];
  return [['List-Unsubscribe', places.map((place) => `<${place}>`).join(', ')], ...(oneClick?.startsWith('https:') ? [['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'] as [string, string]] : [])];
}

/** The letter as it goes over the wire, unsigned. The same letter gives the same bytes. No text of it can begin a header or a part of its own. */
export function compose(letter: Letter): Buffer {
  const { id, from, to, replyTo, date, purpose, content, feedbackId } = letter;
  const boundary = `=_${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;
  const root = new MimeNode(`multipart/alternative; boundary="${boundary}"`);
  root.setHeader('From', { name: oneLine(from.name), address: from.address });
  root.setHeader('To', { name: '', address: to });
  if (replyTo) root.setHeader('Reply-To', { name: '', address: replyTo });
  root.setHeader('Subject', oneLine(content.subject));
  root.setHeader('Date', date);
  root.setHeader('Message-ID', messageIdOf(id, from.address));
  for (const [name, value] of unsubscribing(letter)) root.setHeader(name, { prepared: true, foldLines: true, value } as unknown as string);
  if (purpose !== 'marketing') root.setHeader('Auto-Submitted', 'auto-generated');
  root.setHeader('Feedback-ID', feedbackId);
  root.setHeader('X-Mailer', 'Perennial');
  const parts = [partOf('text/plain', content.text), partOf('text/html', content.html)].map((part) => `--${boundary}\r\n${part}`).join('');
  return Buffer.from(`${root.buildHeaders()}\r\n\r\n${parts}--${boundary}--\r\n`);
}
