import { Refusal } from '../../../kernel/errors.ts';
import type { Egress } from '../../../kernel/egress/index.ts';
import { type MailServer, type MailSession, openMailSession, type Posted, type Posting } from '../../../kernel/egress/smtp.ts';
import { dislikesPipelining } from '../../core/replies.ts';

/** Sessions with one mail server, at most `size` at once, each for `perConnection` messages. A refusal instead of a posting: no session came about. */
export type Pool = { post(posted: Posted): Promise<Posting | Refusal>; close(): void };
export type PoolOptions = { size: number; perConnection: number };

/** A server that could not be reached is left alone so long: who waits is told at once. */
const REST_MS = 5_000;
const IDLE_MS = 20_000;

type Seat = { session: MailSession; sent: number; pipelining: boolean; idle: NodeJS.Timeout | undefined };

/** Whether a fresh session may do better at once: the old one had ended, and the server had not taken anything. */
const endedBefore = (posting: Posting): boolean => !posting.taken && posting.sure && posting.stage !== 'end' && (posting.status === 421 || (posting.status === 0 && /^(?:ECONNECTION|ESOCKET)$/.test(posting.cause)));

export function openPool(egress: Egress, server: MailServer, { size, perConnection }: PoolOptions): Pool {
  const idle: Seat[] = [];
  const waiting: ((seat: Seat | Refusal | undefined) => void)[] = [];
  let opened = 0, most = size, pipelining = server.pipelining, closed = false;
  let down: { until: number; refusal: Refusal } | undefined;

  const drop = (seat: Seat): void => {
    clearTimeout(seat.idle);
    seat.session.close();
    opened--;
    // Whoever is next looks for a seat anew: there may be room for one.
    waiting.shift()?.(undefined);
  };
  const release = (seat: Seat): void => {
    if (closed || !seat.session.usable() || seat.sent >= perConnection) return drop(seat);
    const next = waiting.shift();
    if (next) return next(seat);
    seat.idle = setTimeout(() => { idle.splice(idle.indexOf(seat), 1); drop(seat); }, IDLE_MS).unref();
    idle.push(seat);
  };
  const open = async (): Promise<Seat | Refusal> => {
    opened++;
    try {
      const offered = pipelining;
      const session = await openMailSession(egress, { ...server, pipelining: offered });
      most = Math.min(size, Math.max(most, opened + 1));
      return { session, sent: 0, pipelining: offered, idle: undefined };
    } catch (error) {
      opened--;
      if (!(error instanceof Refusal)) throw error;
      // A server that lets us have fewer sessions than we would like still serves by those.
      if (opened > 0) most = opened;
      else {
        down = { until: performance.now() + REST_MS, refusal: error };
        for (const next of waiting.splice(0)) next(error);
      }
      return error;
    }
  };
  const take = async (): Promise<Seat | Refusal> => {
    for (;;) {
      const free = idle.pop();
      if (free) {
        clearTimeout(free.idle);
        if (free.session.usable()) return free;
        drop(free);
        continue;
      }
      if (down && performance.now() < down.until) return down.refusal;
      if (opened < most) {
        const seat = await open();
        if (!(seat instanceof Refusal) || opened === 0) return seat;
        continue;
      }
      const given = await new Promise<Seat | Refusal | undefined>((next) => { waiting.push(next); });
      if (given instanceof Refusal || given?.session.usable()) return given;
      if (given) drop(given);
    }
  };
  const once = async (posted: Posted): Promise<{ posting: Posting | Refusal; reused: boolean; pipelined: boolean }> => {
    const seat = await take();
    if (seat instanceof Refusal) return { posting: seat, reused: false, pipelined: false };
    const reused = seat.sent++ > 0;
    const posting = await seat.session.post(posted).finally(() => release(seat));
    return { posting, reused, pipelined: seat.pipelining };
  };
  return {
    post: async (posted) => {
      for (;;) {
        const { posting, reused, pipelined } = await once(posted);
        if (posting instanceof Refusal || posting.taken) return posting;
        const clumsy = pipelined && posting.sure && posting.stage !== 'end' && dislikesPipelining(posting);
        if (clumsy) pipelining = false;
        // A session that has ended is gone for all; only a fresh one has the last word.
        if (!clumsy && !(reused && endedBefore(posting))) return posting;
      }
    },
    close: () => { closed = true; for (const seat of idle.splice(0)) drop(seat); },
  };
}
