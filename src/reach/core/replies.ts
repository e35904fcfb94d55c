import { enhancedOf, type Verdict, verdictOf } from './enhanced.ts';
import type { Outcome } from './message.ts';

/** What a mail server said, or that it said nothing: see `Posting` of the kernel's egress. */
export type Said = { stage: 'session' | 'mail' | 'rcpt' | 'data' | 'end'; sure: boolean; status: number; reply: string; cause: string };

const MINUTE_MS = 60_000;
/** Minutes between attempts: the first as greylisting asks for, then ever longer; the last lies 71 h 50 min after the first. */
const WAITS = [5, 15, 30, 60, 120, 240, 480, 480, 720, 720, 720, 720] as const;
const SPREAD = 0.1;

/** When to try again after attempt number `attempt` (1 is the first); undefined once 72 hours are used up. Messages that failed together are spread by their ids over a tenth. */
export function retryAt({ attempt, id, now }: { attempt: number; id: string; now: Date }): Date | undefined {
  const minutes = WAITS[Math.max(0, attempt - 1)];
  if (minutes === undefined) return undefined;
  return new Date(now.getTime() + Math.round(minutes * MINUTE_MS * (1 - SPREAD * (Number.parseInt(id.slice(-2), 16) || 0) / 255)));
}

/** The same wait as a refusal when it was the last one. */
export function again(code: string, detail: string, at: { attempt: number; id: string; now: Date }): Outcome {
  const after = retryAt(at);
  return after ? { state: 'retry', code, detail, after } : { state: 'failed', code: 'email.given_up', detail: detail || code, suppress: false };
}

/** The code of a reason, in ledger and receipts. */
export const CODES: Readonly<Record<Verdict['reason'], string>> = {
  no_address: 'email.no_address', no_domain: 'email.no_domain', disabled: 'email.disabled', full: 'email.full', too_large: 'email.too_large', content: 'email.content_refused',
  policy: 'email.policy', greylisted: 'email.greylisted', network: 'email.network', other: 'email.refused',
};

/** What a fault of ours says without the server: never sent, and no attempt will change it. */
const LOCAL: Readonly<Record<string, { code: string; suppress: boolean }>> = {
  SMTPUTF8: { code: 'email.smtputf8', suppress: false }, EMESSAGE: { code: 'email.too_large', suppress: false }, EENVELOPE: { code: 'email.address_invalid', suppress: true },
};

/**
 * What became of a message that a server did not take: lost after its last byte is `unknown`; 4xx and sessions that broke before are tried again
 * for 72 hours; 5xx is final, and where it speaks of the address itself (RFC 3463) the address is not written to again.
 */
export function outcomeOf(said: Said, at: { attempt: number; id: string; now: Date }): Outcome {
  const { stage, sure, status, reply, cause } = said;
  const detail = reply || cause;
  if (!sure) return { state: 'unknown', code: 'email.lost', detail };
  const local = status === 0 && stage !== 'end' ? LOCAL[cause] : undefined;
  if (local) return { state: 'failed', ...local, detail };
  if (status < 400) return again('email.lost', detail, at);
  const { reason, hard } = verdictOf({ status, enhanced: enhancedOf(reply), text: reply, ofRecipient: stage === 'rcpt' });
  if (status < 500 || stage === 'session') return again(reason === 'other' ? 'email.deferred' : CODES[reason], detail, at);
  if (stage === 'mail') return { state: 'failed', code: 'email.sender_refused', detail, suppress: false };
  return { state: 'failed', code: CODES[reason], detail, suppress: hard };
}

/** Whether a server cannot take commands together though it said it could. */
export const dislikesPipelining = ({ status, reply, cause }: Said): boolean => (status >= 400 && /pipelin|synchroni[sz]ation|out of order|sequence/i.test(reply)) || cause === 'EPROTOCOL';
