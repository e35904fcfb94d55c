/** One line of a definition as it is told: `key` says which part it is, `raw` holds what the words leave out. */
export type Line = { key: string; part: string; text: string; raw: string };
export type Change = { key: string; part: string; before: string | null; after: string | null; /** The words are the same, what stands behind them is not. */ hidden: boolean };

/** What changed between two definitions, part by part: in the order they are told now, what is gone after its kind. */
export function differenceOf(before: readonly Line[], after: readonly Line[]): Change[] {
  const [was, is] = [new Map(before.map((line) => [line.key, line])), new Map(after.map((line) => [line.key, line]))];
  const keys = [...new Set([...after, ...before].map(({ key }) => key))];
  return keys.flatMap((key) => {
    const [old, now] = [was.get(key), is.get(key)];
    if (old && now && old.raw === now.raw) return [];
    return [{ key, part: (now ?? old)?.part ?? '', before: old?.text ?? null, after: now?.text ?? null, hidden: old !== undefined && now !== undefined && old.text === now.text }];
  });
}
