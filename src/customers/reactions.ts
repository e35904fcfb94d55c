import type { Loop, Reaction } from '../kernel/facts.ts';
import type { WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { eachApart } from '../kernel/tick.ts';
import { publishUntold } from './companies.ts';
import { finishErasure } from './erase.ts';
import { flushMirror } from './mirror.ts';
import { openErasures } from './queries/erasure.ts';
import { traitsSeen, workspaceIds } from './queries/workspaces.ts';
import { registeredTraits } from './registry.ts';
import { retag, retagEveryone } from './retag.ts';
import { isDue, refreshDueTags } from './tags.ts';
import { refreshTraits, retrait } from './traits.ts';

const MS_PER_HOUR = 3_600_000;

/** Traits of everybody, where a file may have touched anybody. */
const retraitEveryone: Reaction = async (stores, workspaceId, facts) => {
  const kinds = new Set(facts.map(({ kind }) => kind));
  const keys = [...registeredTraits().values()].filter(({ on }) => on.some((kind) => kinds.has(kind))).map(({ key }) => key);
  if (keys.length > 0) await refreshTraits(stores, workspaceId, keys, 'all');
};

/** Reactions by fact kind, for loop.ts. */
export const customersReactions = {
  'import.finished': { 'customers.retraitEveryone': retraitEveryone, 'customers.retagEveryone': retagEveryone },
  'import.undone': { 'customers.retraitEveryone': retraitEveryone, 'customers.retagEveryone': retagEveryone },
  'events.recorded': { 'customers.retrait': retrait, 'customers.retag': retag },
  'customer.merged': { 'customers.retrait': retrait, 'customers.retag': retag },
  'customer.unmerged': { 'customers.retrait': retrait, 'customers.retag': retag },
} satisfies Loop;

async function refreshDueTraits(stores: Stores, workspaceId: WorkspaceId): Promise<void> {
  const seen = new Map((await stores.pg.tx(workspaceId, (tx) => traitsSeen(tx, workspaceId))).map(({ key, seenAt }) => [key, seenAt.getTime()]));
  const nowMs = stores.clock.now().getTime();
  const due = [...registeredTraits().values()].filter(({ key, everyHours }) => { const at = seen.get(key); return at !== undefined && isDue(at, everyHours, nowMs); });
  if (due.length > 0) await refreshTraits(stores, workspaceId, due.map(({ key }) => key), 'all');
}

/** What was under way while somebody was erased may have been written after it: erasures of the last day are looked at again. */
async function finishErasures(stores: Stores, workspaceId: WorkspaceId): Promise<void> {
  const since = new Date(stores.clock.now().getTime() - 24 * MS_PER_HOUR);
  for (const { id } of await stores.pg.tx(workspaceId, (tx) => openErasures(tx, workspaceId, since))) await finishErasure(stores, workspaceId, id);
}

/** What repeats by the clock: mirror rows a killed process still owed, contacts of companies that were never told of, and tags and traits whose time has come. */
export async function customersTick(stores: Stores): Promise<void> {
  const works = [flushMirror, publishUntold, finishErasures, refreshDueTags, refreshDueTraits];
  await eachApart(await workspaceIds(stores.pg.global), (workspaceId) => eachApart(works, (work) => work(stores, workspaceId)));
}
