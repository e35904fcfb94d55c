import { type Address, addressesIn, consentsIn, type IdentifierKind, type KnownPerson, knownIn, ownersIn } from '../customers/index.ts';
import type { CustomerId, WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { LANGUAGES, type Language } from '../kernel/words/types.ts';
import { objectorsAmong, type Touch, touchIn } from '../lifecycle/index.ts';
import { providerOf } from './channels/channel.ts';
import { HISTORY_MS } from './core/caps.ts';
import { holidaysAround } from './core/holidays.ts';
import type { ChannelName } from './core/message.ts';
import type { Scene } from './core/permit.ts';
import type { Person, Way } from './core/person.ts';
import type { Rules } from './core/rules.ts';
import { isZone } from './core/zones.ts';
import type { WorkRow } from './queries/messages.ts';
import { type AccountRow, accountRows, countedOf, openingsOf, suppressionsOf, topicsLeftBy, unwellSources, type WorkspaceRow, workspaceRow } from './queries/state.ts';
import { rulesOf } from './settings.ts';

/** Everything a decision about some messages looks at, as it stands inside one transaction. */
export type Loaded = {
  scene: Scene; accounts: readonly AccountRow[]; unwell: ReadonlySet<string>;
  /** Whose message each customer's is today; absent: nobody's any more. */
  owners: ReadonlyMap<string, CustomerId>; people: ReadonlyMap<CustomerId, Person>; addresses: ReadonlyMap<CustomerId, readonly Address[]>; languages: ReadonlyMap<CustomerId, Language>;
};

const numberIn = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);
const isSet = (value: unknown): boolean => value !== undefined && value !== null && value !== false && value !== 0 && value !== '';

/** "zh-Hant-TW", "zh_tw", "en-GB" as one of the languages there are. */
export function languageOf(said: unknown, fallback: string): Language {
  const text = String(typeof said === 'string' && said !== '' ? said : fallback).replaceAll('_', '-').toLowerCase();
  if (text.startsWith('zh')) return /tw|hk|mo|hant/.test(text) ? 'zh-TW' : 'zh-CN';
  return LANGUAGES.find((one) => text.startsWith(one.toLowerCase())) ?? (text === fallback.toLowerCase() ? 'en' : languageOf(fallback, 'en'));
}

const complains = ({ complaint }: Rules, { values, tags }: Pick<KnownPerson, 'values' | 'tags'>): boolean => complaint.fields.some((field) => isSet(values[field])) || complaint.tags.some((tag) => tags.includes(tag));

/** Who of some people has an open complaint, by the rules in force; nobody where these do not ask. */
export async function complainersIn(tx: Tx, workspaceId: WorkspaceId, people: readonly CustomerId[]): Promise<Set<CustomerId>> {
  const rules = await rulesOf(tx, workspaceId);
  return new Set(rules.complaint.on ? (await knownIn(tx, workspaceId, [...new Set(people)])).filter((one) => complains(rules, one)).map(({ id }) => id) : []);
}

type Parts = {
  consents: Awaited<ReturnType<typeof consentsIn>>; topics: Awaited<ReturnType<typeof topicsLeftBy>>; counted: Awaited<ReturnType<typeof countedOf>>; openings: Awaited<ReturnType<typeof openingsOf>>;
  suppressed: Awaited<ReturnType<typeof suppressionsOf>>; objectors: ReadonlySet<string>; touch: ReadonlyMap<CustomerId, Touch>;
};

const touchOf = (touch: Touch | undefined): Pick<Person, 'touch'> => (touch ? { touch: { tier: touch.terms.key, channels: touch.terms.channels, human: touch.human } } : {});

function peopleOf(known: readonly KnownPerson[], { timezone }: WorkspaceRow, rules: Rules, parts: Parts, addresses: Loaded['addresses']): Map<CustomerId, Person> {
  const by = <T extends { owner: CustomerId | null }>(rows: readonly T[]): Map<CustomerId | null, T[]> => Map.groupBy(rows, ({ owner }) => owner);
  const [consents, topics, counted, openings, personal] = [by(parts.consents), by(parts.topics), by(parts.counted), by(parts.openings), by(parts.suppressed)];
  const addressed = Map.groupBy(parts.suppressed.filter(({ address }) => address !== null), ({ address }) => address);
  return new Map(known.map(({ id, values, tags }): [CustomerId, Person] => [id, {
    id, zone: typeof values.timezone === 'string' && isZone(values.timezone) ? values.timezone : timezone, consents: consents.get(id) ?? [], topicsLeft: (topics.get(id) ?? []).map(({ topic }) => topic),
    suppressed: [...(personal.get(id) ?? []), ...(addresses.get(id) ?? []).flatMap(({ subject }) => addressed.get(subject) ?? [])].map(({ reason, address }) => ({ reason, address })),
    sent: (counted.get(id) ?? []).map(({ at, channel, purpose }) => ({ atMs: at.getTime(), channel, purpose })), openings: openings.get(id) ?? [],
    openComplaint: complains(rules, { values, tags }), csat: numberIn(values.csat), nps: numberIn(values.nps),
    traitsRefused: parts.objectors.has(id), ...touchOf(parts.touch.get(id)),
  }]));
}

