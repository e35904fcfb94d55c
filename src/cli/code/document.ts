import { parse, stringify } from 'yaml';
import { Refusal } from '../../kernel/errors.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Spec = { [key: string]: Json };
/** Kinds of definitions that live in files, in the order in which one may name another. */
export const KINDS = ['stages', 'metric', 'segment', 'block', 'template', 'journey'] as const;
export type Kind = (typeof KINDS)[number];

/** A definition as a reviewed text: what it is, what it is called, and what it says. Others are named by `@kind/name`, never by an id; blocks as texts call them, `{% render 'name' %}`. */
export type Document = { kind: Kind; name: string; spec: Spec };

export const keyOf = ({ kind, name }: Pick<Document, 'kind' | 'name'>): string => `${kind}/${name}`;

/** A file name people recognise; what no file system may hold becomes a dash. Two names that end alike are told apart by the caller. */
export const fileOf = ({ kind, name }: Pick<Document, 'kind' | 'name'>): string =>
  `${kind}/${name.normalize('NFC').replace(/[\u0000-\u001f\u007f/\\:*?"<>|\s]+/g, '-').replace(/^[-.]+|[-.]+$/g, '').slice(0, 80) || 'unnamed'}.yaml`;

const isObject = (value: unknown): value is Spec => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The same whatever the order of keys. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (isObject(value)) return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key] as Json)}`).join(',')}}`;
  return JSON.stringify(value);
}

export const print = ({ kind, name, spec }: Document): string => stringify({ kind, name, ...spec }, { lineWidth: 0, aliasDuplicateObjects: false });

/** Reads a file's text. Refuses `code.file_invalid`: no YAML, no known kind, no name. Aliases are not followed, so that a small file cannot become a large one. */
export function read(text: string, path: string): Document {
  let given: unknown;
  try {
    given = parse(text, { maxAliasCount: 0, prettyErrors: true });
  } catch (error) {
    throw new Refusal('code.file_invalid', { path, detail: error instanceof Error ? error.message.split('\n')[0] : '' });
  }
  if (!isObject(given)) throw new Refusal('code.file_invalid', { path, detail: 'no mapping' });
  const { kind, name, ...spec } = given;
  if (!KINDS.includes(kind as Kind)) throw new Refusal('code.file_invalid', { path, detail: `kind must be one of ${KINDS.join(', ')}` });
  if (typeof name !== 'string' || name.trim() === '') throw new Refusal('code.file_invalid', { path, detail: 'name is missing' });
  return { kind: kind as Kind, name, spec };
}
