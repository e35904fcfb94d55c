const LATE_KEY = '…';
/** A file of things that share no keys would make a table of its lines by its lines. */
const KEYS_MAX = 1_000;
const LATE_KEYS_MAX = 10_000;

/** Flattens JSON lines to rows: nested objects become `a.b` columns, at most a thousand, lists stay JSON, null is ''. */
export function makeJsonRows(sample: string[]): { header: string[]; row(line: string): string[]; lateKeys: Set<string> } {
  const at = new Map<string, number>();
  for (const line of sample) for (const key of flat(line).keys()) if (at.size < KEYS_MAX && !at.has(key)) at.set(key, at.size);
  const lateKeys = new Set<string>();
  return {
    header: [...at.keys()],
    lateKeys,
    row(line) {
      if (line.trim() === '') return [];
      const cells: string[] = Array.from({ length: at.size }, () => '');
      for (const [key, value] of flat(line)) {
        const column = at.get(key);
        if (column !== undefined) cells[column] = value;
        else if (lateKeys.size < LATE_KEYS_MAX) lateKeys.add(key);
      }
      return cells;
    },
  };
}

/** A line that is no JSON object is kept as the one cell it is, under '…', so that it ends in quarantine and is not lost. */
function flat(line: string): Map<string, string> {
  const cells = new Map<string, string>();
  if (line.trim() === '') return cells;
  try {
    // A long number in JSON would lose digits on the way through a double; as text it keeps them.
    const parsed: unknown = JSON.parse(line.replace(/([:[,]\s*)(-?\d{16,})(?=\s*[,}\]])/g, '$1"$2"'));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      spread(parsed as Record<string, unknown>, '', cells, 0);
      return cells;
    }
  } catch {
    // No JSON, or nested deeper than it can be written again: told below.
  }
  return new Map([[LATE_KEY, line]]);
}

function spread(value: Record<string, unknown>, prefix: string, cells: Map<string, string>, depth: number): void {
  for (const [key, inner] of Object.entries(value)) {
    const name = prefix + key;
    if (inner === null || inner === undefined) cells.set(name, '');
    else if (typeof inner === 'object' && !Array.isArray(inner) && depth < 8) spread(inner as Record<string, unknown>, `${name}.`, cells, depth + 1);
    else cells.set(name, typeof inner === 'string' ? inner : JSON.stringify(inner));
  }
}
