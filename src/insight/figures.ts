import type { z } from 'zod';
import type { Caller } from '../kernel/access/caller.ts';
import type { Day } from '../kernel/day.ts';
import type { Stores } from '../kernel/stores.ts';
import type { figuresBody, figuresShape, Part, Scope, seriesBody, seriesShape } from './contract.ts';
import { wilson } from './core/interval.ts';
import { figureOf, isRate, type MetricId } from './core/metrics.ts';
import { before, type Period, pieces } from './core/periods.ts';
import { define, pickVersion, type Version, type Versions, versionOn, versionsOf } from './metrics.ts';
import { type FigureRow, loadFigures, type Split } from './queries/figures.ts';
import type { Which } from './queries/people.ts';
import type { ReachCounts } from './queries/reach.ts';
import type { Asked, Dimension, Reader } from './queries/scope.ts';
import { ask } from './scope.ts';
import { toToken } from './tokens.ts';

const POINTS_MAX = 60;

/** One question to one version of a metric. */
type One = { version: Version; scope: Scope; by: Dimension };
const countingOf = ({ declared, params }: Version) => ({ id: declared.id as MetricId, params });

const NOBODY: FigureRow = { part: '', start: '', stop: '', top: 0, bottom: 0, counted: 0, yes: 0, no: 0, countedReach: {}, yesReach: {}, noReach: {} };

/** A row of counts as a part of a figure; a rate opens those above the line and the rest apart. */
function asPart({ version, scope, by }: One, period: Period, row: FigureRow): Part {
  const { declared } = version;
  const people = (which: Which, count: number, reach: ReachCounts) =>
    ({ count, reach, token: toToken({ of: 'metric', id: declared.id as MetricId, version: version.version, scope: { ...scope, ...period }, by, part: row.part, which }) });
  const rate = isRate(declared.unit);
  return {
    part: row.part, value: figureOf(declared, row.top, row.bottom), top: row.top, bottom: row.bottom, interval: rate ? wilson(row.top, row.bottom) : null,
    people: {
      counted: people('counted', row.counted, row.countedReach),
      ...(rate ? { yes: people('yes', row.yes, row.yesReach), no: people('no', row.no, row.noReach) } : {}),
    },
  };
}

/** Parts of each metric for each period, read in one pass; a whole that nobody is in is a zero, a part that nobody is in is absent. */
export async function partsOf(stores: Stores, asked: Asked, { versions, scope, by, reach = true, ch = stores.ch }: { versions: readonly Version[]; scope: Scope; ch?: Reader } & Split, periods: readonly Period[]): Promise<Part[][][]> {
  const all = await loadFigures(ch, asked, versions.map(countingOf), periods, { by, reach });
  return versions.map((version, at) => periods.map((period) => {
    const own = (all[at] ?? []).filter(({ start, stop }) => start === period.from && stop === period.to);
    const shown = own.length === 0 && by === 'none' ? [NOBODY] : own;
    return shown.map((row) => asPart({ version, scope, by }, period, row));
  }));
}

/** The same for one metric. */
export const partsFor = async (stores: Stores, asked: Asked, { version, scope, by, reach = true }: One & Split, periods: readonly Period[]): Promise<Part[][]> =>
  (await partsOf(stores, asked, { versions: [version], scope, by, reach }, periods))[0] ?? [];

type FiguresAsked = z.output<typeof figuresBody>;
/** Several figures over one scope, each beside the equally long period before it where asked. */
export async function figures(stores: Stores, caller: Caller, { metrics, scope, by, compare }: FiguresAsked, { known, ch }: { known?: Day; ch?: Reader } = {}): Promise<z.input<typeof figuresShape>> {
  const [{ asked, period }, versions] = await Promise.all([ask(stores, caller, scope, known), versionsOf(stores, caller, metrics.map((one) => one.id))]);
  const periods = compare === 'previous' ? [period, before(period)] : [period];
  const picked = metrics.map(({ id, version }) => pickVersion(versions, id, version));
  const all = await partsOf(stores, asked, { versions: picked, scope, by, ...(ch && { ch }) }, periods);
  const answers = picked.map((version, at) => {
    const [parts = [], previous] = all[at] ?? [];
    return { metric: define(caller, version), period, parts, previous: previous ? { period: periods[1] as Period, parts: previous } : null };
  });
  return { asOf: asked.asOf, figures: answers };
}

type SeriesAsked = z.output<typeof seriesBody>;
type Piece = { period: Period; version: Version };

/** Each piece of time with the version in force at its end, unless one is asked for: an old point keeps its old definition. */
const piecesWith = (versions: Versions, { metric: { id, version }, unit }: SeriesAsked, period: Period): Piece[] =>
  pieces(unit, period, POINTS_MAX).map((piece) => ({ period: piece, version: version === undefined ? versionOn(versions, id, piece.to) : pickVersion(versions, id, version) }));

/** A figure over time, at most 60 points; `changes` marks where another version of the definition begins to hold. */
export async function series(stores: Stores, caller: Caller, body: SeriesAsked): Promise<z.input<typeof seriesShape>> {
  const { metric, scope, by } = body;
  const [{ asked, period }, versions] = await Promise.all([ask(stores, caller, scope), versionsOf(stores, caller, [metric.id])]);
  const cut = piecesWith(versions, body, period);
  const groups = [...Map.groupBy(cut, (one) => one.version)];
  const answered = await Promise.all(groups.map(async ([version, own]) => {
    const parts = await partsFor(stores, asked, { version, scope, by }, own.map((one) => one.period));
    return own.map((one, at) => ({ ...one.period, version: version.version, parts: parts[at] ?? [] }));
  }));
  const points = answered.flat().sort((a, b) => (a.from < b.from ? -1 : 1));
  const changes = cut.flatMap((one, at) => {
    const last = cut[at - 1];
    return last && last.version !== one.version ? [{ version: one.version.version, from: one.version.madeOn ?? one.period.from, definition: define(caller, one.version) }] : [];
  });
  return { asOf: asked.asOf, metric: define(caller, pickVersion(versions, metric.id, metric.version)), points, changes };
}
