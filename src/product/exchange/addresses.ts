import { addressesIn, type IdentifierKind, isIdentifierKind, ownersIn, subjectIds } from '../../customers/index.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { Row } from './taken.ts';

const KINDS: ReadonlySet<IdentifierKind> = new Set(['email', 'phone', 'openid', 'external_userid']);

/** A suppressed address as it leaves. `value` is null without leave for identifiers, and where nobody has it: of such an address only a digest is known, under a key that stays. */
type Told = { kind: string | null; scope: string; value: string | null };

/**
 * Suppressions as another workspace can read them: in clear by the address itself; else by the person who has it, so that they stay unwritten to. Rows are of one
 * page, `address` a digest or null; comes out as `{kind, scope, value}` or null.
 */
export async function tellAddresses(tx: Tx, stores: Stores, { workspaceId }: Caller, rows: readonly Row[], clear: boolean): Promise<Row[]> {
  const digests = rows.flatMap(({ address }) => (typeof address === 'string' ? [address] : []));
  const owners = await ownersIn(tx, workspaceId, digests);
  const found = clear ? await addressesIn(tx, await stores.keys.of(workspaceId), workspaceId, [...new Set(owners.values())], KINDS, { shared: true }) : [];
  const known = new Map(found.map((one) => [one.subject as string, one]));
  return rows.map((row) => {
    if (typeof row.address !== 'string') return row;
    const one = known.get(row.address);
    const address: Told = { kind: one?.kind ?? (row.kind as string | null), scope: one?.scope ?? '', value: one?.value ?? null };
    return { ...row, address, customer_id: one ? null : (owners.get(row.address) ?? null) };
  });
}

const isTold = (value: unknown): value is Told => typeof value === 'object' && value !== null && 'value' in value;

/** The same rows with the digests of here; `unknown`: how many name an address that cannot be known here, and are left out. */
export async function addressesHere(stores: Stores, { workspaceId }: Caller, rows: readonly Row[]): Promise<{ rows: Row[]; unknown: number }> {
  const told = rows.map(({ address }) => (isTold(address) && typeof address.value === 'string' && isIdentifierKind(String(address.kind)) ? { kind: address.kind as IdentifierKind, scope: String(address.scope ?? ''), value: address.value } : null));
  const asked = told.flatMap((one) => one ?? []);
  const subjects = await subjectIds(stores, workspaceId, asked);
  let next = 0;
  const here = rows.flatMap((row, at): Row[] => {
    const address = told[at] ? subjects[next++] : undefined;
    if (address) return [{ ...row, address, customer_id: null }];
    return typeof row.customer_id === 'string' ? [{ ...row, address: null }] : [];
  });
  return { rows: here, unknown: rows.length - here.length };
}
