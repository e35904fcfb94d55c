import { type Caller, demand, may } from '../kernel/access/caller.ts';
import type { CustomerId, WorkspaceId } from '../kernel/ids.ts';
import type { WorkspaceKeys } from '../kernel/seal.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Field } from './core/fields.ts';
import type { FieldValue } from './core/fold.ts';
import { byStrength, type IdentifierKind } from './core/identifiers.ts';
import { displayPhone, isHidden, maskOf, maskText } from './core/masks.ts';
import { blobContext } from './newcomers.ts';
import { sealedIdentifiers } from './queries/people.ts';
import { readingVault } from './vault.ts';

/** An identifier as a caller may see it. `masked`: part of `shown` is hidden. */
export type ShownIdentifier = { subject: string; kind: IdentifierKind; scope: string; shown: string; masked: boolean; overLimit: boolean };

/** Whether identifiers and private fields come in clear: asked for, and allowed. Refuses `access.forbidden` when asked for without leave. */
export function wantsClear(caller: Caller, clear: boolean | undefined): boolean {
  if (clear) demand(caller, 'customers.unmask');
  return clear === true;
}

const isPhone = (kind: IdentifierKind): boolean => kind === 'phone' || kind === 'receiver_phone';
const shownOf = (kind: IdentifierKind, value: string, clear: boolean): string => (!clear ? maskOf(kind, value) : isPhone(kind) ? displayPhone(value) : value);

/** The identifiers of customers, strongest first; with `receivers`, also the telephones their parcels went to. */
export async function identifiersOf(
  tx: Tx, keys: WorkspaceKeys, workspaceId: WorkspaceId, owners: readonly CustomerId[], { clear, receivers = false }: { clear: boolean; receivers?: boolean },
): Promise<Map<CustomerId, ShownIdentifier[]>> {
  const rows = await sealedIdentifiers(tx, workspaceId, owners, { receivers });
  const vault = readingVault(tx, keys, workspaceId);
  await vault.know(rows.map(({ sealed }) => sealed));
  const blobs = new Map<string, string[]>();
  const opened = (row: (typeof rows)[number]): string => {
    const blob = blobs.get(row.sealedIn) ?? (JSON.parse(vault.open(row.sealed, blobContext(workspaceId, row.sealedIn))) as string[]);
    blobs.set(row.sealedIn, blob);
    return blob[row.sealedAt] ?? '';
  };
  const named = rows.map((row) => ({ ...row, value: opened(row) })).sort(byStrength);
  const shown = named.map((row) => ({ owner: row.owner, one: { subject: row.id, kind: row.kind, scope: row.scope, shown: shownOf(row.kind, row.value, clear), masked: !clear && isHidden(row.kind, row.value), overLimit: row.over } }));
  return new Map([...Map.groupBy(shown, ({ owner }) => owner)].map(([owner, own]) => [owner, own.map(({ one }) => one)]));
}

/** A private or sealed field's value is hidden from whoever may not unmask, and from everybody who did not ask. */
export const isFieldHidden = (caller: Caller, field: Pick<Field, 'section' | 'sealed'>, clear: boolean): boolean =>
  (field.sealed && !clear) || (field.section === 'private' && !may(caller, 'customers.unmask'));

export const shownValue = (value: FieldValue, hidden: boolean): FieldValue => (hidden ? maskText() : value);
