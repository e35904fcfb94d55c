import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isUuid, newId } from '../ids.ts';
import { RowWriter } from './rowWriter.ts';
import { type Asked, quoted } from './values.ts';

/** Does some work with a statement, whose long lists of ids stand where the engine reads them cheaply for as long as it lasts. */
export type WithLists = <T>(asked: Asked, work: (asked: Asked) => Promise<T>) => Promise<T>;

/** Shorter ones cost less in the statement than as a file. */
const LONG = 500;
/** A statement that goes on by itself after it was answered would look for the file in vain. */
const OUTLIVES = /^\s*(?:alter|delete)\b/i;

function bytesOf(ids: readonly string[]): Uint8Array {
  const to = new RowWriter(ids.length * 16);
  to.begin();
  for (const id of ids) to.uuid(id);
  return to.row();
}

/** Names of lists that are only ever looked into: `in {name:Array(UUID)}`. */
function longIn({ query, params }: Asked): string[] {
  return Object.keys(params).filter((name) => {
    const value = params[name], mark = `{${name}:Array(UUID)}`;
    if (!Array.isArray(value) || value.length < LONG || !value.every(isUuid)) return false;
    const places = query.split(mark).slice(0, -1);
    return places.length > 0 && places.every((before) => /\bin $/i.test(before));
  });
}

/**
 * The engine in process writes a bound list into the statement once more at every place it is looked into, and plans it each time: a thousand ids in a dozen places cost
 * more than what they find. Such lists go into a file beside the engine's own, which is read as the set it is.
 */
export const listsIn = (folder: string): WithLists => async (asked, work) => {
  const long = OUTLIVES.test(asked.query) ? [] : longIn(asked);
  if (long.length === 0) return work(asked);
  const files = long.map((name) => ({ name, path: join(folder, `${newId()}.ids`) }));
  try {
    await Promise.all(files.map(({ name, path }) => writeFile(path, bytesOf(asked.params[name] as string[]), { mode: 0o600 })));
    const query = files.reduce((text, { name, path }) => text.replaceAll(`{${name}:Array(UUID)}`, `(select id from file(${quoted(path)}, 'RowBinary', 'id UUID'))`), asked.query);
    const params = Object.fromEntries(Object.entries(asked.params).filter(([name]) => !long.includes(name)));
    return await work({ query, params });
  } finally {
    await Promise.all(files.map(({ path }) => rm(path, { force: true })));
  }
};
