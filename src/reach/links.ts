import type { WorkspaceId } from '../kernel/ids.ts';
import type { Keyring } from '../kernel/keys.ts';
import type { Language } from '../kernel/words/types.ts';
import type { ChannelName } from './core/message.ts';
import type { TokenKind } from './core/token.ts';
import { linkUntil, signToken } from './tokens.ts';

/** Which message an address stands in; `base`: the address of this installation as customers reach it ("https://mail.shop.example"). */
export type Place = { base: string; workspaceId: WorkspaceId; message: string; customer: string; channel: ChannelName; language: Language; now: Date };

/** Where each kind of address leads. The page behind `preferences` is of the templates, the others of the channels. */
const PATHS: Readonly<Record<TokenKind, string>> = { unsubscribe: '/u', preferences: '/p', open: '/o', click: '/c', web: '/w' };

/** An address for one message, signed, good for half a year. `bound`: where a click leads. */
export function linkOf(keys: Pick<Keyring, 'installation'>, kind: TokenKind, { base, workspaceId, message, customer, channel, language, now }: Place, bound = ''): string {
  const token = signToken(keys, workspaceId, { kind, message, customer, channel, language, until: linkUntil(now) }, bound);
  return `${base}${PATHS[kind]}/${token}${kind === 'click' ? `?to=${encodeURIComponent(bound)}` : ''}`;
}

/** What every message is given, see `Outgoing.links`: marketing can be left by one click, what else one gets can be chosen. No message is kept to be looked at on the web. */
export const linksOf = (keys: Pick<Keyring, 'installation'>, place: Place, { marketing }: { marketing: boolean }): { unsubscribe: string | null; preferences: string; web: null } => ({
  unsubscribe: marketing ? linkOf(keys, 'unsubscribe', place) : null, preferences: linkOf(keys, 'preferences', place), web: null,
});
