import { userNames } from '../../kernel/access/index.ts';
import { audit } from '../../kernel/audit.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { check, describe } from '../../kernel/conditions/index.ts';
import type { Day } from '../../kernel/day.ts';
import { notFound, Refusal } from '../../kernel/errors.ts';
import { fromCursor, toCursor } from '../../kernel/http/cursor.ts';
import { isUuid, newId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { say, sharedWords } from '../../kernel/words/index.ts';
import { dataDay, fieldCatalogue, holdSegments } from '../../lifecycle/index.ts';
import { CONTROL, splitFault } from '../core/experiment/index.ts';
import { demandGoal } from '../goals.ts';
import { shopsFor } from '../scope.ts';
import { segmentsBehind, treeOfAudience } from './audience.ts';
import type { Audience, ExperimentReply, NewExperiment, Plan } from './contract.ts';
import { type ArmCount, countExperiments, dropDraft, experimentById, experimentsAfter, type ExperimentRow, saveExperiment } from './queries/experiments.ts';
import { refusalOf } from './refuse.ts';
import { armsSent } from './sources.ts';
import { daysOf, phaseOf } from './timing.ts';

const TOTAL_EXACT_TO = 10_000;

/** What an experiment is drawn with, in the form the statistics know: its own id is the salt, so draws are independent of each other. */
export const splitOf = ({ id, plan }: { id: string; plan: Plan }) => ({ salt: id, holdOut: plan.holdOut, variants: plan.variants.map(({ key, weight }) => ({ key, weight })) });

/** Staff of some shops see the experiments made within these. Refuses `experiment.not_found`. */
export async function demandExperiment(tx: Tx, caller: Caller, id: string, how: { lock?: boolean } = {}): Promise<ExperimentRow> {
  const found = await experimentById(tx, caller.workspaceId, id, how);
  const isHidden = found && caller.shops.length > 0 && (found.shops.length === 0 || found.shops.some((shop) => !caller.shops.includes(shop)));
  if (!found || isHidden) throw notFound('experiment', { id });
  return found;
}

/** Events by their words, whether they have been seen or not. */
const EVENTS = Object.entries(sharedWords).filter(([key]) => key.startsWith('event.')).map(([key, label]) => ({ event: key.slice('event.'.length), label }));

async function sentenceOf(stores: Stores, caller: Caller, audience: Audience): Promise<string> {
  if (audience.kind === 'customers') return audience.label || say(caller.language, 'experiment.audience.list', { people: audience.ids.length });
  const [tree, catalogue] = await Promise.all([treeOfAudience(stores, caller, audience), fieldCatalogue(stores, caller)]);
  return describe(tree, caller.language, { ...catalogue, events: EVENTS });
}

/** People by id; an owner that is a program has no name. */
export async function namesOf(stores: Stores, ids: readonly string[]): Promise<(id: string) => string> {
  const names = await userNames(stores, ids.filter(isUuid));
  return (id) => names.get(id) ?? (isUuid(id) ? '' : id);
}

/** Experiments as they are shown. */
export async function tell(stores: Stores, caller: Caller, rows: readonly ExperimentRow[], asOf: Day): Promise<ExperimentReply[]> {
  const [counts, nameOf, sentences] = await Promise.all([
    stores.pg.tx(caller.workspaceId, (tx) => armsSent(tx, caller.workspaceId, rows)),
    namesOf(stores, rows.map(({ owner }) => owner)), Promise.all(rows.map(({ audience }) => sentenceOf(stores, caller, audience))),
  ]);
  return rows.map((row, at) => toldOf(row, counts.filter(({ experimentId }) => experimentId === row.id), { asOf, ownerName: nameOf(row.owner), sentence: sentences[at] ?? '' }));
}

function toldOf({ drawn, settled, audience, createdAt, ...row }: ExperimentRow, counts: readonly ArmCount[], { asOf, ownerName, sentence }: { asOf: Day; ownerName: string; sentence: string }): ExperimentReply {
  const { lastDay, refundsUntil } = daysOf(row);
  return {
    ...row, ownerName, sentence, asOf, lastDay, refundsUntil, createdAt: createdAt.toISOString(), phase: phaseOf({ ...row, drawn, settled }, counts.some(({ sent }) => sent > 0), asOf),
    audience: audience.kind === 'customers' ? { kind: 'customers', count: audience.ids.length, label: audience.label } : audience,
    drawnAt: drawn?.drawnAt.toISOString() ?? null, registeredOn: drawn?.registeredOn ?? null, settledAt: settled?.settledAt.toISOString() ?? null, excluded: drawn?.excluded ?? {},
    // The control first, then the variants as they were named.
    arms: drawn ? [CONTROL, ...row.plan.variants.map(({ key }) => key)].flatMap((arm) => counts.filter((one) => one.arm === arm)).map(({ arm, customers, sent }) => ({ arm, customers, sent })) : [],
  };
}

export type ExperimentsPage = { rows: ExperimentRow[]; next: string | null; total: { count: number; over: boolean } };

/** A page of experiments, newest first. */
export async function listExperiments(stores: Stores, caller: Caller, { cursor, limit }: { cursor?: string | undefined; limit: number }): Promise<ExperimentsPage> {
  const [at, id] = cursor === undefined ? [] : fromCursor(cursor, 2);
  const after = cursor === undefined ? null : { at: new Date(String(at)), id: String(id) };
  if (after && (Number.isNaN(after.at.getTime()) || !isUuid(after.id))) throw new Refusal('cursor.invalid', {}, 400);
  const { rows, count } = await stores.pg.tx(caller.workspaceId, async (tx) => ({
    rows: await experimentsAfter(tx, caller.workspaceId, caller.shops, after, limit + 1), count: await countExperiments(tx, caller.workspaceId, caller.shops),
  }));
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { rows: rows.slice(0, limit), next: last ? toCursor([last.createdAt.toISOString(), last.id]) : null, total: { count: Math.min(count, TOTAL_EXACT_TO), over: count > TOTAL_EXACT_TO } };
}

/** What an experiment's parts must satisfy before it is kept: an audience that can be read, a split that can be drawn, a goal that is there, channels named once. */
async function demandSound(stores: Stores, caller: Caller, { id, audience, plan, goalId }: Pick<ExperimentRow, 'id' | 'audience' | 'plan' | 'goalId'>): Promise<void> {
  const fault = splitFault(splitOf({ id, plan }));
  if (fault) throw refusalOf(fault);
  if (new Set(plan.channels.map(({ channel }) => channel)).size < plan.channels.length) throw new Refusal('experiment.channel_twice');
  if (audience.kind !== 'customers') await treeOfAudience(stores, caller, audience);
  if (goalId !== null) await demandGoal(stores, caller, goalId);
}

/** A filter that somebody writes names fields they may ask about: kept unseen, it would be counted by the first who may. Refuses what the catalogue refuses. */
async function demandAskable(stores: Stores, caller: Caller, audience: Audience | undefined): Promise<void> {
  if (audience?.kind === 'tree') check(audience.tree, await fieldCatalogue(stores, caller));
}

/** Keeps a draft. Refuses what `demandSound` and `demandAskable` refuse. */
export async function newExperiment(stores: Stores, caller: Caller, body: NewExperiment): Promise<ExperimentRow> {
  const row: ExperimentRow = { id: newId(), ...body, shops: [...shopsFor(caller, [])], owner: caller.actor.id, createdAt: stores.clock.now(), rolling: false, closesOn: null, drawn: null, settled: null };
  await demandAskable(stores, caller, row.audience);
  await demandSound(stores, caller, row);
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    await holdSegments(tx, caller.workspaceId, segmentsBehind(row.audience));
    await saveExperiment(tx, caller.workspaceId, row);
    await audit(tx, stores.clock, caller, { action: 'experiment.created', target: row.id });
  });
  return row;
}

