import { createHmac, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../errors.ts';

export type Position = readonly (string | number | null)[];

const refused = (): Refusal => new Refusal('cursor.invalid', {}, 400);

/** Where a list goes on: the sort values and id of the last row, opaque to clients. */
export const toCursor = (position: Position): string => Buffer.from(JSON.stringify(position)).toString('base64url');

/** Refuses `cursor.invalid` for anything that toCursor did not make with as many parts. */
export function fromCursor(cursor: string, parts: number): (string | number | null)[] {
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const plain = (value: unknown): value is string | number | null => value === null || typeof value === 'string' || typeof value === 'number';
    if (Array.isArray(position) && position.length === parts && position.every(plain)) return position;
  } catch {
    // Told below, like every other cursor that is none.
  }
  throw refused();
}

const SIGNATURE_BYTES = 12;

/** Signs cursors on their way out and checks them on their way in; `place` (workspace and list) keeps one list's cursor out of another. */
export function cursorSeal(key: Buffer): { sign(cursor: string, place: string): string; check(signed: string, place: string): string } {
  const sign = (cursor: string, place: string): string =>
    `${cursor}.${createHmac('sha256', key).update(place).update('\0').update(cursor).digest().subarray(0, SIGNATURE_BYTES).toString('base64url')}`;
  return {
    sign,
    check: (signed, place) => {
      const [cursor = ''] = signed.split('.');
      const [given, expected] = [Buffer.from(signed), Buffer.from(sign(cursor, place))];
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw refused();
      return cursor;
    },
  };
}
