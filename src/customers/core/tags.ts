/** How a tag gets its members. `rule`, `first`, `last`, `preference` and `metric` are computed; the rest is said. */
export const TAG_KINDS = ['manual', 'import', 'rule', 'first', 'last', 'preference', 'metric'] as const;
export type TagKind = (typeof TAG_KINDS)[number];
export const isComputed = (kind: TagKind): boolean => kind !== 'manual' && kind !== 'import';
/** Those that carry a value: nobody can be given one without it. */
export const VALUED_KINDS = ['first', 'last', 'preference', 'metric'] as const satisfies readonly TagKind[];
export const isValued = (kind: TagKind): boolean => (VALUED_KINDS as readonly TagKind[]).includes(kind);

/** What happens to a customer for whom the rule finds nothing any more: keep the last value, or clear it. */
export const ON_EMPTY = ['keep', 'clear'] as const;
export type OnEmpty = (typeof ON_EMPTY)[number];

/** customer → value; a plain tag has the empty value. */
export type TagMembers = ReadonlyMap<string, string>;
export type TagChanges = { start: { customer: string; value: string }[]; end: string[] };

/** What a recompute changes: newcomers and new values start, and under `clear` those no longer found end. */
export function tagChanges(now: TagMembers, found: TagMembers, onEmpty: OnEmpty): TagChanges {
  const start = [...found].filter(([customer, value]) => now.get(customer) !== value).map(([customer, value]) => ({ customer, value }));
  const end = onEmpty === 'keep' ? [] : [...now.keys()].filter((customer) => !found.has(customer));
  return { start, end };
}

/** Tags as people read them. One that carries a value stands among those of a customer as `key` and as `key:value`, so that filters may ask for either; people read the value. */
export const shownTags = (tags: readonly string[]): string[] => tags.filter((tag) => !tags.some((other) => other.startsWith(`${tag}:`)));

export type TagNode<T> = T & { children: TagNode<T>[] };

/** The tree of tags, siblings in the order given. A tag whose parent is absent stands at the top. */
export function treeOf<T extends { id: string; parentId: string | null }>(tags: readonly T[]): TagNode<T>[] {
  const nodes = new Map(tags.map((tag) => [tag.id, { ...tag, children: [] as TagNode<T>[] } as TagNode<T>]));
  const tops: TagNode<T>[] = [];
  for (const node of nodes.values()) (nodes.get(node.parentId ?? '')?.children ?? tops).push(node);
  return tops;
}

/** Whether `parentId` lies below `id`: such a move would cut the branch off the tree. */
export function isBelow(tags: readonly { id: string; parentId: string | null }[], id: string, parentId: string): boolean {
  const parents = new Map(tags.map((tag) => [tag.id, tag.parentId]));
  const seen = new Set<string>();
  for (let at: string | null | undefined = parentId; at && !seen.has(at); at = parents.get(at)) {
    if (at === id) return true;
    seen.add(at);
  }
  return false;
}
