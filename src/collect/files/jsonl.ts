const LATE_KEY = '…';

/** Flattens JSON lines to rows: nested objects become `a.b` columns, lists stay JSON, null is ''. */
export function makeJsonRows(sample: string[]): { header: string[]; row(line: string): string[]; lateKeys: Set<string> } {
  const at = new Map<string, number>();
  for (const line of sample) for (const key of flat(line).keys()) if (!at.has(key)) at.set(key, at.size);
  const lateKeys = new Set<string>();
  return {
    header: [...at.keys()],
    lateKeys,
    row(line) {
      if (line.trim() === '') return [];
      const cells: string[] = Array.from({ length: at.size }, () => '');
      for (const [key, value] of flat(line)) {
        const column = at.get(key);
        if (column === undefined) lateKeys.add(key);
        else cells[column] = value;
      }
      return cells;
    },
  };
}

/** A line that is no JSON object is kept as the one cell it is, under '…', so that it ends in quarantine and is not lost. */
function flat(line: string): Map<string, string> {
  const cells = new Map<string, string>();
  if (line.trim() === '') return cells;
  let parsed: unknown;
  try {
    // A long number in JSON would lose digits on the way through a double; as text it keeps them.
    parsed = JSON.parse(line.replace(/([:[,]\s*)(-?\d{16,})(?=\s*[,}\]])/g, '$1"$2"'));
  } catch {
    parsed = undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return cells.set(LATE_KEY, line);
  spread(parsed as Record<string, unknown>, '', cells, 0);
  return cells;
}

function spread(value: Record<string, unknown>, prefix: string, cells: Map<string, string>, depth: number): void {
  for (const [key, inner] of Object.entries(value)) {
    const name = prefix + key;
    if (inner === null || inner === undefined) cells.set(name, '');
    else if (typeof inner === 'object' && !Array.isArray(inner) && depth < 8) spread(inner as Record<string, unknown>, `${name}.`, cells, depth + 1);
    else cells.set(name, typeof inner === 'string' ? inner : JSON.stringify(inner));
  }
}
