import type { CustomerId, WorkspaceId } from '../kernel/ids.ts';
import { hideContacts } from '../kernel/contacts.ts';
import { type Field, readValue } from './core/fields.ts';
import { type FieldValue, hear, type Own } from './core/fold.ts';
import { traitsByKey } from './fields.ts';
import type { AnchorRow, Said } from './queries/customers.ts';
import type { Vault } from './vault.ts';

/** What an item says: values kept clear, values kept sealed, and fields whose value does not fit their type. */
export type Heard = { clear: Own; sealed: Own; unfit: string[] };
export type Spoken = { name?: string; traits?: Readonly<Record<string, unknown>>; at: Date; source: string };

const NAME_MAX = 200;

const nameOf = (name: string | undefined): string => {
  const text = name?.normalize('NFC').replace(/[\u0000-\u001f\u007f]/g, ' ').trim().slice(0, NAME_MAX) ?? '';
  // Many people are called by their number where somebody had nothing better to write.
  return text.isWellFormed() ? hideContacts(text) : '';
};

/** A value that is kept in clear holds no telephone and no e-mail: where one is met in it, it is masked. */
export const withoutContacts = (value: FieldValue): FieldValue => (typeof value === 'string' ? hideContacts(value) : Array.isArray(value) ? value.map(hideContacts) : value);

/** Reads an item's name and traits against the fields. The name is the value `name`, which no field may be called. */
export function readSpoken(fields: ReadonlyMap<string, Field>, { name, traits, at, source }: Spoken): Heard {
  const heard = { clear: {} as Record<string, Own[string]>, sealed: {} as Record<string, Own[string]>, unfit: [] as string[] };
  const text = nameOf(name);
  if (text) heard.clear.name = [text, at.getTime(), source];
  if (!traits) return heard;
  for (const [field, value] of traitsByKey(fields, traits)) {
    const read = readValue(field, value);
    if (read === undefined) heard.unfit.push(field.key);
    // Absence of a value says nothing: an export with an empty column must not wipe what is known.
    else if (read !== null) heard[field.sealed ? 'sealed' : 'clear'][field.key] = [field.sealed ? read : withoutContacts(read), at.getTime(), source];
  }
  return heard;
}

const contextOf = (workspaceId: WorkspaceId, id: CustomerId): string => `customer:${workspaceId}:${id}`;

/** `before`: what was sealed of them until now. */
export const sealOwn = (vault: Vault, workspaceId: WorkspaceId, id: CustomerId, own: Own, before?: Buffer | null): Buffer | null =>
  Object.keys(own).length > 0 ? vault.seal(JSON.stringify(own), contextOf(workspaceId, id), before) : null;

export const openOwn = (vault: Vault, workspaceId: WorkspaceId, id: CustomerId, sealed: Buffer | null): Own =>
  sealed ? (JSON.parse(vault.open(sealed, contextOf(workspaceId, id))) as Own) : {};

/** What of anchors is sealed, for the vault to know. */
export const blobsOf = (anchors: Iterable<Pick<AnchorRow, 'sealed' | 'taughtSealed'>>): (Buffer | null)[] => [...anchors].flatMap(({ sealed, taughtSealed }) => [sealed, taughtSealed]);

/** Everything said of an anchor, by files and by everybody else. */
export const allSaid = (vault: Vault, workspaceId: WorkspaceId, { id, own, sealed, taught, taughtSealed }: Pick<AnchorRow, 'id' | 'own' | 'sealed' | 'taught' | 'taughtSealed'>): Own =>
  ({ ...hear(own, taught), ...hear(openOwn(vault, workspaceId, id, sealed), openOwn(vault, workspaceId, id, taughtSealed)) });

/** What one kind of teller says of an anchor with news added; undefined when it already said all of it. `vouched`: not a file. */
export function withHeard(vault: Vault, workspaceId: WorkspaceId, anchor: AnchorRow, { clear, sealed }: Pick<Heard, 'clear' | 'sealed'>, vouched = true): Said | undefined {
  const known = vouched ? { said: anchor.own, sealed: anchor.sealed } : { said: anchor.taught, sealed: anchor.taughtSealed };
  const said = hear(known.said, clear);
  const before = openOwn(vault, workspaceId, anchor.id, known.sealed);
  const after = Object.keys(sealed).length > 0 ? hear(before, sealed) : before;
  const same = JSON.stringify(said) === JSON.stringify(known.said) && JSON.stringify(after) === JSON.stringify(before);
  return same ? undefined : { id: anchor.id, said, sealed: after === before ? known.sealed : sealOwn(vault, workspaceId, anchor.id, after, known.sealed) };
}
