const CJK_PREFIX_MAX = 4;
const WORD_PREFIX_MAX = 8;
const TOKENS_MAX = 64;

const IDEOGRAPHS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+/gu;
const WORDS = /[\p{L}\p{N}]+/gu;

const simple = (text: string): string => text.normalize('NFKC').toLowerCase();

const partsOf = (text: string): { ideographs: string[]; words: string[] } => {
  const plain = simple(text);
  return { ideographs: plain.match(IDEOGRAPHS) ?? [], words: plain.replace(IDEOGRAPHS, ' ').match(WORDS) ?? [] };
};

const cut = (letters: readonly string[], most: number): string => letters.slice(0, most).join('');
const endings = (run: string): string[] => {
  const letters = [...run];
  return letters.map((_, from) => cut(letters.slice(from), CJK_PREFIX_MAX));
};

/**
 * The pieces under which a name is found, each by any beginning of it: what follows from each of its ideographs on (王小明 by 小明 or 小), its words
 * (John Smith by smi). Beginnings are told by order, which row-level security lets an index serve, as it does not serve a pattern.
 */
export function nameTokens(name: string): string[] {
  const { ideographs, words } = partsOf(name);
  return [...new Set([...ideographs.flatMap(endings), ...words.map((word) => cut([...word], WORD_PREFIX_MAX))])].slice(0, TOKENS_MAX);
}

/** Beginnings of pieces that a search must all meet; empty when nothing of it can be searched. Longer texts are checked against the name afterwards. */
export function searchTokens(query: string): string[] {
  const { ideographs, words } = partsOf(query);
  return [...new Set([...ideographs.map((run) => cut([...run], CJK_PREFIX_MAX)), ...words.map((word) => cut([...word], WORD_PREFIX_MAX))])];
}
