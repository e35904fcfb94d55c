import { canonical, type Document, type Json, keyOf, type Spec } from './document.ts';

/**
 * How a file and what is in force differ. `drift`: changed in the product since the files were last applied or pulled, while the file was not; applying would undo it.
 * `conflict`: both were. `unfiled`: in the product only, never in a file; `gone`: its file was taken away.
 */
export const WHATS = ['same', 'create', 'change', 'drift', 'conflict', 'unfiled', 'gone'] as const;
export type What = (typeof WHATS)[number];
export type Change = { key: string; what: What; differences: string[] };
/** What stood in the files, by key, when they were last applied or pulled: its canonical text's digest. */
export type Known = Readonly<Record<string, string>>;

const isNested = (value: Json | undefined): value is Spec | Json[] => typeof value === 'object' && value !== null;

/** Where two specs differ: the paths, at most so many. */
export function differencesOf(before: Spec, after: Spec, most = 20): string[] {
  const found: string[] = [];
  const compare = (a: Json | undefined, b: Json | undefined, path: string): void => {
    if (found.length >= most || (a !== undefined && b !== undefined && canonical(a) === canonical(b))) return;
    if (isNested(a) && isNested(b) && Array.isArray(a) === Array.isArray(b)) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) compare((a as Spec)[key], (b as Spec)[key], `${path}/${key}`);
    } else found.push(`${path}: ${a === undefined ? '–' : JSON.stringify(a)} → ${b === undefined ? '–' : JSON.stringify(b)}`.slice(0, 200));
  };
  compare(before, after, '');
  return found;
}

export type Digest = (text: string) => string;

function whatOf(file: Document | undefined, live: Document | undefined, known: string | undefined, digest: Digest): What {
  if (!live) return 'create';
  const here = digest(canonical(live.spec));
  if (!file) return known === undefined ? 'unfiled' : 'gone';
  const there = digest(canonical(file.spec));
  if (here === there) return 'same';
  if (known === undefined || here === known) return 'change';
  return there === known ? 'drift' : 'conflict';
}

/** Compares files with what is in force; `differences` read from what is in force to the file. Both name others by name. */
export function planOf(files: readonly Document[], live: readonly Document[], known: Known, digest: Digest): Change[] {
  const byKey = (all: readonly Document[]): Map<string, Document> => new Map(all.map((one) => [keyOf(one), one]));
  const [there, here] = [byKey(files), byKey(live)];
  return [...new Set([...there.keys(), ...here.keys()])].sort().map((key) => {
    const file = there.get(key), own = here.get(key), what = whatOf(file, own, known[key], digest);
    return { key, what, differences: file && own && what !== 'same' ? differencesOf(own.spec, file.spec) : [] };
  });
}
