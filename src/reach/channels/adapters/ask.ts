import { Refusal } from '../../../kernel/errors.ts';
import type { Stores } from '../../../kernel/stores.ts';
import type { Outcome } from '../../core/message.ts';
import { detailOf, refused, unanswered } from '../answers.ts';

/** What a provider said: a reading of its JSON, or what becomes of the message where it said nothing of use. */
export type Said<T> = { said: T } | { outcome: Outcome };
export type Asking = { url: string; method?: 'GET' | 'POST'; headers?: Readonly<Record<string, string>>; body?: string };

const OK = 200;
const TIMEOUT_MS = 20_000;

/**
 * Asks a provider in JSON. None of them knows a message by our name, so one whose answer is lost is `unknown`. `errors`: whether answers above 299
 * are JSON that says more than their status.
 */
export async function ask<T>(stores: Pick<Stores, 'egress' | 'clock'>, asking: Asking, { prefix, errors = false }: { prefix: string; errors?: boolean }): Promise<Said<T>> {
  try {
    const answer = await stores.egress.send({ timeoutMs: TIMEOUT_MS, ...asking });
    const well = answer.status >= OK && answer.status < 300;
    if (!well && (!errors || answer.status >= 500 || answer.status === 429)) return { outcome: refused(answer, { prefix, now: stores.clock.now() }) };
    return { said: JSON.parse(answer.body.toString()) as T };
  } catch (error) {
    if (error instanceof SyntaxError) return { outcome: { state: 'unknown', code: `${prefix}.unreadable`, detail: '' } };
    return { outcome: unanswered(error, { prefix, again: false }) };
  }
}

/** Codes of a provider by what follows from them; every other one is a refusal that stays. */
export type Codes = { again: RegExp; suppress: RegExp };

export function judged({ code, detail }: { code: string; detail: string }, { again, suppress }: Codes, prefix: string): Outcome {
  const told = { code: `${prefix}.${code.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_').slice(0, 60)}`, detail: detailOf(Buffer.from(detail)) };
  return again.test(code) ? { state: 'retry', ...told, after: null } : { state: 'failed', ...told, suppress: suppress.test(code) };
}

/** Checks an address before it is kept: somewhere else than the provider's own only where it is allowed as any other. */
export async function checkEndpoint({ egress }: Stores, url: string): Promise<void> {
  await egress.check(url);
  if (!url.startsWith('https:') && !egress.isAllowed(url)) throw new Refusal('webhook.https_needed');
}
