import { domainToASCII } from 'node:url';
import { Refusal } from '../../../kernel/errors.ts';
import { type MailServer, openMailSession, type Posting } from '../../../kernel/egress/smtp.ts';
import type { WorkspaceId } from '../../../kernel/ids.ts';
import type { Stores } from '../../../kernel/stores.ts';
import { LANGUAGES } from '../../../kernel/words/types.ts';
import type { Outcome } from '../../core/message.ts';
import { warmUpDay, warmUpLimit } from '../../core/pacing.ts';
import { again, outcomeOf } from '../../core/replies.ts';
import { tracked } from '../../core/tracking.ts';
import { linkOf } from '../../links.ts';
import { signReturn } from '../../tokens.ts';
import type { Outgoing, Provider, Sender } from '../channel.ts';
import { some } from '../some.ts';
import { checkSmtp, type SmtpConfig, smtpConfig } from './config.ts';
import { signed, type Signer, signerOf } from './dkim.ts';
import { compose } from './mime.ts';
import { allow } from './pace.ts';
import { openPool, type Pool } from './pool.ts';

/** Messages a slow server has not come to by then are given back untried: they are leased for six minutes, and each of those begun may still take one and a half. */
const BEGIN_MS = 100_000;

type Open = { stores: Stores; workspaceId: WorkspaceId; config: SmtpConfig; signer: Signer | null; pool: Pool };

/** An address as the wire wants it: a domain in other letters in its ASCII form; undefined where it is none. */
function wireAddress(text: string): { address: string; domain: string } | undefined {
  const at = text.lastIndexOf('@');
  const domain = domainToASCII(text.slice(at + 1)).toLowerCase();
  return at < 1 || domain === '' || text.length > 254 || /[\s<>\u0000-\u001f\u007f]/.test(text) ? undefined : { address: `${text.slice(0, at)}@${domain}`, domain };
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);
/** Under whose name pace is kept, whichever connection or process sends. */
const sendingDomain = ({ from }: SmtpConfig): string => domainOf(from.address).toLowerCase();
const senderId = ({ feedbackId, from }: SmtpConfig): string => feedbackId ?? domainOf(from.address).replaceAll(/[^a-z0-9]/gi, '').slice(0, 15).padEnd(5, '0');

/** The message's HTML with opens and clicks told, where that is wished for its purpose and its links say where we are reached. */
function htmlOf({ stores, workspaceId, config }: Open, { id, customer, purpose, content, links }: Outgoing, html: string): string {
  const known = links.web ?? links.preferences ?? links.unsubscribe;
  const language = LANGUAGES.find((one) => one === content.language) ?? 'en';
  if (!config.mayTrack.includes(purpose) || known === null) return html;
  const place = { base: new URL(known).origin, workspaceId, message: id, customer, channel: 'email' as const, language, now: stores.clock.now() };
  const ours = Object.values(links);
  return tracked(html, { via: (url) => (ours.includes(url) ? null : linkOf(stores.keys, 'click', place, url)), pixel: linkOf(stores.keys, 'open', place) });
}

/** The letter, signed, with its return path. */
async function letterOf(open: Open, message: Outgoing, to: string): Promise<{ from: string; to: string; message: Buffer }> {
  const { stores, workspaceId, config, signer } = open;
  const { id, content, purpose, links } = message;
  if (content.channel !== 'email') throw new Error('a message of another channel');
  const back = (prefix: 'b' | 'u'): string | null => config.returnDomain && `${prefix}.${signReturn(stores.keys, workspaceId, id)}@${config.returnDomain}`;
  const raw = compose({
    id, from: config.from, to, replyTo: config.replyTo, date: stores.clock.now(), purpose, content: { ...content, html: htmlOf(open, message, content.html) },
    oneClick: links.unsubscribe, mailto: links.unsubscribe && back('u'), feedbackId: `${content.variant.replaceAll(/[^\w-]/g, '').slice(0, 30)}:${purpose}:${workspaceId.slice(0, 8)}:${senderId(config)}`,
  });
  return { from: back('b') ?? config.from.address, to, message: signer ? await signed(raw, signer) : raw };
}

/** What became of one message; whatever goes wrong with it is its own affair. */
async function sendOne(open: Open, message: Outgoing): Promise<Outcome> {
  const at = { attempt: message.attempt, id: message.id, now: open.stores.clock.now() };
  const to = wireAddress(message.to);
  if (!to) return { state: 'failed', code: 'email.address_invalid', detail: '', suppress: true };
  const letter = async (): Promise<Posting | Refusal> => open.pool.post(await letterOf(open, message, to.address));
  const posting = await letter().catch((error: unknown) => new Refusal('internal', { cause: error instanceof Error ? error.name : '' }));
  if (posting instanceof Refusal) return again(`email.${posting.code.replace('.', '_')}`, String(posting.facts.reply ?? posting.facts.cause ?? ''), at);
  return posting.taken ? { state: 'accepted', providerId: posting.reply } : outcomeOf(posting, at);
}

async function send(open: Open, messages: readonly Outgoing[]): Promise<Outcome[]> {
  const { config, stores, workspaceId } = open;
  const later = await allow(stores, workspaceId, { pace: config, from: sendingDomain(config), domains: messages.map(({ to }) => wireAddress(to)?.domain ?? '') });
  const beganMs = performance.now();
  return some(messages.map((message, place) => ({ message, at: later[place] })), config.connections * 2, async ({ message, at }): Promise<Outcome> => {
    if (at) return { state: 'retry', code: 'email.paced', detail: '', after: at, held: true };
    return performance.now() - beganMs > BEGIN_MS ? { state: 'retry', code: 'email.slow', detail: '', after: null, held: true } : sendOne(open, message);
  });
}

const serverOf = ({ host, port, security, helo, from, user, password, ca, connectSeconds, messageSeconds }: SmtpConfig): MailServer => ({
  host, port, security, name: helo ?? domainToASCII(domainOf(from.address)), auth: user !== null && password !== null ? { user, pass: password } : null, ca, pipelining: true, connectMs: connectSeconds * 1_000, messageMs: messageSeconds * 1_000,
});

/** E-mail through any mail server that takes mail from programs. What it answers is read in `core/replies.ts`. */
export const smtpProvider: Provider<SmtpConfig> = {
  name: 'smtp', channel: 'email', tested: 'live', config: smtpConfig, address: 'email', check: checkSmtp,
  probe: async ({ egress }, config) => (await openMailSession(egress, serverOf(config))).close(),
  day: (config, now) => {
    const limit = warmUpLimit(config, now);
    return limit ? { scope: sendingDomain(config), most: limit.most, warmUp: warmUpDay(config, now) } : null;
  },
  open: async (stores, workspaceId, config): Promise<Sender> => {
    const pool = openPool(stores.egress, serverOf(config), { size: config.connections, perConnection: config.perConnection });
    const open: Open = { stores, workspaceId, config, pool, signer: config.dkim && signerOf(config.dkim) };
    return { send: (messages) => send(open, messages), close: async () => pool.close() };
  },
};
