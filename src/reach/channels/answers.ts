import { Refusal } from '../../kernel/errors.ts';
import type { Incoming } from '../../kernel/egress/index.ts';
import type { Outcome } from '../core/message.ts';

const AGAIN = [408, 409, 423, 425, 429];
const DAY_MS = 86_400_000;
const DETAIL_CHARS = 300;

export const detailOf = (body: Buffer): string => body.toString().replaceAll(/[\u0000-\u001f\u007f\ufffd]+/g, ' ').slice(0, DETAIL_CHARS).trim();

/** When an answer asks to be asked again (Retry-After in seconds or as a date), at most a day from now; null where it does not say. */
export function retryAfter({ headers }: Pick<Incoming, 'headers'>, now: Date): Date | null {
  const said = headers['retry-after'];
  const ms = said === undefined ? Number.NaN : /^\d+$/.test(said) ? Number(said) * 1_000 : Date.parse(said) - now.getTime();
  return Number.isFinite(ms) && ms > 0 ? new Date(now.getTime() + Math.min(ms, DAY_MS)) : null;
}

/** What an HTTP status says of a message that was not taken: asked to wait, a fault of theirs, or a refusal that stays one. */
export function refused(answer: Incoming, { prefix, now }: { prefix: string; now: Date }): Outcome {
  const { status, body } = answer;
  const detail = `${status} ${detailOf(body)}`.trim();
  if (status >= 500 || AGAIN.includes(status)) return { state: 'retry', code: status === 429 ? `${prefix}.throttled` : `${prefix}.unavailable`, detail, after: retryAfter(answer, now) };
  return { state: 'failed', code: status === 401 || status === 403 ? `${prefix}.login` : `${prefix}.refused`, detail, suppress: false };
}

/** What came of asking at all: a refusal of the way out is tried again where `again`; else nobody knows once it may have arrived. */
export function unanswered(error: unknown, { prefix, again }: { prefix: string; again: boolean }): Outcome {
  if (!(error instanceof Refusal)) throw error;
  const code = `${prefix}.${error.code.replace('egress.', '')}`;
  // Only a name that was not found, a port or an address inside is refused before anything is sent; a connection may break when all is there.
  const before = /\.(?:not_public|port|address_invalid|certificate)$/.test(code) || error.facts.cause === 'ECONNREFUSED';
  return before || again ? { state: 'retry', code, detail: '', after: null } : { state: 'unknown', code, detail: '' };
}
