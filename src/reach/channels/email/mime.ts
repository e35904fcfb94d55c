import { createHash } from 'node:crypto';
import MimeNode from 'nodemailer/lib/mime-node';
import type { Content, Purpose } from '../../core/message.ts';
import { quotedPrintable, quotedPrintableMost } from '../../core/quotedPrintable.ts';

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

/** Lines of a head and of a body, where there is a place to part them. */
const LINE = 76;
/** Writes values of headers as the standard wants them: encoded words, addresses, dates. */
const encoder = new MimeNode(false);

/** A header in short lines, parted at blanks, which are kept. */
function folded(header: string): string {
  if (header.length <= LINE) return header;
  let column = 0;
  return (header.match(/[ \t]*[^ \t]+/g) ?? []).map((piece) => {
    const breaks = column > 0 && column + piece.length > LINE;
    column = breaks ? piece.length : column + piece.length;
    return breaks ? `\r\n${piece}` : piece;
  }).join('');
}

/** RFC 2369 and RFC 8058: both addresses, and that a bare POST to the first is enough. */
function unsubscribing({ oneClick, mailto }: Letter): [string, string][] {
  const places = [oneClick, mailto && `mailto:${mailto}?subject=unsubscribe`].filter((place) => place !== null && /^(?:https?:\/\/|mailto:)[\x21-\x3b=\x3f-\x7e]+$/.test(place));
  if (places.length === 0) return [];
  return [['List-Unsubscribe', places.map((place) => `<${place}>`).join(', ')], ...(oneClick?.startsWith('https:') ? [['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'] as [string, string]] : [])];
}

function headOf(letter: Letter, boundary: string): string {
  const { id, from, to, replyTo, date, purpose, content, feedbackId } = letter;
  const encoded: [string, Parameters<typeof encoder.encodeHeaderValue>[1]][] = [
    ['From', { name: oneLine(from.name), address: from.address }], ['To', { name: '', address: to }], ...(replyTo ? [['Reply-To', { name: '', address: replyTo }] as [string, { name: string; address: string }]] : []),
    ['Subject', oneLine(content.subject)], ['Date', date], ['Message-ID', messageIdOf(id, from.address)], ['Feedback-ID', feedbackId],
  ];
  const headers: [string, string][] = [
    ...encoded.map(([name, value]): [string, string] => [name, encoder.encodeHeaderValue(name, value)]).filter(([, value]) => value.trim() !== ''), ...unsubscribing(letter),
    ...(purpose === 'marketing' ? [] : [['Auto-Submitted', 'auto-generated'] as [string, string]]), ['X-Mailer', 'Perennial'], ['MIME-Version', '1.0'], ['Content-Type', `multipart/alternative; boundary="${boundary}"`],
  ];
  return headers.map(([name, value]) => `${folded(`${name}: ${value}`)}\r\n`).join('');
}

/** Where letters are written, one after the other: memory of its own for each, and for each part of it, takes longer than the writing. */
const desk = Buffer.allocUnsafe(1 << 19);
const pageOf = (bytes: number): Buffer => (bytes <= desk.length ? desk : Buffer.allocUnsafe(bytes));

const BYTES_A_CHARACTER = 3;
const HEAD_MAX = 200;
/** What a part can take: as it is written, and as it lies at the end of the page until it is. */
const partMost = ({ length }: string): number => HEAD_MAX + quotedPrintableMost(length * BYTES_A_CHARACTER) + length * BYTES_A_CHARACTER;

/** Writes a part, seven bits and lines of 76 whatever is in it; the place behind. */
function writePart(page: Buffer, from: number, boundary: string, type: 'text/plain' | 'text/html', text: string): number {
  const start = page.length - text.length * BYTES_A_CHARACTER, bytes = page.subarray(start, start + page.write(text, start));
  const isAscii = bytes.length - text.length < text.length * MOSTLY_ASCII;
  const to = from + page.write(`--${boundary}\r\nContent-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: ${isAscii ? 'quoted-printable' : 'base64'}\r\n\r\n`, from, 'latin1');
  const end = isAscii ? quotedPrintable(bytes, page, to) : to + page.write((Buffer.from(text.replaceAll(/\r\n|\r|\n/g, '\r\n')).toString('base64').match(/.{1,76}/g) ?? []).join('\r\n'), to, 'latin1');
  return end + page.write('\r\n', end, 'latin1');
}

/** The letter as it goes over the wire, unsigned. The same letter gives the same bytes. No text of it can begin a header or a part of its own. */
export function compose(letter: Letter): Buffer {
  const { id, content: { text, html } } = letter, boundary = `=_${createHash('sha256').update(id).digest('hex').slice(0, 32)}`, head = `${headOf(letter, boundary)}\r\n`;
  const page = pageOf(head.length * BYTES_A_CHARACTER + partMost(text) + partMost(html) + HEAD_MAX);
  let to = page.write(head);
  to = writePart(page, to, boundary, 'text/plain', text);
  to = writePart(page, to, boundary, 'text/html', html);
  to += page.write(`--${boundary}--\r\n`, to, 'latin1');
  return Buffer.from(page.subarray(0, to));
}
