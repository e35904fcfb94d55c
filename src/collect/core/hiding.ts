import { hideAll, hideContacts } from '../../kernel/contacts.ts';
import type { Json } from './wire.ts';

export { hideContacts };

/** The same for every text of a value, and for telephones sent as numbers. */
export const hideIn = (value: Json): Json => hideAll(value) as Json;
