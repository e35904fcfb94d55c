import type { Field, KnownPerson } from '../../customers/index.ts';
import type { Workspace } from '../../kernel/access/index.ts';
import { hideAll } from '../../kernel/contacts.ts';
import { dayIn } from '../../kernel/day.ts';
import { own } from '../../kernel/own.ts';
import { type Language, say } from '../../kernel/words/index.ts';
import { firstNameOf } from '../core/templates/names.ts';
import { plainData } from '../core/templates/plainValue.ts';
import type { Manner } from './filters.ts';
import type { Scope } from './liquid.ts';

/** Addresses that lead nowhere, for texts that are looked at. */
export const EXAMPLE = { unsubscribe: 'https://example.invalid/unsubscribe', preferences: 'https://example.invalid/preferences', web: 'https://example.invalid/web' };
export type Links = { unsubscribe: string | null; preferences: string | null; web: string | null };
export type Told = { person: KnownPerson | undefined; fields: readonly Field[]; workspace: Workspace; params: Readonly<Record<string, unknown>>; links: Links; language: Language; personalised: boolean; now: Date };

const bare = (pairs: readonly (readonly [string, unknown])[]): Record<string, unknown> => {
  const map = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of pairs) if (value !== undefined && value !== null && value !== '') map[key] = value;
  return map;
};

/** A telephone or an address that stands in a name or a field is not said; whoever wrote it there did not mean to. */
const unnamed = (value: unknown): unknown => (typeof value === 'string' && (hideAll(value) !== value || /[*＊]{2,}/.test(value)) ? undefined : value);

function customerOf({ person, fields, language, personalised }: Told): Record<string, unknown> {
  if (!person) return bare([]);
  const names: [string, unknown][] = [['name', /[*＊]/.test(person.name) ? undefined : unnamed(person.name)], ['first_name', unnamed(firstNameOf(person.name))]];
  if (!personalised) return bare(names);
  return bare([...names, ...fields.flatMap(({ key, optionWords }): [string, unknown][] => {
    const value = plainData(unnamed(own(person.values, key)));
    return optionWords !== null && typeof value === 'string' ? [[key, value], [`${key}_name`, say(language, optionWords + value)]] : [[key, value]];
  })]);
}

const zones = new Map<string, boolean>();
const ZONES_KEPT = 1_000;
function isZone(zone: string): boolean {
  const known = zones.get(zone);
  if (known !== undefined) return known;
  if (zones.size >= ZONES_KEPT) zones.clear();
  let good = true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    good = false;
  }
  zones.set(zone, good);
  return good;
}

/** The zone a person said they live in, else the workspace's. */
const zoneOf = ({ person, workspace }: Told): string => {
  const own = person?.values.timezone;
  return typeof own === 'string' && isZone(own) ? own : workspace.timezone;
};

export const mannerOf = (told: Told): Manner => ({ language: told.language, zone: zoneOf(told), currency: told.workspace.currency, now: told.now });

/**
 * Everything a template may see, as plain data without prototypes: `customer` (the declared fields; of somebody who wants no message based on their
 * traits only how they are called), `event` (what happened, with contacts masked), `workspace`, `links`, `today`.
 */
export function scopeOf(told: Told): Scope {
  const { workspace, params, links, now } = told;
  const { arm: _, ...event } = params;
  return bare([
    ['customer', customerOf(told)], ['event', plainData(hideAll(event)) ?? bare([])],
    ['workspace', bare([['name', workspace.name], ['currency', workspace.currency], ['timezone', workspace.timezone]])],
    ['links', bare(Object.entries(links))], ['today', dayIn(zoneOf(told), now)],
  ]);
}
