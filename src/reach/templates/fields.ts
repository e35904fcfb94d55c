import { type Field, fieldsOf } from '../../customers/index.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';

/** What the product knows of a customer that a message may say. Whatever is not here is never said: identifiers, addresses, birthdays, scores, money. */
const SPOKEN = new Set(['gender', 'city', 'province', 'country', 'company', 'language', 'stage', 'stage_since', 'order_count', 'first_on', 'last_on', 'points', 'points_expiring', 'tier', 'tier_until', 'member_since', 'coupon_code']);
/** How somebody is addressed: no trait that anything was worked out from. */
export const NAMES: ReadonlySet<string> = new Set(['name', 'first_name']);

const isSpoken = (field: Field): boolean => !field.sealed && field.section === 'public' && field.type !== 'file' && (field.source === 'own' || SPOKEN.has(field.key));

/** The fields of a workspace that its messages may say: of the product's those declared for it, of its own those that are public and unsealed. */
export const spokenFields = async (stores: Stores, workspaceId: WorkspaceId): Promise<Field[]> => (await fieldsOf(stores, workspaceId)).filter(isSpoken);

/** Their keys as templates write them; a coded value (stage, gender) has its word under `<key>_name`. */
export const spokenKeys = (fields: readonly Field[]): Set<string> => new Set([...NAMES, ...fields.flatMap(({ key, optionWords }) => (optionWords === null ? [key] : [key, `${key}_name`]))]);
