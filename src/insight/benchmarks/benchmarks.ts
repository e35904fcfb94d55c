import type { z } from 'zod';
import type { Caller } from '../../kernel/access/caller.ts';
import { audit } from '../../kernel/audit.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { type Language, say } from '../../kernel/words/index.ts';
import { BENCHMARKS, benchmarkOf } from '../../lifecycle/index.ts';
import { type benchmarksShape, type churnLineShape, GENERAL, type lineBody } from './contract.ts';
import { allLines, dropLine, hideOthers, type Line, lockLines, saveLine } from './queries/store.ts';

type Told = z.input<typeof benchmarksShape>;
export type ToldLine = z.input<typeof churnLineShape>;

/** The word that every claim built on a figure nobody checked carries. */
export const unverified = (language: Language): string => say(language, 'benchmark.unverified');

/** A figure as the hypothesis of an experiment: what is said, and that nobody has checked it (R46). Refuses `benchmark.not_found`. */
export function hypothesisOf(language: Language, id: string): string {
  if (!benchmarkOf(id)) throw new Refusal('benchmark.not_found', { id }, 404);
  return say(language, 'benchmark.hypothesis', { claim: say(language, `benchmark.${id}.claim`), label: unverified(language) });
}

/** Where a figure was read, in the reader's language. */
const citationOf = (language: Language, id: string): string => say(language, `benchmark.${id}.source`);

const libraryOf = (language: Language): Told['rows'] => BENCHMARKS.map(({ id, kind, value, to, currency, status }) => ({
  id, kind, value, to: to ?? null, currency: currency ?? null, citation: citationOf(language, id), status, label: unverified(language), name: say(language, `benchmark.${id}`), hypothesis: hypothesisOf(language, id),
}));

const GENERAL_LINE = benchmarkOf('churn.mean');

/** Lines of churn: the workspace's own, and the general one where it wrote none of that name; exactly one is shown at most. */
export function linesFrom(language: Language, own: readonly Line[]): ToldLine[] {
  const told = own.map((line): ToldLine => ({ ...line, label: unverified(language), own: true }));
  if (!GENERAL_LINE || own.some(({ industry }) => industry === GENERAL)) return told;
  return [{ industry: GENERAL, share: GENERAL_LINE.value, citation: citationOf(language, GENERAL_LINE.id), label: unverified(language), shown: !own.some(({ shown }) => shown), own: false, changedAt: null }, ...told];
}

export const linesOf = (stores: Stores, caller: Caller): Promise<ToldLine[]> =>
  stores.pg.tx(caller.workspaceId, async (tx) => linesFrom(caller.language, await allLines(tx, caller.workspaceId)));

/** The library and the lines of churn. */
export const listBenchmarks = async (stores: Stores, caller: Caller): Promise<Told> => ({ rows: libraryOf(caller.language), lines: await linesOf(stores, caller) });

async function changed(tx: Tx, stores: Stores, caller: Caller, industry: string, detail: Record<string, unknown>): Promise<void> {
  await audit(tx, stores.clock, caller, { action: 'benchmark_line.changed', target: industry, detail });
}

/** Writes the line of an industry with where it was read. Showing one hides the others. */
export async function setLine(stores: Stores, caller: Caller, industry: string, { share, citation, shown }: z.output<typeof lineBody>): Promise<Told> {
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    await lockLines(tx, caller.workspaceId);
    await saveLine(tx, caller.workspaceId, { industry, share, citation, shown, changedAt: stores.clock.now() }, caller.actor.id);
    if (shown) await hideOthers(tx, caller.workspaceId, industry);
    await changed(tx, stores, caller, industry, { share, shown });
  });
  return listBenchmarks(stores, caller);
}

/** Takes a line back; the general one then stands again as it came. Refuses `benchmark_line.not_found`. */
export async function removeLine(stores: Stores, caller: Caller, industry: string): Promise<void> {
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    if (await dropLine(tx, caller.workspaceId, industry) === 0) throw new Refusal('benchmark_line.not_found', { industry }, 404);
    await changed(tx, stores, caller, industry, { removed: true });
  });
}
