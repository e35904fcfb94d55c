import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../errors.ts';
import { isStoreFault } from '../storeFault.ts';
import { LANGUAGES, type Language, say } from '../words/index.ts';

/** RFC 9457 problem details with a stable code and the facts of the refusal. */
export type Problem = { type: string; title: string; status: number; code: string; detail: string; facts: Record<string, unknown> };

export const languageOf = (request: FastifyRequest): Language => {
  const accepted = request.headers['accept-language'] ?? '';
  const wanted = accepted.split(',').map((part) => part.split(';')[0]?.trim() ?? '');
  const match = (tag: string): Language | undefined => LANGUAGES.find((known) => known.toLowerCase() === tag.toLowerCase())
    ?? (/^zh-(tw|hk|mo|hant)/i.test(tag) ? 'zh-TW' : /^zh/i.test(tag) ? 'zh-CN' : /^en/i.test(tag) ? 'en' : undefined);
  return wanted.map(match).find(Boolean) ?? 'en';
};

export function problemOf(refusal: Refusal, language: Language): Problem {
  return {
    type: `/docs/problems#${refusal.code}`,
    title: refusal.code,
    status: refusal.status,
    code: refusal.code,
    detail: say(language, `refusal.${refusal.code}`, refusal.facts),
    facts: { ...refusal.facts },
  };
}

/** Postgres refuses these for what the text holds (NUL, lone surrogates, numbers out of range): the sender's fault, not ours. */
const TEXT_FAULTS = new Set(['22P05', '22021', '22P02', '22003', '22007', '22008']);

type Validation = { instancePath?: string; message?: string; params?: { issue?: { path?: PropertyKey[]; message?: string } } };

function fromValidation(error: FastifyError & { validation?: Validation[]; validationContext?: string }): Refusal {
  const at = (one: Validation): string => one.instancePath ?? '';
  const faults = (error.validation ?? []).slice(0, 8).map((one) => ({ pointer: at(one), message: one.message ?? '' }));
  const detail = faults.map(({ pointer, message }) => `${pointer || '/'} ${message}`).join('; ') || error.message;
  return new Refusal('body.invalid', { where: error.validationContext ?? 'body', faults, detail }, 400);
}

const STORE_AGAIN_SECONDS = 5;
/** A store does not answer now: what was asked may be asked again. */
export const storeDown = (): Refusal => new Refusal('server.store_down', { retryAfterSeconds: STORE_AGAIN_SECONDS }, 503);

/** What an error becomes for the client; undefined for a bug, which stays inside. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  const fault = error as FastifyError & { validation?: Validation[] };
  if (fault.validation) return fromValidation(fault);
  if (TEXT_FAULTS.has(fault.code)) return new Refusal('body.text_refused', {}, 400);
  if (isStoreFault(error)) return storeDown();
  // Nothing but the file server forbids by itself: an address that would lead out of its folder. To whoever asks there is nothing there.
  const status = fault.statusCode === 403 ? 404 : fault.statusCode;
  // What cannot be read as a body at all is wrong as a whole: the empty pointer of RFC 6901.
  const place = /^FST_ERR_CTP_/.test(fault.code ?? '') ? { pointer: '' } : {};
  if (status && status >= 400 && status < 500) return new Refusal(`http.${status}`, { detail: fault.message, ...place }, status);
  return undefined;
}

export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = refusalOf(error);
  if (!known) request.log.error({ err: error }, 'unexpected');
  const problem = problemOf(known ?? new Refusal('http.500', { requestId: request.id }, 500), languageOf(request));
  const after = problem.facts.retryAfterSeconds;
  if (typeof after === 'number') void reply.header('retry-after', String(after));
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}
