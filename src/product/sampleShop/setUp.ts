import type { Caller } from '../../kernel/access/caller.ts';
import type { Condition, Tree } from '../../kernel/conditions/index.ts';
import type { Stores } from '../../kernel/stores.ts';
import { say } from '../../kernel/words/index.ts';
import { changeLayers, createSegment, keepPersona, listLayers, listPersonas, listSegments } from '../../lifecycle/index.ts';
import { addAccount, changeRules, listAccounts, listGroups, makeGroup, readRules } from '../../reach/index.ts';

const tree = (...of: Condition[]): Tree => ({ version: 1, root: { kind: 'and', of } });
const inStages = (...values: string[]): Condition => ({ kind: 'field', field: 'stage', test: { op: 'in', values } });
const atLeast = (field: string, value: number): Condition => ({ kind: 'field', field, test: { op: 'at_least', value } });
const bought = (days: number): Condition => ({ kind: 'event', event: 'order.paid', where: [], window: { kind: 'rolling', days }, of: { measure: 'count', test: { op: 'at_least', value: 1 } } });

/** Whom the shop may write to: the sandboxes it has are for text messages and mail. */
export const REACHABLE: Condition = { kind: 'field', field: 'reach', test: { op: 'any_of', values: ['sms', 'email'] } };
/** Silent for two months, after somebody of theirs was seen in the year before. */
export const SLEEPING = tree(atLeast('order_count', 1), bought(365), { kind: 'not', of: bought(60) }, REACHABLE);

const SEGMENTS: Readonly<Record<string, Tree>> = {
  at_risk: tree(inStages('at_risk')),
  regulars: tree(inStages('active', 'mature'), atLeast('net_minor', 100_000)),
  newcomers: tree(inStages('new'), REACHABLE),
  sleeping: tree(atLeast('order_count', 3), { kind: 'not', of: bought(60) }),
};
const PERSONAS = { regulars: ['sms', 'wecom'], newcomers: ['email', 'sms'] } as const;
const TOPICS = ['new_tea', 'offers'] as const;
/** Ways to send that reach nobody; what one message would cost, in minor units. */
const SANDBOXES = { sms: 5, email: 0.2 } as const;

/** Keeps each of some things by name unless one of that name is there; ids by key. */
async function keepAll<Key extends string>(keys: readonly Key[], known: readonly { id: string; name: string }[], nameOf: (key: Key) => string, keep: (key: Key) => Promise<{ id: string }>): Promise<Record<Key, string>> {
  const ids: Partial<Record<Key, string>> = {};
  for (const key of keys) ids[key] = (known.find(({ name }) => name === nameOf(key)) ?? await keep(key)).id;
  return ids as Record<Key, string>;
}

async function setUpSending(stores: Stores, caller: Caller): Promise<void> {
  const channels = Object.keys(SANDBOXES) as (keyof typeof SANDBOXES)[];
  await keepAll(channels, await listAccounts(stores, caller), (channel) => say(caller.language, `sample.account.${channel}`), (channel) =>
    addAccount(stores, caller, { channel, provider: 'sandbox', name: say(caller.language, `sample.account.${channel}`), config: {}, perSecond: null, perDay: null }));
  const { version } = await readRules(stores, caller);
  if (version === 0) await changeRules(stores, caller, { version, rules: { prices: SANDBOXES } });
  const keys = new Set((await listGroups(stores, caller)).map(({ key }) => key));
  for (const key of TOPICS) if (!keys.has(key)) await makeGroup(stores, caller, { key, name: say(caller.language, `sample.topic.${key}`), description: say(caller.language, `sample.topic.${key}.why`) });
}

/**
 * What a shop sets up before it writes to anybody: saved filters, who stands for them, layers, topics, and ways to send that reach nobody, marked so by
 * name. What is there already stays, so that it may be repeated.
 */
export async function setUpShop(stores: Stores, caller: Caller): Promise<void> {
  const word = (key: string): string => say(caller.language, `sample.${key}`);
  const segments = await keepAll(Object.keys(SEGMENTS), await listSegments(stores, caller), (key) => word(`segment.${key}`), (key) =>
    createSegment(stores, caller, { name: word(`segment.${key}`), description: word(`segment.${key}.why`), tree: SEGMENTS[key] as Tree }));
  await keepAll(Object.keys(PERSONAS) as (keyof typeof PERSONAS)[], await listPersonas(stores, caller), (key) => word(`persona.${key}`), (key) => {
    const [story, goals, pains] = ['story', 'goals', 'pains'].map((part) => word(`persona.${key}.${part}`)) as [string, string, string];
    return keepPersona(stores, caller, { segmentId: segments[key] as string, name: word(`persona.${key}`), story, goals: [goals], pains: [pains], channels: PERSONAS[key].map((channel) => say(caller.language, `message.channel.${channel}`)) }, null);
  });
  const { version, rules } = await listLayers(stores, caller);
  if (version === 0) await changeLayers(stores, caller, { ...rules, version });
  await setUpSending(stores, caller);
}
