import { createHash, createPublicKey, verify } from 'node:crypto';

/** RFC 6376 read for this test alone, from the receiver's side, with nothing of the product's or its library's. */
const unfold = (text: string): string => text.replaceAll('\r\n', '');
const relaxHeader = (name: string, value: string): string => `${name.trim().toLowerCase()}:${unfold(value).replaceAll(/[\t ]+/g, ' ').trim()}`;

export function relaxBody(body: string): string {
  const lines = body.split('\r\n').map((line) => line.replaceAll(/[\t ]+/g, ' ').replace(/ $/, ''));
  while (lines.length > 0 && lines.at(-1) === '') lines.pop();
  return lines.map((line) => `${line}\r\n`).join('');
}

export type Verified = { ok: boolean; why: string; tags: Record<string, string>; signed: string[] };

/** Whether a message as it came over the wire is signed truly by a key. */
export function verifyDkim(raw: Buffer, publicPem: string): Verified {
  const text = raw.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const headers = text.slice(0, end).split(/\r\n(?=[^\t ])/).map((line) => ({ name: line.slice(0, line.indexOf(':')), value: line.slice(line.indexOf(':') + 1) }));
  const at = headers.findIndex(({ name }) => name.toLowerCase() === 'dkim-signature');
  const signature = headers[at];
  if (!signature) return { ok: false, why: 'no signature', tags: {}, signed: [] };
  const tags = Object.fromEntries(unfold(signature.value).split(';').filter((tag) => tag.trim() !== '').map((tag) => [tag.slice(0, tag.indexOf('=')).trim(), tag.slice(tag.indexOf('=') + 1).replaceAll(/\s+/g, '')]));
  const signed = (tags.h ?? '').toLowerCase().split(':');
  const bodyHash = createHash('sha256').update(Buffer.from(relaxBody(text.slice(end + 4)), 'latin1')).digest('base64');
  if (bodyHash !== tags.bh) return { ok: false, why: 'body', tags, signed };
  const left = headers.filter((_, i) => i !== at);
  const lines = signed.flatMap((name) => {
    const place = left.findLastIndex((one) => one.name.toLowerCase() === name);
    const [header] = place === -1 ? [] : left.splice(place, 1);
    return header ? [relaxHeader(header.name, header.value)] : [];
  });
  const unsigned = signature.value.replace(/(;\s*b\s*=)[^;]*/, '$1');
  const ok = verify('sha256', Buffer.from([...lines, relaxHeader('dkim-signature', unsigned)].join('\r\n'), 'latin1'), createPublicKey(publicPem), Buffer.from(tags.b ?? '', 'base64'));
  return { ok, why: ok ? '' : 'signature', tags, signed };
}