/** The kinds of address that the workspace's connections want. */
const kindsOf = (accounts: readonly AccountRow[]): Set<IdentifierKind> => new Set(accounts.flatMap(({ channel, provider }) => providerOf(channel, provider)?.address ?? []));

/** What a text needs to be written before the last look: whose it is, in which language, and whether their traits may be used. */
export type Faces = Pick<Loaded, 'owners' | 'languages'> & { base: Rules['base']; objectors: ReadonlySet<string> };
export async function loadFaces(tx: Tx, workspaceId: WorkspaceId, rows: readonly WorkRow[]): Promise<Faces> {
  const [{ base }, workspace] = [await rulesOf(tx, workspaceId), await workspaceRow(tx, workspaceId)];
  const owners = await ownersIn(tx, workspaceId, [...new Set(rows.map(({ customer }) => customer))]), ids = [...new Set(owners.values())];
  return { base, owners, languages: languagesOf(await knownIn(tx, workspaceId, ids), workspace), objectors: await objectorsAmong(tx, workspaceId, ids) };
}

const languagesOf = (known: readonly KnownPerson[], { language }: WorkspaceRow): Loaded['languages'] => new Map(known.map(({ id, values }) => [id, languageOf(values.language, language)]));

/** Reads what a decision about these messages needs, for all of them at once. What they themselves count for is left out. */
export async function load(tx: Tx, stores: Stores, workspaceId: WorkspaceId, rows: readonly WorkRow[], { accountsNow }: { accountsNow?: readonly AccountRow[] } = {}): Promise<Loaded> {
  const keys = await stores.keys.of(workspaceId), now = stores.clock.now(), but = rows.map(({ id }) => id);
  const [rules, workspace, accounts] = [await rulesOf(tx, workspaceId), await workspaceRow(tx, workspaceId), accountsNow ?? await accountRows(tx, workspaceId)];
  const owners = await ownersIn(tx, workspaceId, [...new Set(rows.map(({ customer }) => customer))]), ids = [...new Set(owners.values())];
  const addresses = Map.groupBy(await addressesIn(tx, keys, workspaceId, ids, kindsOf(accounts)), ({ owner }) => owner);
  const known = await knownIn(tx, workspaceId, ids);
  const unwell = await unwellSources(tx, workspaceId);
  // What people said comes last: the younger it is, the less can have been said since.
  const parts: Parts = {
    counted: await countedOf(tx, workspaceId, { owners: ids, since: new Date(now.getTime() - HISTORY_MS), but }), openings: accounts.some(({ channel }) => channel === 'mp') ? await openingsOf(tx, workspaceId, { owners: ids, now, but }) : [],
    objectors: await objectorsAmong(tx, workspaceId, ids), touch: await touchIn(tx, stores, workspaceId, ids), topics: await topicsLeftBy(tx, workspaceId, ids), consents: await consentsIn(tx, workspaceId, ids),
    suppressed: await suppressionsOf(tx, workspaceId, { owners: ids, addresses: [...addresses.values()].flatMap((own) => own.map(({ subject }) => subject)) }),
  };
  return {
    scene: { rules, holidays: holidaysAround(rules, now.getTime()), nowMs: now.getTime() }, accounts, unwell, owners, addresses,
    people: peopleOf(known, workspace, rules, parts, addresses), languages: languagesOf(known, workspace),
  };
}

/** The address of a kind to write to: one that is not suppressed where there is one. */
export function addressOf({ addresses, people }: Pick<Loaded, 'addresses' | 'people'>, owner: CustomerId, kind: IdentifierKind): Address | undefined {
  const own = (addresses.get(owner) ?? []).filter((one) => one.kind === kind), dead = new Set((people.get(owner)?.suppressed ?? []).map(({ address }) => address));
  return own.find(({ subject }) => !dead.has(subject)) ?? own[0];
}

/** How somebody is reached over a connection of a channel. */
export function wayOver(loaded: Loaded, owner: CustomerId, channel: ChannelName, account: AccountRow | undefined): Way {
  const provider = account && providerOf(channel, account.provider);
  if (!account || !provider) return { channel, address: null, account: null, accountState: 'on' };
  const address = provider.address === null ? 'unneeded' : (addressOf(loaded, owner, provider.address)?.subject ?? null);
  return { channel, address, account: account.id, accountState: account.state };
}

/** The channel's connection: the first that is on, else the first. */
export const accountFor = (accounts: readonly AccountRow[], channel: ChannelName): AccountRow | undefined => {
  const own = accounts.filter((one) => one.channel === channel);
  return own.find(({ state }) => state === 'on') ?? own[0];
};
