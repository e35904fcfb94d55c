import { hideContacts } from '../kernel/contacts.ts';
import { announce } from '../kernel/facts.ts';
import type { SubjectId, WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { announceRefused } from './decide.ts';
import type { Outcome, Receipt } from './core/message.ts';
import { retryAt } from './core/retry.ts';
import type { Rules } from './core/rules.ts';
import { noteSends } from './health.ts';
import { type OutcomeRow, saveOutcomes, type WorkRow } from './queries/messages.ts';
import { insertReceipts, type NewReceipt, takeStrays } from './queries/receipts.ts';
import { insertSuppressions } from './queries/suppressions.ts';
import { recordIn } from './receipts.ts';
import { rulesOf } from './settings.ts';

const DETAIL_CHARS = 300;
const shown = (detail: string): string => hideContacts(detail.replaceAll(/[\u0000-\u001f\u007f\ufffd]/g, ' ')).slice(0, DETAIL_CHARS);

/** What became of one message, with what was known of it before: `number` is the attempt, `address` the digest it went to. */
export type Told = { row: WorkRow; number: number; outcome: Outcome; address: SubjectId | null };

const NOTHING = { providerId: null, sentAt: null, countedAt: null, unknown: false, held: false };

function again({ row, number, outcome }: Told, nowMs: number): OutcomeRow {
  const { code, detail, after, held = false } = outcome as Extract<Outcome, { state: 'retry' }>;
  const atMs = held ? Math.max(nowMs + 1_000, after?.getTime() ?? nowMs + 60_000) : retryAt(number, { nowMs, afterMs: after?.getTime() ?? null });
  const told = { ...NOTHING, id: row.id, facts: { detail: shown(detail), attempt: number } };
  if (atMs === undefined) return { ...told, state: 'failed', reason: 'gave_up', facts: { ...told.facts, code }, nextAt: new Date(nowMs) };
  return { ...told, state: 'deferred', reason: code, nextAt: new Date(atMs), held };
}

/** Nobody knows whether it left: what is about an order is sent again under its id, everything else never. */
function unknown({ row, number, outcome }: Told, nowMs: number): OutcomeRow {
  const { code, detail } = outcome as Extract<Outcome, { state: 'unknown' }>;
  const told = { ...NOTHING, id: row.id, unknown: true, reason: code, facts: { detail: shown(detail), attempt: number } };
  const atMs = row.purpose === 'transactional' ? retryAt(number, { nowMs, afterMs: null }) : undefined;
  return atMs === undefined ? { ...told, state: 'unknown', nextAt: new Date(nowMs), countedAt: new Date(nowMs) } : { ...told, state: 'deferred', nextAt: new Date(atMs) };
}

function outcomeRow(told: Told, now: Date, prices: Rules['prices']): OutcomeRow {
  const { row: { id, channel }, outcome } = told, costMinor = channel === null ? undefined : prices[channel];
  // What it cost stands in its line from now on, whatever prices become.
  if (outcome.state === 'accepted') return { ...NOTHING, id, state: 'accepted', reason: null, facts: costMinor === undefined ? {} : { costMinor }, nextAt: now, providerId: outcome.providerId, sentAt: now, countedAt: now };
  if (outcome.state === 'retry') return again(told, now.getTime());
  if (outcome.state === 'unknown') return unknown(told, now.getTime());
  if (outcome.state === 'refused') return { ...NOTHING, id, state: 'refused', reason: outcome.code, facts: outcome.facts, nextAt: now };
  return { ...NOTHING, id, state: 'failed', reason: outcome.code, facts: { detail: shown(outcome.detail) }, nextAt: now };
}

/** Writes down what became of a batch, in one transaction: ledger, receipts, addresses that are no good, how its sources fare. What is not ours any more is left alone. */
export async function saveTold(tx: Tx, stores: Pick<Stores, 'clock'>, workspaceId: WorkspaceId, lease: string, told: readonly Told[]): Promise<void> {
  const now = stores.clock.now(), { prices } = await rulesOf(tx, workspaceId), rows = told.map((one) => outcomeRow(one, now, prices));
  const ours = await saveOutcomes(tx, workspaceId, { lease, at: now }, rows);
  const mine = told.map((one, i) => ({ ...one, saved: rows[i] as OutcomeRow })).filter(({ row }) => ours.has(row.id));
  const sent = mine.filter(({ saved }) => saved.state === 'accepted');
  await insertReceipts(tx, workspaceId, sent.map(({ row }): NewReceipt => ({ messageId: row.id, kind: 'sent', at: now, code: '', url: '' })));
  await insertSuppressions(tx, workspaceId, mine.flatMap(({ outcome, address }) => (outcome.state === 'failed' && outcome.suppress && address ? [{ address, customerId: null, kind: null, reason: 'bounced' as const, source: 'provider', at: now }] : [])));
  if (sent.length > 0) await announce(tx, stores.clock, workspaceId, 'messages.sent', { messages: sent.map(({ row }) => row.id), customers: [...new Set(sent.map(({ row }) => row.customer))] });
  await announceRefused(tx, stores, workspaceId, mine.map(({ row }) => row), new Map(mine.flatMap(({ saved }) => (saved.state === 'failed' || saved.state === 'refused' ? [[saved.id, saved.reason ?? '']] : []))));
  const strays = await takeStrays(tx, workspaceId, sent.flatMap(({ saved }) => saved.providerId ?? []));
  // One row for all that a source sends: whoever writes of it next waits for our commit, so it comes last.
  await noteSends(tx, workspaceId, sent.map(({ row }) => row));
  await recordIn(tx, stores, workspaceId, strays.map((one) => ({ ...one, kind: one.kind as Receipt })));
}
