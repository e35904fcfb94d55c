import { type Day, dayIn, daysBetween } from '../kernel/day.ts';
import type { WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { loadWorkspace } from './queries/imports.ts';
import { forgetFreshness, listSources, saveFreshness, type SourceRow, touchSources } from './queries/sources.ts';
import { sourceDays } from './queries/days.ts';

/** How a source stands. `late`: silent for more than twice its usual interval (数据断流); its customers' stages are held. */
export type SourceStanding = { key: string; name: string; lastDay: Day | null; intervalDays: number | null; silentDays: number | null; late: boolean };

/** A source is given this long at least, since shops close for a weekend. */
const SHORTEST_INTERVAL_DAYS = 3;

const isLate = ({ lastDay, intervalDays }: SourceRow, today: Day): boolean =>
  lastDay !== null && daysBetween(lastDay, today) > 2 * Math.max(intervalDays ?? 1, SHORTEST_INTERVAL_DAYS);

/** Writes down each source's first and last day and the usual interval between days with data (p90). */
export async function refreshSources(stores: Stores, workspaceId: WorkspaceId, keys: readonly string[]): Promise<void> {
  const days = await sourceDays(stores.ch, workspaceId, keys);
  const gone = keys.filter((key) => !days.some((one) => one.key === key));
  await stores.pg.tx(workspaceId, async (tx) => {
    await saveFreshness(tx, workspaceId, days, stores.clock.now());
    if (gone.length > 0) await forgetFreshness(tx, workspaceId, gone);
  });
}

/**
 * After a batch of events: a source whose known days hold the batch's is only marked as seen, since looking through all its days
 * costs more than storing the batch.
 */
export async function noteDays(stores: Stores, workspaceId: WorkspaceId, spans: ReadonlyMap<string, { from: Day; to: Day }>): Promise<void> {
  const rows = await stores.pg.tx(workspaceId, async (tx) => {
    await touchSources(tx, workspaceId, [...spans.keys()], stores.clock.now());
    return listSources(tx, workspaceId);
  });
  const known = new Map(rows.map((row) => [row.key, row]));
  const wider = [...spans].filter(([key, { from, to }]) => {
    const { firstDay = null, lastDay = null } = known.get(key) ?? {};
    return firstDay === null || lastDay === null || from < firstDay || to > lastDay;
  });
  if (wider.length > 0) await refreshSources(stores, workspaceId, wider.map(([key]) => key));
}

/** Every source's own last day, and whether its data has stopped coming. */
export async function standings(stores: Stores, workspaceId: WorkspaceId): Promise<SourceStanding[]> {
  const [rows, { timezone }] = await stores.pg.tx(workspaceId, async (tx) => [await listSources(tx, workspaceId), await loadWorkspace(tx, workspaceId)] as const);
  const today = dayIn(timezone, stores.clock.now());
  return rows.filter((row) => row.retiredAt === null).map((row) => ({
    key: row.key, name: row.name, lastDay: row.lastDay, intervalDays: row.intervalDays,
    silentDays: row.lastDay === null ? null : daysBetween(row.lastDay, today), late: isLate(row, today),
  }));
}

/**
 * 数据截至: the newest day of the sources whose data still comes; of all of them when every one has stopped. Never after
 * today. Undefined when nothing has been stored. "Today" for stages is this day, so that a year-old file makes nobody churned.
 */
export async function dataDay(stores: Stores, workspaceId: WorkspaceId): Promise<Day | undefined> {
  const all = (await standings(stores, workspaceId)).filter((one) => one.lastDay !== null);
  const live = all.filter(({ late }) => !late);
  const { timezone } = await stores.pg.tx(workspaceId, (tx) => loadWorkspace(tx, workspaceId));
  const today = dayIn(timezone, stores.clock.now());
  const days = (live.length > 0 ? live : all).map(({ lastDay }) => lastDay as Day).map((day) => (day > today ? today : day));
  return days.sort().at(-1);
}