const locked = (): Refusal => new Refusal('experiment.locked', {}, 409);

/** Changes a draft. Refuses `experiment.locked` once it is drawn: what was promised stays promised. */
export async function changeExperiment(stores: Stores, caller: Caller, id: string, change: Partial<NewExperiment>): Promise<ExperimentRow> {
  await demandAskable(stores, caller, change.audience);
  const before = await stores.pg.tx(caller.workspaceId, (tx) => demandExperiment(tx, caller, id));
  if (before.drawn) throw locked();
  const row: ExperimentRow = { ...before, ...change };
  await demandSound(stores, caller, row);
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    await holdSegments(tx, caller.workspaceId, segmentsBehind(row.audience), segmentsBehind(before.audience));
    if (await saveExperiment(tx, caller.workspaceId, row) === 0) throw locked();
    await audit(tx, stores.clock, caller, { action: 'experiment.changed', target: id });
  });
  return row;
}

/** Throws a draft away. Refuses `experiment.locked`. */
export async function removeExperiment(stores: Stores, caller: Caller, id: string): Promise<void> {
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    await demandExperiment(tx, caller, id);
    if (await dropDraft(tx, caller.workspaceId, id) === 0) throw locked();
    await audit(tx, stores.clock, caller, { action: 'experiment.removed', target: id });
  });
}

/** The data's own day, for whoever reads an experiment. */
export const today = (stores: Stores, caller: Caller): Promise<Day> => dataDay(stores, caller.workspaceId);
