import type { CustomerId } from '../kernel/ids.ts';
import { type ChannelName, CHANNELS, holidaysAround, permit, type Rules } from '../reach/index.ts';
import type { Send } from './core/definition.ts';
import type { Replay } from './replies.ts';

/** A message a walk through the past would have proposed. */
export type Wish = { person: CustomerId; zone: string; at: number; send: Send };

const channelOf = (channel: string): ChannelName => (CHANNELS.find((one) => one === channel) ?? 'email');

/** What reach's rules would have said to each, in the order of time: what was really sent to the person in those days counts, and what was permitted before. */
export function collisionsOf(rules: Rules, wishes: readonly Wish[], sent: readonly { customer: CustomerId; ms: number; channel: string }[], scale: number): Replay['collisions'] {
  const before = Map.groupBy(sent.map(({ customer, ms, channel }) => ({ customer, atMs: Number(ms), channel: channelOf(channel), purpose: 'marketing' as const })), ({ customer }) => customer);
  const answers: { act: string; reason: string }[] = [];
  for (const [person, own] of Map.groupBy(wishes, (wish) => wish.person)) {
    const known = [...before.get(person) ?? []].map(({ customer: _, ...one }) => one);
    for (const [nth, { at, zone, send }] of own.sort((a, b) => a.at - b.at).entries()) {
      const channel = channelOf(send.channel), given = { channel, purpose: send.purpose, state: 'given' as const };
      const [decision] = permit({ rules, holidays: holidaysAround(rules, at), nowMs: at }, {
        id: person, zone, consents: [given], suppressed: [], topicsLeft: [], sent: known.filter(({ atMs }) => atMs <= at), openComplaint: false, csat: null, nps: null, openings: [], traitsRefused: false,
      }, [{
        id: String(nth), purpose: send.purpose, priority: send.priority, ifBlocked: send.ifBlocked, dueMs: at, expiresMs: null, source: { kind: 'journey', id: 'replay' }, topic: null,
        ways: [{ channel, address: 'unneeded', account: 'replay', accountState: 'on' }], isWanted: true, isSourceWell: true, mp: null,
      }]);
      answers.push(decision?.act === 'send' || !decision ? { act: 'send', reason: '' } : { act: decision.act, reason: decision.reason });
      if (decision?.act === 'send') known.push({ atMs: at, channel, purpose: send.purpose as 'marketing' });
    }
  }
  const counted = (act: string): Record<string, number> => Object.fromEntries([...Map.groupBy(answers.filter((one) => one.act === act), ({ reason }) => reason)].map(([reason, all]) => [reason, Math.round(all.length * scale)]));
  return { permitted: Math.round(answers.filter(({ act }) => act === 'send').length * scale), deferred: counted('defer'), refused: counted('refuse') };
}
