import { uuidv7 } from 'uuidv7';

/** UUID text, lower case. Brands keep the kinds of id apart at no cost at run time. */
export type Id<Kind extends string> = string & { readonly kind?: Kind };
export type WorkspaceId = Id<'workspace'>;
export type CustomerId = Id<'customer'>;
export type SubjectId = Id<'subject'>;
export type UserId = Id<'user'>;

/** A new time-ordered id (RFC 9562, version 7). */
export const newId = (): string => uuidv7();

/** Ids hold the moment they were made, and so does the place of a row among Postgres's pages: of many rows asked for in this order each page is read once, and the next one follows it. */
export const inOrderMade = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The subject of events that belong to nobody. */
export const NOBODY = '00000000-0000-0000-0000-000000000000';
/** The same in a statement of the event store. */
export const NOBODY_SQL = `toUUID('${NOBODY}')`;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export const isUuid = (text: string): boolean => UUID.test(text);

/** The first 16 bytes of a digest, written as a UUID: equal digests give equal ids. */
export function uuidOf(digest: Uint8Array): string {
  const hex = Buffer.from(digest.buffer, digest.byteOffset, 16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
