import { customerLines, type CustomerLine, type IdentifierKind } from '../../customers/index.ts';
import { recordExport } from '../../kernel/access/index.ts';
import { type Caller, demand } from '../../kernel/access/caller.ts';
import { audit } from '../../kernel/audit.ts';
import { CSV_MARK, csvLine } from '../../kernel/csv.ts';
import { addDays, type Day } from '../../kernel/day.ts';
import { notFound, Refusal } from '../../kernel/errors.ts';
import { announce } from '../../kernel/facts.ts';
import { type CustomerId, newId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { say, sharedWords } from '../../kernel/words/index.ts';
import { dataDay } from '../../lifecycle/index.ts';
import type { z } from 'zod';
import type { exportBody, Plan } from './contract.ts';
import { demandExperiment } from './experiments.ts';
import { mirrorExperiment } from './mirror.ts';
import { type Batch, batchById, batchesOf, insertBatch, peopleOfBatch, type Treated, unsent } from './queries/sendings.ts';

const LINES_PER_READ = 5_000;

/** What a channel's tool finds people by. */
const ADDRESS: Readonly<Record<string, IdentifierKind>> = { sms: 'phone', wecom: 'external_userid', mp: 'openid', email: 'email', platform_only: 'buyer_id' };

/** The channel a person is sent something by: the first of the plan's that is open to them today. */
export const channelFor = (plan: Plan, reach: readonly string[]): string | undefined => plan.channels.find(({ channel }) => reach.includes(channel))?.channel;

/** Why somebody who was drawn is sent nothing after all, or ''. They stay in their arm: what counts is who was meant to be treated. */
export function barOf({ reach, tags, lastSent }: Treated, plan: Plan, day: Day): 'complaint' | 'unreachable' | 'capped' | '' {
  if (tags.some((tag) => plan.withoutTags.includes(tag))) return 'complaint';
  if (!channelFor(plan, reach)) return 'unreachable';
  return plan.capDays > 0 && lastSent !== null && lastSent >= addDays(day, -plan.capDays) ? 'capped' : '';
}

const tally = (keys: readonly string[]): Record<string, number> => Object.fromEntries([...Map.groupBy(keys, (key) => key)].map(([key, all]) => [key, all.length]));

/** Which of the treated wait for a channel's file, and who is left out of any. */
export function sortTreated(people: readonly Treated[], plan: Plan, day: Day): { waiting: Map<string, Treated[]>; leftOut: Record<string, number> } {
  const barred = people.map((one) => ({ one, bar: barOf(one, plan, day) }));
  return {
    waiting: Map.groupBy(barred.filter(({ bar }) => bar === '').map(({ one }) => one), ({ reach }) => channelFor(plan, reach) ?? ''),
    leftOut: tally(barred.map(({ bar }) => bar).filter((bar) => bar !== '')),
  };
}

function demandClear(caller: Caller): void {
  demand(caller, 'customers.export');
  demand(caller, 'customers.unmask');
}

/** Four letters and digits of an experiment that nobody mistakes for each other, and the number of its file. */
export const codeOf = (experimentId: string, nth: number): string =>
  `${[...experimentId.replaceAll('-', '').slice(-20)].map((digit) => '23456789ABCDEFGH'[Number.parseInt(digit, 16)]).slice(-6).join('')}-${nth}`;

export type Sending = z.output<typeof exportBody>;
export type ExportFile = { name: string; csv: string; batch: Batch };

/**
 * The treated of one channel as a file for whatever tool sends it, in clear, each person once and the hold-out never. The file
 * is recorded as the sending: batch, who, why, channel, consent and cap as they are now. Refuses `access.forbidden`,
 * `experiment.not_drawn`, `experiment.nobody_left`, `experiment.too_late` (its window is over), `experiment.too_early`.
 */
export async function exportTreated(stores: Stores, caller: Caller, id: string, sending: Sending): Promise<ExportFile> {
  demandClear(caller);
  const { workspaceId } = caller;
  const asOf = await dataDay(stores, workspaceId);
  const batch = await stores.pg.tx(workspaceId, async (tx) => {
    const experiment = await demandExperiment(tx, caller, id, { lock: true });
    if (!experiment.drawn) throw new Refusal('experiment.not_drawn', {}, 409);
    const { plan, startsOn } = experiment;
    const day = sending.day ?? (asOf > startsOn ? asOf : startsOn);
    if (day < startsOn) throw new Refusal('experiment.too_early', { day, startsOn });
    if (day > addDays(startsOn, plan.windowDays - 1)) throw new Refusal('experiment.too_late', { day, lastDay: addDays(startsOn, plan.windowDays - 1) });
    const { waiting, leftOut } = sortTreated(await unsent(tx, workspaceId, id), plan, day);
    const people = waiting.get(sending.channel) ?? [];
    if (people.length === 0) throw new Refusal('experiment.nobody_left', { channel: sending.channel }, 409);
    const costMinor = plan.channels.find(({ channel }) => channel === sending.channel)?.costMinor ?? 0;
    const made: Batch = {
      id: newId(), experimentId: id, code: codeOf(id, (await batchesOf(tx, workspaceId, [id])).length + 1), channel: sending.channel, day, reason: sending.reason.trim(), costMinor, capDays: plan.capDays,
      personalised: sending.personalised, minutesEach: sending.minutesEach, people: people.length, leftOut, madeBy: caller.actor.id, madeAt: stores.clock.now(),
    };
    await insertBatch(tx, workspaceId, made, people.map(({ anchor }) => anchor));
    await announce(tx, stores.clock, workspaceId, 'experiment.exported', { experimentId: id });
    await audit(tx, stores.clock, caller, { action: 'experiment.exported', target: id, detail: { code: made.code, channel: made.channel, people: people.length, leftOut, reason: made.reason } });
    return made;
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
  const { experiment, people } = await stores.pg.tx(caller.workspaceId, async (tx) => ({ experiment: await demandExperiment(tx, caller, batch.experimentId), people: await peopleOfBatch(tx, caller.workspaceId, batch.id) }));
  await recordExport(stores, caller, { what: `experiment:${batch.experimentId}`, count: people.length, masked: false, reason });
  const arms = new Map(people.map(({ owner, arm }) => [owner, experiment.plan.variants.find(({ key }) => key === arm)]));
  const lines = [csvLine(HEADER.map((key) => word(caller, key)))];
  const owners: CustomerId[] = people.map(({ owner }) => owner);
  for (let at = 0; at < owners.length; at += LINES_PER_READ) {
    for (const line of await customerLines(stores, caller, owners.slice(at, at + LINES_PER_READ), { clear: true })) {
      const arm = arms.get(line.id);
      lines.push(csvLine([line.id, line.name, found(line, ADDRESS[batch.channel]), found(line, 'member_no'), batch.code, arm?.name || arm?.key, arm?.couponCode, say(caller.language, `experiment.channel.${batch.channel}`), batch.day]));
    }
  }
  return { name: `${batch.code}.csv`, csv: CSV_MARK + lines.join(''), batch };
}

const found = ({ identifiers }: CustomerLine, kind: IdentifierKind | undefined): string => identifiers.find((one) => one.kind === kind)?.shown ?? '';
