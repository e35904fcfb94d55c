import { allTags, registerTagRule } from '../../customers/index.ts';
import { type Caller, systemCaller } from '../../kernel/access/caller.ts';
import { segmentsOf, Tree } from '../../kernel/conditions/index.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { z } from 'zod';
import { memberIds } from './members.ts';
import { demandTree } from './segments.ts';
import { holdSegments, registerSegmentUses } from './uses.ts';

const IDS_PER_PAGE = 20_000;
const Spec = z.object({ tree: Tree });

/** The rule sees every field; masks are for people. */
async function find(stores: Stores, workspaceId: WorkspaceId, spec: unknown): Promise<{ customer: CustomerId }[]> {
  const { tree } = Spec.parse(spec);
  const caller = systemCaller(workspaceId, ['customers.unmask']);
  const found: CustomerId[] = [];
  for (let after: CustomerId | null = null; ; ) {
    const page: { ids: CustomerId[]; next: CustomerId | null } = await memberIds(stores, caller, tree, { after, limit: IDS_PER_PAGE });
    found.push(...page.ids);
    if (!page.next) return found.map((customer) => ({ customer }));
    after = page.next;
  }
}

async function check(stores: Stores, caller: Caller, spec: unknown): Promise<void> {
  const given = Spec.safeParse(spec);
  if (!given.success) throw new Refusal('tag.spec_invalid', { pointer: `/spec/${given.error.issues[0]?.path.join('/') ?? ''}` });
  await demandTree(stores, caller, given.data.tree);
}

function segmentsIn(spec: unknown): string[] {
  const { data } = Spec.safeParse(spec);
  return data ? segmentsOf(data.tree) : [];
}

/** Tags of kind `rule` are borne by whoever fits their filter today. Spec: {tree}. Refuses `tag.spec_invalid`, and what the catalogue has against the filter. */
export function registerRuleTags(): void {
  registerTagRule('rule', { find, check, hold: (tx, workspaceId, spec, before) => holdSegments(tx, workspaceId, segmentsIn(spec), segmentsIn(before)) });
  registerSegmentUses('tags', async (tx, { workspaceId }) => (await allTags(tx, workspaceId)).flatMap(({ id, name, kind, spec }) => (kind === 'rule' ? segmentsIn(spec).map((segment) => ({ kind: 'tag', id, name, segment })) : [])));
}
