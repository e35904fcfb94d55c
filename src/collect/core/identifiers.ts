import type { Field, Identifier, IdentifierKind } from './fields.ts';
import type { Mapping } from './mapping.ts';
import { isDamagedId } from './numbers.ts';
import { makePhoneReader, readEmail } from './phones.ts';
import type { Context, Read, Readers } from './readers.ts';

const PLAIN: readonly (readonly [Field, IdentifierKind])[] = [
  ['id.member_no', 'member_no'], ['id.openid', 'openid'], ['id.unionid', 'unionid'], ['id.external_userid', 'external_userid'],
  ['id.user_id', 'user_id'], ['id.device', 'device'], ['id.anonymous', 'anonymous'],
];
/** Ids that mean the same person wherever they turn up; all others mean something within their scope only. */
const UNSCOPED: ReadonlySet<IdentifierKind> = new Set(['phone', 'email', 'unionid', 'device', 'anonymous']);

/** Shared by the many rows that hide nothing. */
export const NOTHING_SHOWN: Record<string, string> = Object.freeze({});

export type Found = { identifiers: Identifier[]; shown: Record<string, string> };

/**
 * Lifts the identifiers out of a row, normalised. A masked value goes to `shown` under its header. Where a phone or e-mail cannot be
 * read, `strict` files (customers, events) reject the row; elsewhere the row's money still counts, so it is shown and noted.
 */
export function makeIdentifiers(read: Readers, mapping: Mapping, context: Context, shopOf: Read<string>, strict: boolean): Read<Found> {
  const phone = makePhoneReader(context.region ?? 'CN');
  const parts: ((row: readonly string[], found: Found) => void)[] = [];
  const scopeOf = (kind: IdentifierKind, row: readonly string[]): string => {
    if (UNSCOPED.has(kind)) return '';
    if (kind !== 'buyer_id' || mapping.buyerScope === 'source') return context.source;
    return mapping.buyerScope === 'platform' ? mapping.platform : `${mapping.platform}/${shopOf(row)}`;
  };
  const shown = (found: Found, index: number, text: string): void => {
    if (found.shown === NOTHING_SHOWN) found.shown = {};
    found.shown[read.header[index] ?? ''] = text;
  };
  const each = (field: Field, take: (text: string, index: number, row: readonly string[], found: Found) => void): void => {
    for (const index of read.columns.get(field) ?? []) {
      parts.push((row, found) => {
        const text = read.cell(row, index);
        if (text === '') return;
        if (!read.masked(text)) return take(text, index, row, found);
        read.note('value.masked');
        shown(found, index, text);
      });
    }
  };
  const plain = (kind: IdentifierKind) => (text: string, index: number, row: readonly string[], found: Found): void => {
    if (isDamagedId(text)) return read.fault('id.damaged', index, { value: text });
    found.identifiers.push({ kind, scope: scopeOf(kind, row), value: text });
  };
  const readable = (code: 'phone.unreadable' | 'email.unreadable', kind: 'phone' | 'email', parse: (text: string) => string) => (text: string, index: number, _row: readonly string[], found: Found): void => {
    const value = parse(text);
    if (value !== '') return void found.identifiers.push({ kind, scope: '', value });
    if (strict) return read.fault(code, index, {});
    read.note(code);
    shown(found, index, text);
  };
  each('id.buyer_id', plain('buyer_id'));
  for (const [field, kind] of PLAIN) each(field, plain(kind));
  each('id.phone', readable('phone.unreadable', 'phone', phone));
  each('id.email', readable('email.unreadable', 'email', readEmail));
  each('id.login', (text, index, _row, found) => {
    const kind = text.includes('@') ? 'email' : 'phone';
    const value = kind === 'email' ? readEmail(text) : phone(text);
    if (value !== '') found.identifiers.push({ kind, scope: '', value });
    else shown(found, index, text);
  });
  each('id.receiver', (text, index, _row, found) => {
    const value = phone(text);
    if (value !== '') found.identifiers.push({ kind: 'receiver', scope: '', value });
    else shown(found, index, text);
  });
  return (row) => {
    const found: Found = { identifiers: [], shown: NOTHING_SHOWN };
    for (const part of parts) part(row, found);
    return found;
  };
}
