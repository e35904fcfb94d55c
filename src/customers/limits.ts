import { audit } from '../kernel/audit.ts';
import type { Caller } from '../kernel/access/caller.ts';
import type { WorkspaceId } from '../kernel/ids.ts';
import { enqueue, type JobHandlers } from '../kernel/jobs.ts';
import type { Stores } from '../kernel/stores.ts';
import type { Limits } from './core/graph.ts';
import { IDENTIFIER_KINDS, type IdentifierKind, RULES } from './core/identifiers.ts';
import { flushMirror } from './mirror.ts';
import { lockIdentity } from './queries/identity.ts';
import { limitedBy, limitsOf, writeLimits } from './queries/limits.ts';
import { redraw } from './takeBack.ts';

const KIND = 'customers.relimit';
const SUBJECTS_PER_TRANSACTION = 500;

/** `limit`: beside how many identifiers of one kind one of this kind may stand before it links nobody; `declared`: where nothing was set. */
export type LimitLine = { kind: IdentifierKind; limit: number; declared: number };

const linesOf = (limits: Limits): LimitLine[] => IDENTIFIER_KINDS.filter((kind) => RULES[kind].links).map((kind) => ({ kind, limit: limits[kind] ?? RULES[kind].limit, declared: RULES[kind].limit }));

/** The limits in force, the strongest kind first. */
export const identityLimits = (stores: Stores, { workspaceId }: Pick<Caller, 'workspaceId'>): Promise<LimitLine[]> => stores.pg.tx(workspaceId, async (tx) => linesOf(await limitsOf(tx, workspaceId)));

/** Sets limits; who is who is drawn anew in the background where they decide otherwise. What is not given stays. */
export const setIdentityLimits = (stores: Stores, caller: Caller, given: Limits): Promise<LimitLine[]> =>
  stores.pg.tx(caller.workspaceId, async (tx) => {
    const { workspaceId } = caller;
    await lockIdentity(tx, workspaceId);
    const before = await limitsOf(tx, workspaceId);
    const next = { ...before, ...given };
    await writeLimits(tx, workspaceId, next);
    await audit(tx, stores.clock, caller, { action: 'identity.limits', target: workspaceId, detail: { limits: given } });
    const kinds = (Object.keys(given) as IdentifierKind[]).filter((kind) => next[kind] !== (before[kind] ?? RULES[kind].limit));
    for (const kind of kinds) await enqueue(tx, workspaceId, KIND, { kind }, { key: `${KIND}:${workspaceId}:${kind}` });
    return linesOf(next);
  });

/** Draws anew whom a changed limit of a kind may part or join. May be killed and run again. */
export async function relimit(stores: Stores, workspaceId: WorkspaceId, kind: IdentifierKind): Promise<number> {
  const ids = await stores.pg.tx(workspaceId, async (tx) => limitedBy(tx, workspaceId, kind, (await limitsOf(tx, workspaceId))[kind] ?? RULES[kind].limit));
  for (let at = 0; at < ids.length; at += SUBJECTS_PER_TRANSACTION) {
    const some = ids.slice(at, at + SUBJECTS_PER_TRANSACTION);
    await stores.pg.tx(workspaceId, async (tx) => {
      await lockIdentity(tx, workspaceId);
      await redraw({ tx, stores, workspaceId, by: { kind: 'system', id: 'limits' }, reason: '' }, some, [], []);
    });
  }
  await flushMirror(stores, workspaceId);
  return ids.length;
}

export const limitJobs: JobHandlers = { [KIND]: async (stores, workspaceId, { kind }) => void (await relimit(stores, workspaceId, kind as IdentifierKind)) };
