import { type Cleaner, isRejected, makeCleaner } from './cleaner.ts';
import { proposeMapping } from './detect.ts';
import { isMeasure, type Role, ROLES } from './fields.ts';
import type { Mapping } from './mapping.ts';
import type { Context } from './readers.ts';
import type { Clean, RejectCode } from './records.ts';

export type Sampled = { name: string; header: readonly string[]; rows: readonly (readonly string[])[]; /** Line of the first row. */ firstLine?: number; mapping?: Mapping };
export type RejectSummary = { code: RejectCode; column: string; count: number; line: number; params: Record<string, string | number> };
export type Question = { kind: 'status'; words: string[] };
export type MonthSums = { measures: string[]; months: { month: string; sums: Record<string, number>; rows: number }[] };
export type FilePreview = {
  name: string; roles: Role[]; recipe: string | null; mapping: Mapping; confidence: Record<string, number>; firstRows: string[][]; rows: number; accepted: number;
  rejects: RejectSummary[]; notes: Record<string, number>; questions: Question[]; sums: MonthSums; records: Clean[];
};

const FIRST_ROWS = 20;

/** What a drop of files would become, from their first rows: roles, mappings, what would be refused and why, and each measure's sum by month. */
export function preview(files: readonly Sampled[], context: Context): { files: FilePreview[]; order: number[] } {
  const seen = files.map((file) => previewFile(file, context));
  return { files: seen, order: readingOrder(seen.map(({ mapping }) => mapping)) };
}

/** In which order the files of a drop are best read: customers first, then orders, lines, refunds, events, costs. */
export function readingOrder(mappings: readonly Mapping[]): number[] {
  const rank = (mapping: Mapping): number => Math.min(...mapping.roles.map((role) => (role === 'customer' ? -1 : ROLES.indexOf(role))));
  return mappings.map((_, index) => index).sort((a, b) => rank(mappings[a] as Mapping) - rank(mappings[b] as Mapping) || a - b);
}

function previewFile({ name, header, rows, firstLine = 2, mapping: given }: Sampled, context: Context): FilePreview {
  const proposal = given ? { mapping: given, confidence: Object.fromEntries(given.columns.map(({ header: column }) => [column, 1])) } : proposeMapping(header, rows);
  const { mapping } = proposal;
  const tally = makeTally(mapping, header, context);
  const records = rows.flatMap((row, index) => tally.add(row, firstLine + index) ?? []);
  return {
    name, roles: mapping.roles, recipe: mapping.recipe, mapping, confidence: proposal.confidence, firstRows: rows.slice(0, FIRST_ROWS).map((row) => [...row]), rows: rows.length, records: records.slice(0, FIRST_ROWS), ...tally.table(),
  };
}

/**
 * Counts what a file becomes while it streams by: refusals by reason, unknown status words, and every money measure's sum by month.
 * An order's measures are counted once however many rows repeat them (rows of one order that follow each other).
 */
export function makeTally(mapping: Mapping, header: readonly string[], context: Context): {
  add(row: readonly string[], line: number): Clean | undefined;
  table(): Pick<FilePreview, 'accepted' | 'rejects' | 'notes' | 'questions' | 'sums'>;
} {
  const clean: Cleaner = makeCleaner(mapping, header, context);
  const rejects = new Map<string, RejectSummary>();
  const words = new Set<string>();
  const sums = makeMonthSums(mapping);
  let accepted = 0;
  return {
    add(row, line) {
      const result = clean(row, line);
      if (result === undefined) return undefined;
      if (!isRejected(result)) {
        accepted++;
        sums.add(result);
        return result;
      }
      for (const { code, column, params } of result) {
        const key = `${code} ${column}`;
        const known = rejects.get(key);
        if (known) known.count++;
        else rejects.set(key, { code, column, count: 1, line, params });
        if (code === 'status.unknown' && words.size < 200) words.add(String(params['word'] ?? ''));
      }
      return undefined;
    },
    table: () => ({
      accepted, rejects: [...rejects.values()].sort((a, b) => b.count - a.count), notes: Object.fromEntries(clean.notes),
      questions: words.size > 0 ? [{ kind: 'status', words: [...words] }] : [], sums: sums.table(),
    }),
  };
}

/** Sums by month of each money measure of orders, and of `lines`, `refunds` and `costs`, in minor units. */
export function makeMonthSums(mapping: Mapping): { add(clean: Clean): void; table(): MonthSums } {
  const months = new Map<string, { sums: Record<string, number>; rows: number }>();
  let lastOrder: Clean['order'];
  const put = (day: string, name: string, amount: number): void => {
    const month = day.slice(0, 7);
    let held = months.get(month);
    if (!held) months.set(month, (held = { sums: {}, rows: 0 }));
    held.sums[name] = (held.sums[name] ?? 0) + amount;
    held.rows++;
  };
  return {
    add({ order, item, refund, cost }) {
      if (order && order !== lastOrder) {
        lastOrder = order;
        for (const name in order.measures) put(order.day, name, order.measures[name] ?? 0);
        if (order.refunded) put(order.day, 'refunded', order.refunded);
      }
      if (item) put(item.day, 'lines', item.amount);
      if (refund) put(refund.day, 'refunds', refund.amount);
      if (cost) put(cost.day, 'costs', cost.amount);
    },
    table: () => ({
      measures: [...new Set([...mapping.columns.map(({ field }) => field).filter(isMeasure).map((field) => field.slice(6)), ...[...months.values()].flatMap(({ sums }) => Object.keys(sums))])],
      months: [...months].map(([month, held]) => ({ month, ...held })).sort((a, b) => a.month.localeCompare(b.month)),
    }),
  };
}

