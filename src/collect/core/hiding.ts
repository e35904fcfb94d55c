import { hideAll, hideContacts } from '../../kernel/contacts.ts';
import type { Mapping } from './mapping.ts';
import type { Json } from './wire.ts';

export { hideContacts };

/** Columns and properties that hold who somebody is, by what people call them, where nobody has said what they are. */
const PERSONAL = /phone|mobile|(?:^|_)tel|e-?mail|address|id_?card|id_?number|identity|passport|openid|unionid|external_userid|手机|电话|電話|邮箱|郵箱|信箱|地址|身份证|身分證|护照|護照/i;
/** Shop vocabulary, as everywhere else: a number that is a telephone is hidden all the same. */
const READABLE: ReadonlySet<string> = new Set(['id.member_no', 'id.buyer_id', 'id.user_id', 'id.login', 'id.anonymous', 'id.device']);
const SEALED: ReadonlySet<string> = new Set(['receiver.address', 'id.receiver']);
const ALWAYS: ReadonlySet<string> = new Set(['address', 'id_number']);

/** A text nobody may read here: its kind stays to be seen, as with masks elsewhere. */
const masked = (text: string): string => { const shown = hideContacts(text); return text === '' || shown !== text ? shown : `${[...text][0]}***`; };

/** The same for every text of a value, for telephones sent as numbers, and for all that stands under a name that says so. */
export const hideIn = (value: Json): Json => hiddenBelow(hideAll(value) as Json, value, '');

function hiddenBelow(shown: Json, given: Json, key: string): Json {
  if (typeof given === 'string' && typeof shown === 'string') return PERSONAL.test(key) && shown === given ? masked(given) : shown;
  if (typeof given === 'number') return PERSONAL.test(key) ? '****' : shown;
  if (Array.isArray(given) && Array.isArray(shown)) return given.map((one, at) => hiddenBelow(shown[at] as Json, one, key));
  if (typeof given !== 'object' || given === null || Array.isArray(shown) || typeof shown !== 'object' || shown === null) return shown;
  const names = Object.keys(shown);
  // Two names masked alike have become one.
  if (names.length !== Object.keys(given).length) return shown;
  return Object.fromEntries(Object.entries(given).map(([name, inner], at) => [names[at] ?? name, hiddenBelow((shown as Record<string, Json>)[names[at] ?? name] as Json, inner, name)]));
}

/** How cells of a file are shown to those who may not see who somebody is: by what the import took each column for, else by its name and by what stands in it. */
export function cellHider(mapping: Mapping | undefined, header: readonly string[]): (cell: string, at: number) => string {
  const columns = new Map((mapping?.columns ?? []).map((column) => [column.header, column]));
  const hides = header.map((name) => {
    const { field = '', as = '' } = columns.get(name) ?? {};
    if (READABLE.has(field)) return false;
    return field.startsWith('id.') || SEALED.has(field) || ALWAYS.has(as) || PERSONAL.test(name);
  });
  return (cell, at) => (hides[at] ? masked(cell) : hideContacts(cell));
}
