import type { Caller } from '../kernel/access/caller.ts';
import { audit } from '../kernel/audit.ts';
import { Refusal } from '../kernel/errors.ts';
import { announce } from '../kernel/facts.ts';
import type { WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import type { Source } from './core/message.ts';
import { illnessOf } from './core/illness.ts';
import type { WorkRow } from './queries/messages.ts';
import { addHealth, type HealthNow, type HealthRow, healthRows, liftUnwell, markUnwell } from './queries/health.ts';
import { demandAllShops } from './rules.ts';
import { rulesOf } from './settings.ts';

const NONE = { sends: 0, bounces: 0, complaints: 0 };
const keyOf = ({ kind, id }: Pick<Source, 'kind' | 'id'>): string => `${kind} ${id}`;

/** Adds up, by source, in an order that two who write at once share. */
function bySource<T extends { source: Pick<Source, 'kind' | 'id'> }>(rows: readonly T[], countsOf: (own: readonly T[]) => Partial<typeof NONE>): HealthRow[] {
  return [...Map.groupBy(rows, ({ source }) => keyOf(source))].sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, own]) => ({ kind: own[0]?.source.kind ?? 'api', id: own[0]?.source.id ?? '', ...NONE, ...countsOf(own) }));
}

/** Counts marketing that left. */
export const noteSends = async (tx: Tx, workspaceId: WorkspaceId, rows: readonly WorkRow[]): Promise<void> =>
  void (await addHealth(tx, workspaceId, bySource(rows.filter(({ purpose }) => purpose === 'marketing'), (own) => ({ sends: own.length }))));

export type Harm = { source: Pick<Source, 'kind' | 'id'>; kind: 'bounced' | 'complained' };

/** Counts bounces and complaints about marketing, and stops the marketing of a source that has too many; a fact and the ledger say why. */
export async function noteHarm(tx: Tx, stores: Pick<Stores, 'clock'>, workspaceId: WorkspaceId, harm: readonly Harm[]): Promise<void> {
  if (harm.length === 0) return;
  const { health } = await rulesOf(tx, workspaceId);
  const count = (own: readonly Harm[], kind: Harm['kind']): number => own.filter((one) => one.kind === kind).length;
  const after = await addHealth(tx, workspaceId, bySource(harm, (own) => ({ bounces: count(own, 'bounced'), complaints: count(own, 'complained') })));
  for (const { kind, id, unwellAt, sends, bounces, complaints } of after) {
    const counts = { sends, bounces, complaints }, reason = unwellAt === null ? illnessOf(counts, health) : null;
    if (reason === null) continue;
    await markUnwell(tx, workspaceId, { kind, id, reason, at: stores.clock.now() });
    await announce(tx, stores.clock, workspaceId, 'source.unhealthy', { source: { kind, id }, reason, ...counts });
  }
}

const viewOf = ({ unwellAt, liftedAt, ...row }: HealthNow) => ({ ...row, unwellAt: unwellAt?.toISOString() ?? null, liftedAt: liftedAt?.toISOString() ?? null });
type View = ReturnType<typeof viewOf>;

/** How sources fare, those that are stopped first. */
export const healthNow = async (stores: Stores, { workspaceId }: Caller): Promise<View[]> => (await stores.pg.tx(workspaceId, (tx) => healthRows(tx, workspaceId))).map(viewOf);

/** Lets the marketing of a stopped source go on. Refuses `source.not_stopped`. */
export async function liftSource(stores: Stores, caller: Caller, { kind, id, reason }: { kind: string; id: string; reason: string }): Promise<View> {
  demandAllShops(caller);
  return stores.pg.tx(caller.workspaceId, async (tx) => {
    const row = await liftUnwell(tx, caller.workspaceId, { kind, id, at: stores.clock.now() });
    if (!row) throw new Refusal('source.not_stopped', { kind, id }, 409);
    await audit(tx, stores.clock, caller, { action: 'reach.source.lift', target: `${kind}:${id}`, detail: { reason } });
    return viewOf(row);
  });
}
