import type { z } from 'zod';
import type { IdentifierKind } from '../../customers/index.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { ChannelName, Outcome, Purpose, Rendered } from '../core/message.ts';

/** One message on its way out. `id` is the message's and stays the same over attempts; `to` is the address in clear. */
export type Outgoing = { id: string; customer: string; to: string; purpose: Purpose; content: Rendered; links: { unsubscribe: string | null; preferences: string | null; web: string | null }; attempt: number };

/** A connection to a provider. One answer a message, in the same order; throws only where nothing of the batch was taken. */
export type Sender = { send(messages: readonly Outgoing[]): Promise<Outcome[]>; close(): Promise<void> };

/** What staff made of a message the provider gave them as a task (D8): `reference` is its name of the message. */
export const STAFF_STATES = ['pending', 'sent', 'failed', 'over_limit'] as const;
export type StaffResult = { task: string; reference: string; staff: string; state: (typeof STAFF_STATES)[number]; at: Date | null };

/**
 * A way to send on a channel. `tested`: what was proved of it here: `live` against a real server of its protocol, `protocol` against recorded exchanges only.
 * `config` is kept sealed; `check` looks at it once more before it is kept (what it refuses is refused). `address`: what a person must have; null where the channel needs none of ours (a task).
 */
export type Provider<Config = unknown> = {
  name: string; channel: ChannelName; tested: 'live' | 'protocol'; config: z.ZodType<Config>; address: IdentifierKind | null;
  check?(stores: Stores, config: Config): Promise<void>;
  open(stores: Stores, workspaceId: WorkspaceId, config: Config): Promise<Sender>;
  /** Opens a session as for sending, and sends nothing. Refuses with what went wrong. */
  probe?(stores: Stores, config: Config): Promise<void>;
  /** What limits the day it is: how many may be sent and under which name they are counted; null where nothing of the settings does. */
  day?(config: Config, now: Date): { scope: string; most: number; warmUp: { day: number; days: number } | null } | null;
  /** What staff made of tasks the provider gave them, by its names of the tasks; undefined where it does not say. */
  results?(stores: Stores, config: Config, tasks: readonly string[]): Promise<StaffResult[] | undefined>;
  /** Needs no setting up: a workspace has it as soon as a message asks for its channel. */
  builtIn?: true;
};

const providers = new Map<string, Provider>();
const nameOf = ({ channel, name }: Pick<Provider, 'channel' | 'name'>): string => `${channel} ${name}`;

/** Makes a way to send known; names are apart within a channel. Saying the same twice changes nothing. */
export const registerProvider = <Config>(provider: Provider<Config>): void => void providers.set(nameOf(provider), provider as unknown as Provider);
export const providerOf = (channel: ChannelName, name: string): Provider | undefined => providers.get(nameOf({ channel, name }));
export const builtIn = (provider: Provider): boolean => provider.builtIn === true;
export const allProviders = (): readonly Provider[] => [...providers.values()];
