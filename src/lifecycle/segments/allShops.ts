import type { Caller } from '../../kernel/access/caller.ts';
import { Refusal } from '../../kernel/errors.ts';

/** What is kept of a segment is kept of all shops together: refuses `segment.shops` (403) for callers who see some of them. */
export function demandAllShops({ shops }: Caller): void {
  if (shops.length > 0) throw new Refusal('segment.shops', {}, 403);
}
