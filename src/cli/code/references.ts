import { Refusal } from '../../kernel/errors.ts';
import { type Document, type Json, keyOf, type Kind, KINDS, type Spec } from './document.ts';

type Named = Pick<Document, 'kind' | 'name'> & { id: string };
const MARK = /^@([a-z]+)\/(.+)$/s;
const CALL = /\{%-?\s*render\s+["']([a-z][a-z0-9_]{0,39})["']/g;

function walk(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((one) => walk(one, change));
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, walk(one, change)])) : value;
}

/** A spec that names others by what they are called instead of by their ids. */
export function withNames(spec: Spec, all: readonly Named[]): Spec {
  const names = new Map(all.map((one) => [one.id, `@${keyOf(one)}`]));
  return walk(spec, (text) => names.get(text) ?? text) as Spec;
}

/** The shared blocks that texts call, and parts of mails that are one. */
function callsOf(value: Json): string[] {
  if (typeof value === 'string') return [...value.matchAll(CALL)].map(([, key]) => `block/${key}`);
  if (typeof value !== 'object' || value === null) return [];
  const part = !Array.isArray(value) && value.kind === 'shared' && typeof value.key === 'string' ? [`block/${value.key}`] : [];
  return [...part, ...Object.values(value).flatMap(callsOf)];
}

/** What a definition names, as `kind/name`. */
export function referencesOf({ kind: own, spec }: Pick<Document, 'kind' | 'spec'>): string[] {
  const found: string[] = [];
  walk(spec, (text) => {
    const [, kind, name] = MARK.exec(text) ?? [];
    if (kind !== undefined && KINDS.includes(kind as Kind)) found.push(`${kind}/${name}`);
    return text;
  });
  return own === 'block' || own === 'template' ? [...found, ...callsOf(spec)] : found;
}

/** The same with ids. Refuses `code.reference_unknown`, with the name that is neither here nor among the files. */
export function withIds(of: Document, ids: ReadonlyMap<string, string>): Spec {
  return walk(of.spec, (text) => {
    const [, kind, name] = MARK.exec(text) ?? [];
    if (kind === undefined || !KINDS.includes(kind as Kind)) return text;
    const id = ids.get(`${kind}/${name}`);
    if (id === undefined) throw new Refusal('code.reference_unknown', { document: keyOf(of), reference: `${kind}/${name}` });
    return id;
  }) as Spec;
}

/** Documents so that each stands behind those it names. Refuses `code.reference_ring`. */
export function inOrder(documents: readonly Document[]): Document[] {
  const byKey = new Map(documents.map((one) => [keyOf(one), one])), done = new Set<string>(), open = new Set<string>(), ordered: Document[] = [];
  const visit = (one: Document): void => {
    const key = keyOf(one);
    if (done.has(key)) return;
    if (open.has(key)) throw new Refusal('code.reference_ring', { document: key });
    open.add(key);
    for (const reference of referencesOf(one)) {
      const other = byKey.get(reference);
      if (other) visit(other);
    }
    open.delete(key);
    done.add(key);
    ordered.push(one);
  };
  for (const kind of KINDS) for (const one of documents) if (one.kind === kind) visit(one);
  return ordered;
}
