import { registerTagRule } from '../../customers/index.ts';
import { systemCaller } from '../../kernel/access/caller.ts';
import { Tree } from '../../kernel/conditions/index.ts';
import type { CustomerId } from '../../kernel/ids.ts';
import { z } from 'zod';
import { memberIds } from './members.ts';

const IDS_PER_PAGE = 20_000;
const Spec = z.object({ tree: Tree });

/** Tags of kind `rule` are borne by whoever fits their filter today. Spec: {tree}. The rule sees every field; masks are for people. */
export const registerRuleTags = (): void => registerTagRule('rule', async (stores, workspaceId, spec) => {
  const { tree } = Spec.parse(spec);
  const caller = systemCaller(workspaceId, ['customers.unmask']);
  const found: CustomerId[] = [];
  for (let after: CustomerId | null = null; ; ) {
    const page: { ids: CustomerId[]; next: CustomerId | null } = await memberIds(stores, caller, tree, { after, limit: IDS_PER_PAGE });
    found.push(...page.ids);
    if (!page.next) return found.map((customer) => ({ customer }));
    after = page.next;
  }
});
