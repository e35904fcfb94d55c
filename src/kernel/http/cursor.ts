import { Refusal } from '../errors.ts';

/** Where a list goes on: the sort values and id of the last row, opaque to clients. */
export const toCursor = (position: readonly (string | number | null)[]): string => Buffer.from(JSON.stringify(position)).toString('base64url');

/** Refuses `cursor.invalid` for anything that toCursor did not make with as many parts. */
export function fromCursor(cursor: string, parts: number): (string | number | null)[] {
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const plain = (value: unknown): value is string | number | null => value === null || typeof value === 'string' || typeof value === 'number';
    if (Array.isArray(position) && position.length === parts && position.every(plain)) return position;
  } catch {
    // Told below, like every other cursor that is none.
  }
  throw new Refusal('cursor.invalid', {}, 400);
}
