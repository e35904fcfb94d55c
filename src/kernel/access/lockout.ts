import { Refusal } from '../errors.ts';
import { maybe, one, run, sql } from '../sql.ts';
import type { Stores } from '../stores.ts';
import { digestOf } from './tokens.ts';

/** So many wrong passwords within the window, then no password is looked at until the window ends. */
export const LIMITS = { account: 6, address: 40, guesses: 30, windowMinutes: 15 } as const;

const WINDOW_MS = LIMITS.windowMinutes * 60_000;

type Attempt = { attempts: number; windowStartedAt: Date };

/** Counts an attempt before the password is looked at, so that many at once cannot slip through. */
async function count({ pg, clock, keys }: Stores, subject: string): Promise<Attempt> {
  const now = clock.now();
  const oldest = new Date(now.getTime() - WINDOW_MS);
  return one(pg.global, sql<Attempt>`
    insert into sign_in_attempt as known (subject, attempts, window_started_at)
    values (${digestOf(keys, 'attempt', subject)}, 1, ${now})
    on conflict (subject) do update
       set attempts          = case when known.window_started_at <= ${oldest} then 1      else known.attempts + 1        end,
           window_started_at = case when known.window_started_at <= ${oldest} then ${now} else known.window_started_at end
    returning attempts, window_started_at as "windowStartedAt"`);
}

const secondsLeft = ({ windowStartedAt }: Attempt, now: Date): number => Math.max(1, Math.ceil((windowStartedAt.getTime() + WINDOW_MS - now.getTime()) / 1000));

const subjects = (email: string, address: string) => ({ account: `account:${email}`, address: `address:${address}` });

/** Refuses `session.locked` (429) for an account or an address with too many failures; the same whether the account exists or not. */
export async function enter(stores: Stores, email: string, address: string): Promise<void> {
  const by = subjects(email, address);
  const [account, place] = [await count(stores, by.account), await count(stores, by.address)];
  const locked = [account.attempts > LIMITS.account ? account : undefined, place.attempts > LIMITS.address ? place : undefined].find(Boolean);
  if (locked) throw new Refusal('session.locked', { retryAfterSeconds: secondsLeft(locked, stores.clock.now()) }, 429);
}

/** The right password: the account's failures are forgotten and this attempt does not count against the address. */
export async function succeed({ pg, keys, clock }: Stores, email: string, address: string): Promise<void> {
  const by = subjects(email, address);
  await run(pg.global, sql`
    delete from sign_in_attempt
     where subject = ${digestOf(keys, 'attempt', by.account)}
        or window_started_at <= ${new Date(clock.now().getTime() - WINDOW_MS)}`);
  await run(pg.global, sql`
    update sign_in_attempt set attempts = greatest(attempts - 1, 0) where subject = ${digestOf(keys, 'attempt', by.address)}`);
}

const guesses = (guesser: string): string => `guess:${guesser}`;

/** Refuses `search.guessing` (429) for somebody who has asked for too many numbers that nobody has. */
export async function demandNoGuesser({ pg, keys, clock }: Stores, guesser: string): Promise<void> {
  const now = clock.now();
  const known = await maybe(pg.global, sql<Attempt>`
    select attempts, window_started_at as "windowStartedAt" from sign_in_attempt
     where subject = ${digestOf(keys, 'attempt', guesses(guesser))} and window_started_at > ${new Date(now.getTime() - WINDOW_MS)}`);
  if (known && known.attempts >= LIMITS.guesses) throw new Refusal('search.guessing', { retryAfterSeconds: secondsLeft(known, now) }, 429);
}

export const noteGuess = async (stores: Stores, guesser: string): Promise<void> => void (await count(stores, guesses(guesser)));
