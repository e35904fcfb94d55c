import type { z } from 'zod';
import { demandSeen, ownersIn } from '../customers/index.ts';
import type { Caller } from '../kernel/access/caller.ts';
import { notFound } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { decideAll } from './candidates.ts';
import { allProviders, builtIn } from './channels/channel.ts';
import type { mayQuery, mayReply } from './contract.ts';
import { CHANNELS, type ChannelName, type Purpose } from './core/message.ts';
import type { Decision } from './core/permit.ts';
import type { Way } from './core/person.ts';
import { accountFor, load, type Loaded, wayOver } from './load.ts';
import type { WorkRow } from './queries/messages.ts';

type Reply = z.input<typeof mayReply>;

/** A message that nobody proposed: due now, by no source, about no topic. */
const supposed = (customer: string, purpose: Purpose, now: Date): WorkRow => ({
  id: newId(), customer, source: { kind: 'test', id: 'may', version: 1, step: '', enrolment: null }, asked: 'best', channel: null, purpose, templateId: '', templateVersion: null,
  params: {}, topic: null, priority: 0, ifBlocked: 'queue', dueAt: now, expiresAt: null, attempts: 0, countedAt: null, decidedAt: null,
});

const needsNoSetUp = (channel: ChannelName): boolean => allProviders().some((one) => one.channel === channel && builtIn(one));

function wayTo(loaded: Loaded, owner: string, channel: ChannelName): Way {
  const account = accountFor(loaded.accounts, channel);
  return !account && needsNoSetUp(channel) ? { channel, address: 'unneeded', account: channel, accountState: 'on' } : wayOver(loaded, owner, channel, account);
}

const told = (channel: ChannelName, decision: Decision | undefined): Reply['ways'][number] => {
  if (!decision || decision.act === 'send') return { channel, act: 'send', reason: null, facts: {}, until: null };
  const { act, reason, facts } = decision;
  return { channel, act, reason, facts: { ...facts }, until: decision.act === 'defer' ? new Date(decision.untilMs).toISOString() : null };
};

/**
 * Whether a message of a purpose to somebody would go out now, each channel by itself, by the very rules that decide; nothing is written. What a text
 * needs (a subscription of a service account) is not asked. Refuses `customer.not_found`.
 */
export async function mayWrite(stores: Stores, caller: Caller, { customer, purpose }: z.output<typeof mayQuery>): Promise<Reply> {
  const { workspaceId } = caller;
  return stores.pg.tx(workspaceId, async (tx) => {
    await demandSeen(tx, caller, [customer]);
    const owner = (await ownersIn(tx, workspaceId, [customer])).get(customer);
    if (owner === undefined) throw notFound('customer', { id: customer });
    const row = supposed(owner, purpose, stores.clock.now()), loaded = await load(tx, stores, workspaceId, [row]);
    const decided = (channel: ChannelName): Decision | undefined => decideAll(loaded, [{ row, owner, isWanted: true, mp: null, ways: [wayTo(loaded, owner, channel)] }]).get(row.id);
    return { customer: owner, purpose, ways: CHANNELS.filter((channel) => channel !== 'webhook').map((channel) => told(channel, decided(channel))) };
  });
}
