import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { workspaceById } from '../../../kernel/access/index.ts';
import type { Stores } from '../../../kernel/stores.ts';
import { languageOf } from '../../../kernel/http/problem.ts';
import { type Language, LANGUAGES, say } from '../../../kernel/words/index.ts';
import type { Told } from '../../core/token.ts';
import { readToken } from '../../tokens.ts';
import { leaveAll, readChoices, saveChoices, type Wish } from './choices.ts';
import { preferencePage, saying } from './page.ts';

const BODY_MAX = 64 * 1024;
/** Knocks from one address a minute. */
const LIMIT = { rateLimit: { max: 60, timeWindow: 60_000 } };
const hidden = { schema: { hide: true } as FastifySchema, config: LIMIT };
const GONE = 410;
const FORBIDDEN = 403;
const SEE_OTHER = 303;

type Asked = FastifyRequest<{ Params: { token: string }; Querystring: Record<string, unknown>; Body: string }>;

const knownLanguage = (value: unknown): Language | undefined => LANGUAGES.find((one) => one === value);
const pathOf = ({ params: { token } }: Asked): string => `/p/${encodeURIComponent(token)}`;

/** Shown nowhere but to its holder, kept by nobody: the address itself is the key. */
const sendHtml = (reply: FastifyReply, html: string, status = 200): FastifyReply =>
  reply.code(status).type('text/html; charset=utf-8').header('cache-control', 'no-store').header('x-robots-tag', 'noindex').send(html);

/** What a form of ours carries: nobody who does not hold the link can know it. */
const formKey = ({ keys }: Stores, token: string): string => createHmac('sha256', keys.installation('preference-forms')).update(token).digest('base64url');

const isOurs = (stores: Stores, token: string, given: string): boolean => {
  const [wanted, told] = [Buffer.from(formKey(stores, token)), Buffer.from(given)];
  return wanted.length === told.length && timingSafeEqual(wanted, told);
};

function isForeign({ headers: { origin }, host }: Asked): boolean {
  if (origin === undefined) return false;
  try {
    return new URL(origin).host !== host;
  } catch {
    return true;
  }
}

type Door = { stores: Stores; request: Asked; reply: FastifyReply; language: Language };

const refuse = ({ request, reply, language }: Door, what: 'gone' | 'foreign'): FastifyReply =>
  sendHtml(reply, saying(language, pathOf(request), say(language, `preferences.${what}_title`), say(language, what === 'gone' ? 'refusal.preferences.invalid' : 'preferences.foreign')), what === 'gone' ? GONE : FORBIDDEN);

const toldBy = (stores: Stores, { params: { token } }: Asked): Told | undefined => readToken(stores.keys, token, { kinds: ['preferences', 'unsubscribe'], now: stores.clock.now() });

const doorOf = (stores: Stores, request: Asked, reply: FastifyReply, told: Told | undefined): Door =>
  ({ stores, request, reply, language: knownLanguage(request.query.lang) ?? told?.language ?? languageOf(request) });

/** Shows; a scanner that opens the link changes nothing. */
async function show(stores: Stores, request: Asked, reply: FastifyReply): Promise<FastifyReply> {
  const told = toldBy(stores, request), door = doorOf(stores, request, reply, told);
  const choices = told && await readChoices(stores, told);
  if (!told || !choices) return refuse(door, 'gone');
  const { name } = await workspaceById(stores, told.workspaceId);
  const said = request.query.said === 'saved' || request.query.said === 'left' ? request.query.said : null;
  return sendHtml(reply, preferencePage({ language: door.language, path: pathOf(request), workspace: name, choices, form: formKey(stores, request.params.token), said }));
}

const wishOf = (form: URLSearchParams): Wish => ({ channels: new Set(form.getAll('channel')), topics: new Set(form.getAll('topic')), personal: form.get('personal') === 'yes', language: knownLanguage(form.get('language')) ?? null });

async function change(stores: Stores, request: Asked, reply: FastifyReply): Promise<FastifyReply> {
  const told = toldBy(stores, request), door = doorOf(stores, request, reply, told);
  if (!told) return refuse(door, 'gone');
  const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
  const act = form.get('act');
  if (isForeign(request) || !isOurs(stores, request.params.token, form.get('form') ?? '') || (act !== 'save' && act !== 'leave')) return refuse(door, 'foreign');
  const found = act === 'leave' ? await leaveAll(stores, told) : await saveChoices(stores, told, wishOf(form));
  if (!found) return refuse(door, 'gone');
  return reply.code(SEE_OTHER).header('cache-control', 'no-store').header('location', `${pathOf(request)}?lang=${door.language}&said=${act === 'leave' ? 'left' : 'saved'}`).send();
}

/** The public page on which people choose what they are sent: by the link of a message, without signing in, cookies or scripts. */
export async function openPreferences(app: FastifyInstance, stores: Stores): Promise<void> {
  await app.register(async (door) => {
    door.removeAllContentTypeParsers();
    door.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: BODY_MAX }, (_, body, done) => done(null, body));
    door.get('/p/:token', hidden, (request, reply) => show(stores, request as Asked, reply));
    door.post('/p/:token', hidden, (request, reply) => change(stores, request as Asked, reply));
  });
}
