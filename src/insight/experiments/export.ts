import { customerLines, type CustomerLine, type IdentifierKind } from '../../customers/index.ts';
import { recordExport } from '../../kernel/access/index.ts';
import { type Caller, demand } from '../../kernel/access/caller.ts';
import { audit } from '../../kernel/audit.ts';
import { CSV_MARK, csvLine } from '../../kernel/csv.ts';
import type { Day } from '../../kernel/day.ts';
import { notFound, Refusal } from '../../kernel/errors.ts';
import { announce } from '../../kernel/facts.ts';
import { type CustomerId, newId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { say, sharedWords } from '../../kernel/words/index.ts';
import { dataDay } from '../../lifecycle/index.ts';
import type { z } from 'zod';
import type { exportBody, Plan } from './contract.ts';
import { demandExperiment } from './experiments.ts';
import { mirrorExperiment } from './mirror.ts';
import { putLeftOut } from './queries/draw.ts';
import type { ExperimentRow } from './queries/experiments.ts';
import { type Batch, batchById, batchesOf, type BatchPerson, insertBatch, peopleOfBatch } from './queries/sendings.ts';
import { daysOf } from './timing.ts';
import { treatedOn } from './treated.ts';

const LINES_PER_READ = 2_000;

/** What a channel's tool finds people by. */
const ADDRESS: Readonly<Record<string, IdentifierKind>> = { sms: 'phone', wecom: 'external_userid', mp: 'openid', email: 'email', platform_only: 'buyer_id' };

const tally = (keys: readonly string[]): Record<string, number> => Object.fromEntries([...Map.groupBy(keys, (key) => key)].map(([key, all]) => [key, all.length]));

function demandClear(caller: Caller): void {
  demand(caller, 'customers.export');
  demand(caller, 'customers.unmask');
}

/** Four letters and digits of an experiment that nobody mistakes for each other, and the number of its file. */
export const codeOf = (experimentId: string, nth: number): string =>
  `${[...experimentId.replaceAll('-', '').slice(-20)].map((digit) => '23456789ABCDEFGH'[Number.parseInt(digit, 16)]).slice(-6).join('')}-${nth}`;

export type Sending = z.output<typeof exportBody>;
/** The file comes in pieces, so that a long one is never in memory. */
export type ExportFile = { name: string; csv: AsyncGenerator<string>; batch: Batch };

const demandInWindow = (day: Day, { startsOn, plan }: ExperimentRow): void => {
  if (day < startsOn) throw new Refusal('experiment.too_early', { day, startsOn });
  const { lastDay } = daysOf({ startsOn, plan });
  if (day > lastDay) throw new Refusal('experiment.too_late', { day, lastDay });
};

/** Writes the sending down: the file's people, whom it leaves out, the fact and the line in the audit log, all or nothing. */
async function makeBatch(stores: Stores, tx: Tx, caller: Caller, experiment: ExperimentRow, sending: Sending, asOf: Day): Promise<Batch> {
  const { id, plan, startsOn } = experiment;
  const { workspaceId } = caller;
  if (!experiment.drawn) throw new Refusal('experiment.not_drawn', {}, 409);
  const day = sending.day ?? (asOf > startsOn ? asOf : startsOn);
  demandInWindow(day, experiment);
  const { waiting, leftOut } = await treatedOn(stores, tx, workspaceId, experiment, day);
  const people = waiting.get(sending.channel) ?? [];
  if (people.length === 0) throw new Refusal('experiment.nobody_left', { channel: sending.channel }, 409);
  const made: Batch = {
    id: sending.id ?? newId(), experimentId: id, code: codeOf(id, (await batchesOf(tx, workspaceId, [id])).length + 1), channel: sending.channel, day, reason: sending.reason.trim(),
    costMinor: plan.channels.find(({ channel }) => channel === sending.channel)?.costMinor ?? 0, capDays: plan.capDays, personalised: sending.personalised, minutesEach: sending.minutesEach,
    people: people.length, leftOut: tally(leftOut.map(({ bar }) => bar)), madeBy: caller.actor.id, madeAt: stores.clock.now(),
  };
  await insertBatch(tx, workspaceId, made, people.map(({ anchor }) => anchor));
  await putLeftOut(stores.ch, workspaceId, made.id, leftOut);
  await audit(tx, stores.clock, caller, { action: 'experiment.exported', target: id, detail: { code: made.code, channel: made.channel, people: people.length, leftOut: made.leftOut, reason: made.reason } });
  await announce(tx, stores.clock, workspaceId, 'experiment.exported', { experimentId: id });
  return made;
}

/**
 * The treated of one channel as a file for whatever tool sends it, in clear, each person once and the hold-out never. The file
 * is recorded as the sending: batch, who, why, channel, consent, complaints and cap as they are now. Asked again under the id it
 * was asked under before (after a connection broke off, say), it is the same file. Refuses `access.forbidden`,
 * `experiment.not_drawn`, `experiment.nobody_left`, `experiment.too_late` (its window is over), `experiment.too_early`.
 */
export async function exportTreated(stores: Stores, caller: Caller, id: string, sending: Sending): Promise<ExportFile> {
  demandClear(caller);
  const { workspaceId } = caller;
  const asOf = await dataDay(stores, workspaceId);
  const batch = await stores.pg.tx(workspaceId, async (tx) => {
    const experiment = await demandExperiment(tx, caller, id, { lock: true });
    const known = sending.id === undefined ? undefined : await batchById(tx, workspaceId, sending.id);
    if (known && known.experimentId !== id) throw notFound('batch', { id: known.id });
    return known ?? makeBatch(stores, tx, caller, experiment, sending, asOf);
  });
  await mirrorExperiment(stores, workspaceId, id);
  return fileOf(stores, caller, batch, sending.reason);
}

/** A batch's file once more: the same people, another line in the audit log. Refuses `access.forbidden`, `batch.not_found`. */
export async function exportAgain(stores: Stores, caller: Caller, { id, batch: batchId }: { id: string; batch: string }, reason: string): Promise<ExportFile> {
  demandClear(caller);
  const batch = await stores.pg.tx(caller.workspaceId, async (tx) => {
    await demandExperiment(tx, caller, id);
    const found = await batchById(tx, caller.workspaceId, batchId);
    if (!found || found.experimentId !== id) throw notFound('batch', { id: batchId });
    return found;
  });
  return fileOf(stores, caller, batch, reason);
}

const word = (caller: Caller, key: string): string => sharedWords[key]?.[caller.language] ?? key;
const HEADER = ['customer.id', 'field.name', 'experiment.file.contact', 'identifier.kind.member_no', 'experiment.file.code', 'experiment.file.arm', 'experiment.file.coupon', 'experiment.file.channel', 'experiment.file.day'] as const;

async function fileOf(stores: Stores, caller: Caller, batch: Batch, reason: string): Promise<ExportFile> {
  const { plan } = await stores.pg.tx(caller.workspaceId, (tx) => demandExperiment(tx, caller, batch.experimentId));
  await recordExport(stores, caller, { what: `experiment:${batch.experimentId}`, count: batch.people, masked: false, reason });
  return { name: `${batch.code}.csv`, csv: linesOf(stores, caller, batch, plan), batch };
}

async function* linesOf(stores: Stores, caller: Caller, batch: Batch, plan: Plan): AsyncGenerator<string> {
  yield CSV_MARK + csvLine(HEADER.map((key) => word(caller, key)));
  const channel = say(caller.language, `experiment.channel.${batch.channel}`);
  for (let after: CustomerId | null = null; ;) {
    const page: BatchPerson[] = await stores.pg.tx(caller.workspaceId, (tx) => peopleOfBatch(tx, caller.workspaceId, batch, after, LINES_PER_READ));
    const arms = new Map(page.filter(({ isAgain }) => !isAgain).map(({ owner, arm }) => [owner, plan.variants.find(({ key }) => key === arm)]));
    const lines = await customerLines(stores, caller, [...arms.keys()], { clear: true });
    yield lines.map((line) => {
      const arm = arms.get(line.id);
      return csvLine([line.id, line.name, found(line, ADDRESS[batch.channel]), found(line, 'member_no'), batch.code, arm?.name || arm?.key, arm?.couponCode, channel, batch.day]);
    }).join('');
    const last = page.at(-1);
    if (!last || page.length < LINES_PER_READ) return;
    after = last.anchor;
  }
}

const found = ({ identifiers }: CustomerLine, kind: IdentifierKind | undefined): string => identifiers.find((one) => one.kind === kind)?.shown ?? '';
