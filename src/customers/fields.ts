import { notFound, Refusal } from '../kernel/errors.ts';
import type { WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { type Field, guessType, isFieldKey, keyFrom } from './core/fields.ts';
import { readEmail, readMainlandMobile } from './core/identifiers.ts';
import { archiveField, insertFields, type OwnField, ownFields, updateField } from './queries/fields.ts';
import { declaredFields } from './registry.ts';
import './builtins.ts';

const OWN_MAX = 300;

const asField = (field: OwnField): Field => ({ ...field, source: 'own', optionWords: null });

/** Every field of the workspace by key: the product's and its own. */
export async function loadFields(tx: Tx, workspaceId: WorkspaceId): Promise<Map<string, Field>> {
  const own = await ownFields(tx, workspaceId);
  return new Map([...declaredFields(), ...own.map((field) => [field.key, asField(field)] as const)]);
}

export const fieldsOf = async (stores: Stores, workspaceId: WorkspaceId): Promise<Field[]> =>
  [...(await stores.pg.tx(workspaceId, (tx) => loadFields(tx, workspaceId))).values()];

export type FieldInput = Partial<OwnField> & Pick<OwnField, 'type'> & { key?: string; label: string };

const complete = (input: FieldInput, key: string): OwnField => ({
  key, type: input.type, label: input.label, section: input.section ?? 'public', block: input.block ?? null,
  options: input.options ?? [], unit: input.unit ?? null, ttlDays: input.ttlDays ?? null, sealed: input.sealed ?? false,
});

/** Adds a field; it can be written and filtered at once. Refuses `field.key_invalid`, `field.exists`, `field.too_many`, `field.options_missing`. */
export async function addField(stores: Stores, workspaceId: WorkspaceId, input: FieldInput): Promise<Field> {
  const key = input.key ?? keyFrom(input.label);
  if (!key || !isFieldKey(key)) throw new Refusal('field.key_invalid', { key: input.key ?? input.label });
  if (input.type === 'enum' && !input.options?.length) throw new Refusal('field.options_missing', { key });
  const field = complete(input, key);
  return stores.pg.tx(workspaceId, async (tx) => {
    const known = await loadFields(tx, workspaceId);
    if (known.has(key)) throw new Refusal('field.exists', { key }, 409);
    if ((await ownFields(tx, workspaceId)).length >= OWN_MAX) throw new Refusal('field.too_many', { max: OWN_MAX });
    if (await insertFields(tx, workspaceId, [field], stores.clock.now()) === 0) throw new Refusal('field.exists', { key }, 409);
    return asField(field);
  });
}

/** Changes an own field's label, section, block, options, unit or time to live; its key and type stay. Refuses `field.not_found`. */
export async function changeField(stores: Stores, workspaceId: WorkspaceId, key: string, change: Partial<OwnField>): Promise<Field> {
  return stores.pg.tx(workspaceId, async (tx) => {
    const field = (await ownFields(tx, workspaceId)).find((one) => one.key === key);
    if (!field) throw notFound('field', { key });
    const next: OwnField = { ...field, ...change, key, type: field.type, sealed: field.sealed };
    await updateField(tx, workspaceId, next);
    return asField(next);
  });
}

/** Hides an own field; its values stay, and a field of the same key cannot be made anew. */
export async function dropField(stores: Stores, workspaceId: WorkspaceId, key: string): Promise<void> {
  const dropped = await stores.pg.tx(workspaceId, (tx) => archiveField(tx, workspaceId, key, stores.clock.now()));
  if (dropped === 0) throw notFound('field', { key });
}

/** Names under which sources send what must come as an identifier or as the name. */
const LIFTED = new Set(['email', 'e_mail', 'phone', 'mobile', 'telephone', 'tel', 'phone_number', 'mobile_phone', 'name', 'id', 'user_id', 'anonymous_id']);

const looksPersonal = (value: unknown): boolean => typeof value === 'string' && (readEmail(value) !== undefined || readMainlandMobile(value) !== undefined);

/** Declares what nobody declared: a field of the type its first value asks for, sealed where that value looks like an address or a number of a person. */
export async function ensureFields(tx: Tx, workspaceId: WorkspaceId, traits: readonly Readonly<Record<string, unknown>>[], at: Date): Promise<Map<string, Field>> {
  const known = await loadFields(tx, workspaceId);
  const fresh = new Map<string, OwnField>();
  for (const one of traits) {
    for (const [name, value] of Object.entries(one)) {
      if (known.has(name) || fresh.has(name)) continue;
      const key = keyFrom(name);
      const type = guessType(value);
      if (!key || !type || LIFTED.has(key) || known.has(key) || fresh.has(key)) continue;
      fresh.set(key, complete({ type, label: name.slice(0, 100), sealed: looksPersonal(value) }, key));
    }
  }
  if (fresh.size === 0) return known;
  const room = Math.max(0, OWN_MAX - [...known.values()].filter(({ source }) => source === 'own').length);
  await insertFields(tx, workspaceId, [...fresh.values()].slice(0, room), at);
  return loadFields(tx, workspaceId);
}

/** Traits under their field keys; names that fit no field fall away. */
export function traitsByKey(fields: ReadonlyMap<string, Field>, traits: Readonly<Record<string, unknown>>): [Field, unknown][] {
  return Object.entries(traits).flatMap(([name, value]): [Field, unknown][] => {
    const field = fields.get(name) ?? fields.get(keyFrom(name) ?? '');
    return field && !LIFTED.has(field.key) ? [[field, value]] : [];
  });
}
