import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { flushMirror } from '../../../customers/index.ts';
import { LANGUAGES, type Language } from '../../../kernel/words/index.ts';
import type { Stores } from '../../../kernel/stores.ts';
import type { Told, TokenKind } from '../../core/token.ts';
import { linkOf } from '../../links.ts';
import { optOutIn, recordReceipts } from '../../receipts.ts';
import { readToken } from '../../tokens.ts';
import { openBrowserDoor } from '../browser/door.ts';
import { askPage, donePage, voidPage } from './pages.ts';

const GONE = 410;
const FOUND = 302;
const BODY_MAX = 8 * 1024;
/** A bounce carries the letter it is of. */
const MAIL_MAX = 2 * 1024 * 1024;
const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;
/** Mailbox providers fetch for all their users from a few addresses. */
const LIMIT = { max: 1_200, timeWindow: MINUTE_MS };
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

type Asked = FastifyRequest<{ Params: { token: string }; Querystring: Record<string, unknown> }>;

/** What all of these answers say: nobody keeps them, nobody hears of the address. */
const quiet = (reply: FastifyReply): FastifyReply => reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer').header('x-robots-tag', 'noindex');
const html = (reply: FastifyReply, text: string, status = 200): FastifyReply => quiet(reply).code(status).type('text/html; charset=utf-8').send(text);

const languageOf = ({ headers }: FastifyRequest): Language => LANGUAGES.find((one) => (headers['accept-language'] ?? '').toLowerCase().startsWith(one.toLowerCase())) ?? (/^zh-(?:tw|hk|hant)/i.test(headers['accept-language'] ?? '') ? 'zh-TW' : /^zh/i.test(headers['accept-language'] ?? '') ? 'zh-CN' : 'en');

/** RFC 8058, section 3.1: the one field, as a form of either kind. */
const isOneClick = (body: unknown): boolean => {
  const text = Buffer.isBuffer(body) ? body.toString('latin1') : '';
  return new URLSearchParams(text).get('List-Unsubscribe') === 'One-Click' || /name="List-Unsubscribe"\r?\n(?:[\w-]+:[^\n]*\n)*\r?\nOne-Click\r?\n/i.test(text);
};

const preferencesOf = (stores: Stores, { workspaceId, message, customer, channel, language }: Told): string => linkOf(stores.keys, 'preferences', { base: '', workspaceId, message, customer, channel, language, now: stores.clock.now() });

function told(stores: Stores, { params }: Asked, kinds: readonly TokenKind[], bound?: string): Told | undefined {
  return readToken(stores.keys, params.token, { kinds, now: stores.clock.now(), ...(bound === undefined ? {} : { bound }) });
}

/** What somebody did with a message. It is no affair of theirs whether we could write it down. */
async function note(stores: Stores, request: FastifyRequest, { workspaceId, message }: Told, kind: 'opened' | 'clicked', url = ''): Promise<void> {
  // A picture that is fetched again and again is one opening a minute.
  const unit = kind === 'opened' ? MINUTE_MS : SECOND_MS;
  const at = new Date(Math.floor(stores.clock.now().getTime() / unit) * unit);
  await recordReceipts(stores, workspaceId, [{ message, kind, at, ...(url ? { url } : {}) }]).catch((error: unknown) => request.log.error({ err: error }, 'a receipt could not be written'));
}

async function leave(stores: Stores, claims: Told): Promise<void> {
  const { workspaceId, message, customer, channel } = claims;
  const at = stores.clock.now();
  const { known } = await recordReceipts(stores, workspaceId, [{ message, kind: 'unsubscribed', at }]);
  // A message that is not in the ledger any more, or was a test: the wish holds all the same.
  if (known > 0) return;
  await stores.pg.tx(workspaceId, (tx) => optOutIn(tx, stores, workspaceId, [{ customer, channel, at, proof: `message:${message}` }]));
  await flushMirror(stores, workspaceId);
}

/**
 * Addresses in messages, open to everybody who has one: unsubscribing (RFC 8058: a POST alone does it, without cookies; GET only asks), the picture that
 * tells of an opening, and links on their way; and what browsers ask. Every address is signed; where a click leads is signed with it.
 */
export async function openMessageDoor(app: FastifyInstance, stores: Stores): Promise<void> {
  app.addContentTypeParser('message/rfc822', { parseAs: 'buffer', bodyLimit: MAIL_MAX }, (_, body, done) => done(null, body));
  await openBrowserDoor(app, stores);
  await app.register(async (door) => {
    door.removeAllContentTypeParsers();
    door.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_MAX }, (_, body, done) => done(null, body));
    const config = { rateLimit: LIMIT };
    door.get('/u/:token', { config }, async (request: Asked, reply) => {
      const claims = told(stores, request, ['unsubscribe']);
      return claims ? html(reply, askPage(claims.language, { action: `/u/${request.params.token}`, preferences: preferencesOf(stores, claims) })) : html(reply, voidPage(languageOf(request)), GONE);
    });
    door.post('/u/:token', { config }, async (request: Asked, reply) => {
      const claims = told(stores, request, ['unsubscribe']);
      if (!claims) return html(reply, voidPage(languageOf(request)), GONE);
      if (!isOneClick(request.body)) return html(reply, askPage(claims.language, { action: `/u/${request.params.token}`, preferences: preferencesOf(stores, claims) }), 400);
      await leave(stores, claims);
      return html(reply, donePage(claims.language, { preferences: preferencesOf(stores, claims) }));
    });
    door.get('/o/:token', { config, exposeHeadRoute: false }, async (request: Asked, reply) => {
      const claims = told(stores, request, ['open']);
      if (claims) await note(stores, request, claims, 'opened');
      return quiet(reply).type('image/gif').header('cross-origin-resource-policy', 'cross-origin').send(PIXEL);
    });
    door.get('/c/:token', { config }, async (request: Asked, reply) => {
      const to = typeof request.query.to === 'string' ? request.query.to : '';
      const claims = told(stores, request, ['click'], to);
      if (!claims) return html(reply, voidPage(languageOf(request)), GONE);
      if (request.method === 'GET') await note(stores, request, claims, 'clicked', to.slice(0, 2_000));
      return quiet(reply).redirect(to, FOUND);
    });
  });
}
