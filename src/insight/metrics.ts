import type { Caller } from '../kernel/access/caller.ts';
import { audit } from '../kernel/audit.ts';
import type { Day } from '../kernel/day.ts';
import { notFound, Refusal } from '../kernel/errors.ts';
import { announce } from '../kernel/facts.ts';
import type { Stores } from '../kernel/stores.ts';
import { say } from '../kernel/words/index.ts';
import { dataDay } from '../lifecycle/index.ts';
import type { Definition } from './contract.ts';
import { METRIC_IDS, type MetricDeclaration, type MetricId, type MetricParams, metricOf } from './core/metrics.ts';
import { namesOf } from './names.ts';
import { insertVersion, loadVersions, type VersionRow, zoneOf } from './queries/metrics.ts';

/** One version of a definition; version 1 is the declaration in code and holds from the beginning. */
export type Version = { declared: MetricDeclaration; version: number; params: MetricParams; owner: string; madeOn: Day | null; reason: string; author: string; timezone: string | null };
/** All versions of some metrics, oldest first. */
export type Versions = ReadonlyMap<MetricId, readonly Version[]>;

const PRODUCT = 'perennial';

const first = (declared: MetricDeclaration): Version => ({ declared, version: 1, params: declared.params, owner: PRODUCT, madeOn: null, reason: '', author: PRODUCT, timezone: null });
const later = (declared: MetricDeclaration, row: VersionRow): Version => ({ declared, ...row });

export const declarationOf = (id: string): MetricDeclaration => {
  const declared = metricOf(id);
  if (!declared) throw notFound('metric', { metricId: id });
  return declared;
};

export async function versionsOf(stores: Stores, caller: Caller, ids: readonly MetricId[] = METRIC_IDS): Promise<Versions> {
  const rows = await stores.pg.tx(caller.workspaceId, (tx) => loadVersions(tx, caller.workspaceId, ids));
  return new Map(ids.map((id) => {
    const declared = declarationOf(id);
    return [id, [first(declared), ...rows.filter((row) => row.metricId === id).map((row) => later(declared, row))]];
  }));
}

/** The version asked for, or the newest. Refuses `metric.version_not_found`. */
export function pickVersion(versions: Versions, id: MetricId, version?: number): Version {
  const all = versions.get(id) ?? [];
  const found = version === undefined ? all.at(-1) : all.find((one) => one.version === version);
  if (!found) throw new Refusal('metric.version_not_found', { metricId: id, version }, 404);
  return found;
}

/** The version in force on a day: what a report of that day was made with. */
export const versionOn = (versions: Versions, id: MetricId, day: Day): Version =>
  (versions.get(id) ?? []).findLast((one) => one.madeOn === null || one.madeOn <= day) ?? pickVersion(versions, id, 1);

/** A version as it is shown: its settings, and its words in the caller's language. */
export function define(caller: Caller, { declared, version, params, owner, madeOn }: Version): Definition {
  const words = (kind: string): string => say(caller.language, `metric.${declared.id}.${kind}`, { days: params.days ?? 0, rule: params.rule ?? '' });
  return { id: declared.id as MetricId, version, unit: declared.unit, better: declared.better, params, name: words('name'), sentence: words('sentence'), formula: words('formula'), owner, madeOn };
}

/** A metric takes the settings it was declared with; counting by days needs a number of days. */
function mergedParams({ id, params: known }: MetricDeclaration, before: MetricParams, change: MetricParams): MetricParams {
  const takesDays = known.days !== undefined || known.rule !== undefined;
  if (change.days !== undefined && !takesDays) throw new Refusal('metric.setting_unknown', { metricId: id, setting: 'days' });
  if (change.rule !== undefined && known.rule === undefined) throw new Refusal('metric.setting_unknown', { metricId: id, setting: 'rule' });
  const next: MetricParams = { ...before, ...change };
  return next.rule === 'bought_within' ? { ...next, days: next.days ?? 90 } : next;
}

export type NewVersion = { params: MetricParams; owner?: string; reason: string };

/**
 * Changes a definition by making a new version: reports and goals made before keep theirs.
 * Refuses settings the metric does not have, and a change that changes nothing.
 */
export async function changeMetric(stores: Stores, caller: Caller, id: MetricId, { params, owner, reason }: NewVersion): Promise<Version> {
  const newest = pickVersion(await versionsOf(stores, caller, [id]), id);
  const next = mergedParams(newest.declared, newest.params, params);
  if (JSON.stringify(next) === JSON.stringify(newest.params) && (owner === undefined || owner === newest.owner)) throw new Refusal('metric.unchanged', { metricId: id }, 409);
  // It holds from the data's own day: with a file of last year, the newest period is still last year's.
  const madeOn = await dataDay(stores, caller.workspaceId);
  return stores.pg.tx(caller.workspaceId, async (tx) => {
    const timezone = await zoneOf(tx, caller.workspaceId);
    const madeAt = stores.clock.now();
    const row: VersionRow = { metricId: id, version: newest.version + 1, params: next, timezone, owner: owner ?? newest.owner, reason, author: caller.actor.id, madeOn, madeAt };
    if (await insertVersion(tx, caller.workspaceId, row) === 0) throw new Refusal('metric.unchanged', { metricId: id }, 409);
    await audit(tx, stores.clock, caller, { action: 'metric.changed', target: id, detail: { version: row.version } });
    await announce(tx, stores.clock, caller.workspaceId, 'metric.changed', { metricId: id, version: row.version });
    return later(newest.declared, row);
  });
}

export const listMetrics = async (stores: Stores, caller: Caller): Promise<Definition[]> => {
  const versions = await versionsOf(stores, caller);
  return METRIC_IDS.map((id) => define(caller, pickVersion(versions, id)));
};

/** A metric at its newest version, with every version it had. */
export async function readMetric(stores: Stores, caller: Caller, id: MetricId): Promise<Definition & { versions: (Definition & Pick<Version, 'reason' | 'author' | 'timezone'>)[] }> {
  const versions = await versionsOf(stores, caller, [id]);
  const all = versions.get(id) ?? [];
  const nameOf = await namesOf(stores, all.map(({ author }) => author));
  const told = all.map((one) => ({ ...define(caller, one), reason: one.reason, author: nameOf(one.author), timezone: one.timezone }));
  return { ...define(caller, pickVersion(versions, id)), versions: told.reverse() };
}
