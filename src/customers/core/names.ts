const CJK_PREFIX_MAX = 4;
const WORD_PREFIX_MAX = 8;
const WORD_PREFIX_MIN = 2;
const TOKENS_MAX = 64;

const IDEOGRAPHS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+/gu;
const WORDS = /[\p{L}\p{N}]+/gu;

const simple = (text: string): string => text.normalize('NFKC').toLowerCase();

const partsOf = (text: string): { ideographs: string[]; words: string[] } => {
  const plain = simple(text);
  return { ideographs: plain.match(IDEOGRAPHS) ?? [], words: plain.replace(IDEOGRAPHS, ' ').match(WORDS) ?? [] };
};

const suffixPrefixes = (run: string): string[] => {
  const letters = [...run];
  return letters.flatMap((_, from) => Array.from({ length: Math.min(CJK_PREFIX_MAX, letters.length - from) }, (_unused, more) => letters.slice(from, from + more + 1).join('')));
};

const prefixes = (word: string): string[] =>
  word.length < WORD_PREFIX_MIN ? [word] : Array.from({ length: Math.min(word.length, WORD_PREFIX_MAX) - WORD_PREFIX_MIN + 1 }, (_, more) => word.slice(0, WORD_PREFIX_MIN + more));

/**
 * The pieces under which a name is found: any run of its ideographs (王小明 by 小明), any beginning of its words (John Smith by smi).
 * Equal pieces meet by plain equality, the one comparison that row-level security lets an index serve.
 */
export function nameTokens(name: string): string[] {
  const { ideographs, words } = partsOf(name);
  return [...new Set([...ideographs.flatMap(suffixPrefixes), ...words.flatMap(prefixes)])].slice(0, TOKENS_MAX);
}

/** The pieces a search must all meet; empty when nothing of it can be searched. Longer texts are checked against the name afterwards. */
export function searchTokens(query: string): string[] {
  const { ideographs, words } = partsOf(query);
  const cut = (run: string, max: number): string => [...run].slice(0, max).join('');
  return [...new Set([...ideographs.map((run) => cut(run, CJK_PREFIX_MAX)), ...words.map((word) => cut(word, WORD_PREFIX_MAX))])];
}
