import type { SubjectId } from '../kernel/ids.ts';
import { blindIndex, type WorkspaceKeys } from '../kernel/seal.ts';
import { type Identifier, readIdentifier } from './core/identifiers.ts';
import { formsIn, formsOf } from './core/marks.ts';
import { phoneReader } from './phones.ts';
import { subjectIdOf } from './subjects.ts';

/** By what an erased person is known again in files: keyed digests, and how long the texts behind them are, so that few texts need one. Names nobody. */
export type Marks = { lengths: number[]; digests: string[] };

const markOf = (keys: WorkspaceKeys, form: string): string => blindIndex(keys, 'erased.mark', form).toString('base64');

export function marksOf(keys: WorkspaceKeys, texts: readonly string[]): Marks {
  const forms = [...new Set(texts.flatMap(formsOf))];
  return { lengths: [...new Set(forms.map(({ length }) => length))].sort((a, b) => a - b), digests: forms.map((form) => markOf(keys, form)).sort() };
}

/** Whether something in a file is of an erased person: a text by itself, wherever it stands, or an identifier of a kind. */
export type Finder = { inText(text: string): boolean; named(identifiers: readonly Identifier[]): boolean };

export function finderOf(keys: WorkspaceKeys, { lengths, digests }: Marks, subjects: readonly SubjectId[]): Finder {
  const [long, marks, gone, readPhone] = [new Set(lengths), new Set(digests), new Set<string>(subjects), phoneReader()];
  const inText = (text: string): boolean => {
    for (const form of formsIn(text)) if (long.has(form.length) && marks.has(markOf(keys, form))) return true;
    return false;
  };
  return {
    inText,
    named: (identifiers) => identifiers.some((identifier) => {
      const read = readIdentifier(identifier, readPhone);
      return 'named' in read && gone.has(subjectIdOf(keys, read.named));
    }),
  };
}
