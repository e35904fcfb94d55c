import type { Caller } from '../../kernel/access/caller.ts';
import type { Stores } from '../../kernel/stores.ts';
import { looksAfter, type Membership, segmentNumbers } from './queries/memberships.ts';
import { NOBODY } from '../../kernel/ids.ts';

const ROWS_PER_PAGE = 20_000;

/** One customer's looks in order. Somebody merged was looked at under several ids: at each look they were in whatever any of these was in. */
function* told(lines: readonly Awaited<ReturnType<typeof looksAfter>>[number][], idOf: ReadonlyMap<number, string>): Generator<Membership> {
  const now = new Map<string, readonly number[]>();
  for (const { customer, anchor, version, at, day, numbers } of [...lines].sort((a, b) => a.version - b.version)) {
    now.set(anchor, numbers);
    yield { customer, version, at, day, segments: [...new Set([...now.values()].flat())].flatMap((number) => idOf.get(number) ?? []).sort() };
  }
}

/** Who was in which segment since when, a line a change. */
export async function* membershipLines({ pg, ch }: Stores, { workspaceId }: Caller): AsyncGenerator<string> {
  const idOf = await pg.tx(workspaceId, (tx) => segmentNumbers(tx, workspaceId));
  for (let after = NOBODY; ;) {
    const page = await looksAfter(ch, workspaceId, after, ROWS_PER_PAGE);
    yield [...Map.groupBy(page, ({ customer }) => customer).values()].flatMap((own) => [...told(own, idOf)]).map((one) => `${JSON.stringify(one)}\n`).join('');
    const last = page.at(-1)?.customer;
    if (page.length < ROWS_PER_PAGE || last === undefined) return;
    after = last;
  }
}
