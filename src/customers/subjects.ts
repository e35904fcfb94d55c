import type { SubjectId } from '../kernel/ids.ts';
import { blindId, blindIndex, type WorkspaceKeys } from '../kernel/seal.ts';
import { byStrength, type Identifier, type IdentifierProblem, type Named, type PhoneReader, readIdentifier, RULES, tailOf } from './core/identifiers.ts';

export type ReadSubject = Named & { id: SubjectId };
export type Problem = { index: number; code: IdentifierProblem };
/** The subjects an item names, strongest first; `acting` is the one its event belongs to, if it names anybody. */
export type ReadItem = { subjects: ReadSubject[]; acting: ReadSubject | undefined; problems: Problem[] };

/** No honest source says more about one person at once. */
const IDENTIFIERS_MAX = 12;

/** The deterministic id of a normalised identifier: only the workspace's index key can tell which. */
export const subjectIdOf = (keys: WorkspaceKeys, { kind, scope, value }: Named): SubjectId => blindId(keys, `subject\0${kind}\0${scope}`, value);

/** The keyed hash of a telephone's last four digits, as Postgres holds it (int4). */
export const tailToken = (keys: WorkspaceKeys, tail: string): number => blindIndex(keys, 'phone.tail', tail).readInt32BE(0);

/** A tail reader that remembers: there are ten thousand tails and millions of numbers. */
export function tailReader(keys: WorkspaceKeys): (named: Named) => number | null {
  const known = new Map<string, number>();
  return ({ kind, value }) => {
    if (kind !== 'phone' && kind !== 'receiver_phone') return null;
    const tail = tailOf(value);
    const token = known.get(tail) ?? tailToken(keys, tail);
    known.set(tail, token);
    return token;
  };
}

/** Reads the identifiers of items one after another; equal ones are normalised and hashed once, and items that name the same ones are one and the same. */
export function itemReader(keys: WorkspaceKeys, readPhone: PhoneReader): (identifiers: readonly Identifier[]) => ReadItem {
  const known = new Map<string, ReadSubject | IdentifierProblem>();
  const read = (identifier: Identifier): ReadSubject | IdentifierProblem => {
    const at = `${identifier.kind}\0${identifier.scope ?? ''}\0${identifier.value}`;
    const before = known.get(at);
    if (before !== undefined) return before;
    const result = readIdentifier(identifier, readPhone);
    const made = 'named' in result ? { ...result.named, id: subjectIdOf(keys, result.named) } : result.refused;
    known.set(at, made);
    return made;
  };
  const items = new Map<string, ReadItem>();
  const readItem = (identifiers: readonly Identifier[]): ReadItem => {
    const problems: Problem[] = [];
    const named = new Map<string, ReadSubject>();
    for (const [index, identifier] of identifiers.entries()) {
      const one = read(identifier);
      if (typeof one === 'string') problems.push({ index, code: one });
      else named.set(one.id, one);
    }
    const subjects = [...named.values()].sort(byStrength).slice(0, IDENTIFIERS_MAX);
    return { subjects, acting: subjects.find(({ kind }) => RULES[kind].links), problems };
  };
  return (identifiers) => {
    let at = '';
    for (const { kind, scope = '', value } of identifiers) at += `${kind}\0${scope}\0${value}\0`;
    const before = items.get(at);
    if (before) return before;
    const made = readItem(identifiers);
    items.set(at, made);
    return made;
  };
}
