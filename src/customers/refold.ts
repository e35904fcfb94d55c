import type { CustomerId, WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import { foldOwn, hear, valuesOf } from './core/fold.ts';
import type { IdentifierKind } from './core/identifiers.ts';
import { nameTokens } from './core/names.ts';
import { type Consents, reachOf } from './core/reach.ts';
import { texts } from './queries/arrays.ts';
import { dropNameTokens, type Folded, type FoldSource, insertNameTokens, loadFoldSource, saveFolded } from './queries/customers.ts';

const OWNERS_PER_LOAD = 5_000;

/** The name and the clear values of a customer from its anchors. */
function foldValues(anchors: FoldSource['anchors']): { name: string; fields: string } {
  const { name, ...fields } = valuesOf(foldOwn(anchors.map(({ id, own, taught, preferredAt }) => ({ id, own: hear(own, taught), preferredMs: preferredAt?.getTime() ?? null }))));
  return { name: typeof name === 'string' ? name : '', fields: JSON.stringify(fields) };
}

function foldAll(owners: readonly CustomerId[], source: FoldSource): (Folded & { named: boolean })[] {
  const anchors = Map.groupBy(source.anchors, ({ owner }) => owner);
  const kinds = new Map(source.kinds.map((row) => [row.owner, row.kinds]));
  const tags = new Map(source.tags.map((row) => [row.owner, row.tags]));
  const consents = Map.groupBy(source.consents, ({ owner }) => owner);
  return owners.map((id) => {
    const mine = anchors.get(id) ?? [];
    const has = kinds.get(id) ?? [];
    const agreed: Consents = Object.fromEntries((consents.get(id) ?? []).map(({ channel, state }) => [channel, state]));
    const { name, fields } = foldValues(mine);
    return {
      id, name, fields, kinds: texts(has), tags: texts((tags.get(id) ?? []).sort()), reach: texts(reachOf(new Set<IdentifierKind>(has), agreed)),
      named: mine.find((anchor) => anchor.id === id)?.name === name,
    };
  });
}

/** Makes the folded columns of live customers anew from what their anchors know: name, fields, tags, kinds and reach. */
export async function refold(tx: Tx, workspaceId: WorkspaceId, customers: Iterable<CustomerId>): Promise<void> {
  const ids = [...new Set(customers)];
  for (let at = 0; at < ids.length; at += OWNERS_PER_LOAD) {
    const owners = ids.slice(at, at + OWNERS_PER_LOAD);
    const folded = foldAll(owners, await loadFoldSource(tx, workspaceId, owners));
    await saveFolded(tx, workspaceId, folded);
    const renamed = folded.filter(({ named }) => !named);
    if (renamed.length === 0) continue;
    await dropNameTokens(tx, workspaceId, renamed.map(({ id }) => id));
    await insertNameTokens(tx, workspaceId, renamed.flatMap(({ id, name }) => nameTokens(name).map((token) => ({ token, id }))));
  }
}
