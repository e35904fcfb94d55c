import { CONSENT_CHANNELS, type ConsentChannel, consentsIn, flushMirror, type IdentifierKind, knownIn, ownersIn, sayConsentsIn, tell } from '../../../customers/index.ts';
import { systemCaller } from '../../../kernel/access/caller.ts';
import { PERMISSIONS } from '../../../kernel/access/permissions.ts';
import type { CustomerId, WorkspaceId } from '../../../kernel/ids.ts';
import type { Tx } from '../../../kernel/sql.ts';
import type { Stores } from '../../../kernel/stores.ts';
import { type Language, LANGUAGES } from '../../../kernel/words/index.ts';
import { objectorsAmong, switchTraits } from '../../../lifecycle/index.ts';
import type { ChannelName } from '../../core/message.ts';
import { sayTopicsIn, topicsOfIn } from '../../groups.ts';
import { insertSuppressions } from '../../queries/suppressions.ts';
import { rulesOf } from '../../settings.ts';
import { isLeftAlone, kindsOf, leftKinds, liftUnsubscribed } from '../queries/standing.ts';

/** Whose page it is, by the message it was opened from. */
export type Visitor = { workspaceId: WorkspaceId; customer: CustomerId; message: string; channel: ChannelName; language: Language };
export type Choices = {
  owner: CustomerId; language: Language; personal: boolean;
  channels: { channel: ConsentChannel; on: boolean }[]; topics: { id: string; name: string; description: string; on: boolean }[];
};
/** What somebody wants; of channels and topics those that are on. */
export type Wish = { channels: ReadonlySet<string>; topics: ReadonlySet<string>; personal: boolean; language: Language | null };

const KINDS: Readonly<Record<ConsentChannel, readonly IdentifierKind[]>> = { email: ['email'], sms: ['phone'], call: ['phone'], wecom: ['external_userid'], mp: ['openid'], push: [] };
const SOURCE = 'preferences';

async function channelsOf(tx: Tx, { workspaceId, channel: opened }: Visitor, owner: CustomerId): Promise<Choices['channels']> {
  const [kinds, left, rules, alone] = [await kindsOf(tx, workspaceId, owner), await leftKinds(tx, workspaceId, owner), await rulesOf(tx, workspaceId), await isLeftAlone(tx, workspaceId, owner)];
  const words = new Map((await consentsIn(tx, workspaceId, [owner])).filter(({ purpose }) => purpose === 'marketing').map(({ channel, state }) => [channel, state]));
  const shown = CONSENT_CHANNELS.filter((channel) => channel === opened || words.has(channel) || KINDS[channel].some((kind) => kinds.includes(kind)));
  const isOn = (channel: ConsentChannel): boolean => !alone && !KINDS[channel].some((kind) => left.includes(kind)) && (words.get(channel) ?? (rules.consent.marketing[channel] === 'given' ? 'withdrawn' : 'given')) === 'given';
  return shown.map((channel) => ({ channel, on: isOn(channel) }));
}

const languageIn = (value: unknown): Language | undefined => LANGUAGES.find((one) => one === value);

async function choicesIn(tx: Tx, visitor: Visitor): Promise<Choices | undefined> {
  const { workspaceId, customer } = visitor;
  const owner = (await ownersIn(tx, workspaceId, [customer])).get(customer);
  const person = owner ? (await knownIn(tx, workspaceId, [owner]))[0] : undefined;
  if (!owner || !person) return undefined;
  const topics = (await topicsOfIn(tx, workspaceId, owner)).map(({ group, name, description, state }) => ({ id: group, name, description, on: state !== 'left' }));
  return { owner, topics, channels: await channelsOf(tx, visitor, owner), personal: !(await objectorsAmong(tx, workspaceId, [owner])).has(owner), language: languageIn(person.values.language) ?? visitor.language };
}

/** How somebody stands to what they may be sent; undefined where they are nobody any more. Changes nothing. */
export const readChoices = (stores: Stores, visitor: Visitor): Promise<Choices | undefined> => stores.pg.tx(visitor.workspaceId, (tx) => choicesIn(tx, visitor));

const caller = (workspaceId: WorkspaceId) => ({ ...systemCaller(workspaceId, PERMISSIONS), actor: { kind: 'system' as const, id: SOURCE } });

type Said = { visitor: Visitor; before: Choices; at: Date };

async function sayChannels(tx: Tx, stores: Stores, { visitor: { workspaceId, message }, before: { owner }, at }: Said, channels: readonly ConsentChannel[], state: 'given' | 'withdrawn'): Promise<void> {
  if (channels.length === 0) return;
  await sayConsentsIn(tx, stores, workspaceId, [{ customer: owner, channels, purpose: 'marketing', state, source: SOURCE, proof: `message:${message}`, at }]);
  if (state === 'given') await liftUnsubscribed(tx, workspaceId, owner, channels.flatMap((channel) => KINDS[channel]), at);
}

async function saveIn(tx: Tx, stores: Stores, said: Said, wish: Wish): Promise<void> {
  const { visitor: { workspaceId, message }, before } = said;
  const turned = (on: boolean) => before.channels.filter((one) => one.on !== on && wish.channels.has(one.channel) === on).map(({ channel }) => channel);
  // One that leaves and one that comes back at once: what is given counts last, so that it lifts what stood against the person.
  await sayChannels(tx, stores, said, turned(false), 'withdrawn');
  await sayChannels(tx, stores, said, turned(true), 'given');
  const words = before.topics.filter(({ id, on }) => wish.topics.has(id) !== on);
  await sayTopicsIn(tx, stores, workspaceId, words.map(({ id, on }) => ({ group: id, customer: before.owner, state: on ? 'left' as const : 'joined' as const, source: SOURCE, proof: `message:${message}` })));
}

/** Writes what differs from how it stood, as said by the person now, with the message as its proof. False where they are nobody any more. */
export async function saveChoices(stores: Stores, visitor: Visitor, wish: Wish): Promise<boolean> {
  const { workspaceId } = visitor, at = stores.clock.now();
  const before = await stores.pg.tx(workspaceId, async (tx) => {
    const found = await choicesIn(tx, visitor);
    if (found) await saveIn(tx, stores, { visitor, before: found, at }, wish);
    return found;
  });
  if (!before) return false;
  if (wish.personal !== before.personal) await switchTraits(stores, caller(workspaceId), before.owner, !wish.personal);
  if (wish.language && wish.language !== before.language) await tell(stores, caller(workspaceId), before.owner, { fields: { language: wish.language } });
  await flushMirror(stores, workspaceId);
  return true;
}

/** Leaves everything at once: consent to marketing is withdrawn on every channel, and those that know no consent are closed. False where they are nobody any more. */
export async function leaveAll(stores: Stores, visitor: Visitor): Promise<boolean> {
  const { workspaceId, message } = visitor, at = stores.clock.now();
  const found = await stores.pg.tx(workspaceId, async (tx) => {
    const before = await choicesIn(tx, visitor);
    if (!before) return false;
    await sayConsentsIn(tx, stores, workspaceId, [{ customer: before.owner, channels: CONSENT_CHANNELS, purpose: 'marketing', state: 'withdrawn', source: SOURCE, proof: `message:${message}`, at }]);
    await insertSuppressions(tx, workspaceId, [{ address: null, customerId: before.owner, kind: null, reason: 'unsubscribed', source: SOURCE, at }]);
    return true;
  });
  if (found) await flushMirror(stores, workspaceId);
  return found;
}
