import type { CustomerId } from '../kernel/ids.ts';
import type { Decision } from './core/permit.ts';
import { permit } from './core/permit.ts';
import type { Candidate, IsWanted, MpKind, Way } from './core/person.ts';
import type { Loaded } from './load.ts';
import type { DecidedRow, WorkRow } from './queries/messages.ts';

export type Asked = { row: WorkRow; owner: CustomerId; ways: readonly Way[]; isWanted: IsWanted; mp: MpKind | null };

const candidateOf = ({ unwell }: Loaded, { row, ways, isWanted, mp }: Asked): Candidate => ({
  id: row.id, purpose: row.purpose, priority: row.priority, ifBlocked: row.ifBlocked, dueMs: row.dueAt.getTime(), expiresMs: row.expiresAt?.getTime() ?? null, source: row.source, topic: row.topic,
  ways, isWanted, isSourceWell: !unwell.has(`${row.source.kind} ${row.source.id}`), mp,
});

/** Decides messages person by person. */
export function decideAll(loaded: Loaded, asked: readonly Asked[]): Map<string, Decision> {
  const decided = new Map<string, Decision>();
  for (const [owner, own] of Map.groupBy(asked, (one) => one.owner)) {
    const person = loaded.people.get(owner);
    const candidates = own.map((one) => candidateOf(loaded, one));
    const decisions = person ? permit(loaded.scene, person, candidates) : candidates.map(({ id }): Decision => gone(id));
    for (const decision of decisions) decided.set(decision.id, decision);
  }
  return decided;
}

/** Of a message whose person is not there any more. */
export const gone = (id: string): Decision => ({ id, act: 'refuse', channel: null, reason: 'person_gone', facts: {} });

/** A decision as the ledger keeps it; a permitted message waits for its channel and counts from now on. */
export function decidedRow(decision: Decision, nowMs: number): DecidedRow {
  const now = new Date(nowMs);
  const nothing = { id: decision.id, channel: decision.channel, accountId: null, countedAt: null, personalised: null };
  if (decision.act === 'send') return { ...nothing, state: 'waiting', reason: null, facts: {}, nextAt: now, accountId: decision.account, countedAt: now, personalised: decision.personalised };
  const { reason, facts } = decision;
  return decision.act === 'defer' ? { ...nothing, state: 'deferred', reason, facts, nextAt: new Date(decision.untilMs) } : { ...nothing, state: 'refused', reason, facts, nextAt: now };
}
