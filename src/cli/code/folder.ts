import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Refusal } from '../../kernel/errors.ts';
import { canonical, type Document, fileOf, keyOf, KINDS, print, read } from './document.ts';
import type { Known } from './plan.ts';

/** Digests of what was last applied or pulled, by workspace; it belongs into git beside the files. */
const STATE = 'applied.json';

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** Every document of a folder. Refuses `code.folder_missing`, `code.file_invalid`, `code.twice`. */
export function readFolder(folder: string): (Document & { path: string })[] {
  if (!existsSync(folder)) throw new Refusal('code.folder_missing', { folder });
  const paths = KINDS.flatMap((kind) => (existsSync(join(folder, kind)) ? readdirSync(join(folder, kind)).filter((file) => /\.ya?ml$/.test(file)).sort().map((file) => join(kind, file)) : []));
  const seen = new Map<string, string>();
  return paths.map((path) => {
    const document = read(readFileSync(join(folder, path), 'utf8'), path), key = keyOf(document);
    if (seen.has(key)) throw new Refusal('code.twice', { document: key, first: seen.get(key), second: path });
    seen.set(key, path);
    return { ...document, path };
  });
}

/** Writes documents, each into the file it came from, or into one named after it. Documents whose file would be another's get a number. */
export function writeFolder(folder: string, documents: readonly Document[], before: readonly (Document & { path: string })[]): void {
  const known = new Map(before.map((one) => [keyOf(one), one.path])), taken = new Set(known.values());
  for (const one of documents) {
    let path = known.get(keyOf(one)) ?? fileOf(one);
    for (let nth = 2; !known.has(keyOf(one)) && taken.has(path); nth++) path = fileOf(one).replace(/\.yaml$/, `-${nth}.yaml`);
    taken.add(path);
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), print(one));
  }
}

export const removeFiles = (folder: string, paths: readonly string[]): void => paths.forEach((path) => { rmSync(join(folder, path), { force: true }); });

type State = Record<string, Known>;
const stateOf = (folder: string): State => (existsSync(join(folder, STATE)) ? (JSON.parse(readFileSync(join(folder, STATE), 'utf8')) as State) : {});

/** What stood in the files when they were last applied to a workspace, or pulled from it: the same files may serve several. */
export const knownIn = (folder: string, workspace: string): Known => stateOf(folder)[workspace] ?? {};

export function saveKnown(folder: string, workspace: string, documents: readonly Document[]): void {
  mkdirSync(folder, { recursive: true });
  const entries = documents.map((one) => [keyOf(one), digest(canonical(one.spec))] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(join(folder, STATE), `${JSON.stringify({ ...stateOf(folder), [workspace]: Object.fromEntries(entries) }, null, 2)}\n`);
}
