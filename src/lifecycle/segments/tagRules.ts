import { registerTagRule } from '../../customers/index.ts';
import { systemCaller } from '../../kernel/access/caller.ts';
import { Tree } from '../../kernel/conditions/index.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { z } from 'zod';
import { memberIds } from './members.ts';
import { demandTree } from './segments.ts';

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

/** Tags of kind `rule` are borne by whoever fits their filter today. Spec: {tree}. Refuses `tag.spec_invalid`, and what the catalogue has against the filter. */
export const registerRuleTags = (): void => registerTagRule('rule', {
  find,
  check: async (stores, caller, spec) => {
    const given = Spec.safeParse(spec);
    if (!given.success) throw new Refusal('tag.spec_invalid', { pointer: `/spec/${given.error.issues[0]?.path.join('/') ?? ''}` });
    await demandTree(stores, caller, given.data.tree);
  },
});
