import type { Caller } from '../kernel/access/caller.ts';
import { type Condition, EVERYBODY, type Tree } from '../kernel/conditions/index.ts';
import type { Stores } from '../kernel/stores.ts';
import { compiledFor, segmentTree } from '../lifecycle/index.ts';
import type { Definition, Entry } from './core/definition.ts';
import { asker } from './knowledge.ts';
import { countDoing, countFitting } from './queries/expected.ts';

/** Days of the past that stand for what is to come. */
const DAYS = 28;

const both = (one: Tree, other: Tree | null): Tree => (other ? { version: 1, root: { kind: 'and', of: [one.root, other.root] } } : one);
const treeOf = (root: Condition): Tree => ({ version: 1, root });

/** Whom an entry may bring in, as a filter; undefined where events alone say it. */
async function whom(stores: Stores, caller: Caller, entry: Entry): Promise<Tree | undefined> {
  switch (entry.kind) {
    case 'segment': return segmentTree(stores, caller, entry.segment);
    case 'stage': return treeOf({ kind: 'field', field: 'stage', test: { op: 'in', values: entry.to } });
    case 'date': return treeOf({ kind: 'field', field: entry.field, test: { op: 'present' } });
    case 'holiday': case 'cadence': return EVERYBODY;
    case 'event': case 'api': return undefined;
  }
}

/** How many people a journey may reach, at most: those its entries name today, and those who did its events in the last four weeks. What approvals go by. */
export async function peopleExpected(stores: Stores, caller: Caller, { entries, audience }: Definition): Promise<number> {
  const { workspaceId } = caller;
  let people = 0;
  for (const entry of entries) {
    const tree = await whom(stores, asker(workspaceId), entry);
    if (tree) people += await countFitting(stores.ch, workspaceId, await compiledFor(stores, asker(workspaceId), both(tree, audience)));
    else if (entry.kind === 'event') people += await countDoing(stores.ch, workspaceId, entry.events, new Date(stores.clock.now().getTime() - DAYS * 86_400_000));
  }
  return people;
}
