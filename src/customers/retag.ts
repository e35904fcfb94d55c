import type { Fact, Reaction } from '../kernel/facts.ts';
import type { CustomerId, WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { isComputed } from './core/tags.ts';
import { allTags, type TagRow } from './queries/tags.ts';
import { ownersById } from './queries/identity.ts';
import { concerned, customersIn, recordedIn } from './recorded.ts';
import { tagRuleOf } from './registry.ts';
import { refreshTags } from './tags.ts';

/** Tags that follow what happens: whose rule says what it looks at. One computed by hand alone follows nothing. */
const following = async (stores: Stores, workspaceId: WorkspaceId): Promise<TagRow[]> =>
  (await stores.pg.tx(workspaceId, (tx) => allTags(tx, workspaceId))).filter(({ kind, everyHours, spec }) => isComputed(kind) && everyHours !== null && tagRuleOf(kind)?.interest?.(spec) !== undefined);

/** Whom some facts may give another value of a tag; facts that are not of events (two became one) all in them. */
const whomOf = ({ kind, spec }: TagRow, facts: readonly Fact[]): CustomerId[] =>
  [...concerned(facts.filter((fact) => recordedIn(fact)), tagRuleOf(kind)?.interest?.(spec) ?? {}), ...customersIn(facts.filter((fact) => !recordedIn(fact)))];

async function lookAgain(stores: Stores, workspaceId: WorkspaceId, facts: readonly Fact[], backfill: boolean): Promise<void> {
  if (facts.length === 0) return;
  for (const tag of await following(stores, workspaceId)) {
    const named = whomOf(tag, facts);
    const owners = named.length === 0 ? new Map<string, CustomerId>() : await stores.pg.tx(workspaceId, (tx) => ownersById(tx, workspaceId, named));
    if (owners.size > 0) await refreshTags(stores, workspaceId, [tag.id], { customers: [...new Set(owners.values())], backfill });
  }
}

/** Reaction: tags are computed anew for those who did what they look at, as news unless it is of old events or of a past told apart. */
export const retag: Reaction = async (stores, workspaceId, facts) => {
  const isOld = (fact: Fact): boolean => fact.payload.backfill === true || !recordedIn(fact);
  await lookAgain(stores, workspaceId, facts.filter((fact) => !isOld(fact)), false);
  await lookAgain(stores, workspaceId, facts.filter(isOld), true);
};

/** Reaction: a file may have touched anybody, and none of it is news. */
export const retagEveryone: Reaction = async (stores, workspaceId) => {
  for (const { id } of await following(stores, workspaceId)) await refreshTags(stores, workspaceId, [id], { backfill: true });
};
