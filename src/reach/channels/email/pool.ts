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

type State = {
  readonly begin: (pipelining: boolean) => Promise<MailSession>; readonly size: number; readonly perConnection: number;
  readonly idle: Seat[]; readonly waiting: ((seat: Seat | Refusal | undefined) => void)[];
  opened: number; most: number; pipelining: boolean; closed: boolean; down: { until: number; refusal: Refusal } | undefined;
};

function drop(state: State, seat: Seat): void {
  clearTimeout(seat.idle);
  seat.session.close();
  state.opened--;
  // Whoever is next looks for a seat anew: there may be room for one.
  state.waiting.shift()?.(undefined);
}

function release(state: State, seat: Seat): void {
  if (state.closed || !seat.session.usable() || seat.sent >= state.perConnection) return drop(state, seat);
  const next = state.waiting.shift();
  if (next) return next(seat);
  seat.idle = setTimeout(() => { state.idle.splice(state.idle.indexOf(seat), 1); drop(state, seat); }, IDLE_MS).unref();
  state.idle.push(seat);
}

/** A server that lets us have fewer sessions than we would like still serves by those; one that lets us have none is left alone. */
function refused(state: State, refusal: Refusal): void {
  if (state.opened > 0) state.most = state.opened;
  else {
    state.down = { until: performance.now() + REST_MS, refusal };
    for (const next of state.waiting.splice(0)) next(refusal);
  }
}

async function open(state: State): Promise<Seat | Refusal> {
  const { pipelining } = state;
  state.opened++;
  try {
    const session = await state.begin(pipelining);
    state.most = Math.min(state.size, Math.max(state.most, state.opened + 1));
    return { session, sent: 0, pipelining, idle: undefined };
  } catch (error) {
    state.opened--;
    if (!(error instanceof Refusal)) throw error;
    refused(state, error);
    return error;
  }
}

function free(state: State): Seat | undefined {
  for (let seat = state.idle.pop(); seat; seat = state.idle.pop()) {
    clearTimeout(seat.idle);
    if (seat.session.usable()) return seat;
    drop(state, seat);
  }
  return undefined;
}

async function take(state: State): Promise<Seat | Refusal> {
  for (;;) {
    const seat = free(state);
    if (seat) return seat;
    if (state.down && performance.now() < state.down.until) return state.down.refusal;
    if (state.opened < state.most) {
      const fresh = await open(state);
      if (!(fresh instanceof Refusal) || state.opened === 0) return fresh;
      continue;
    }
    const given = await new Promise<Seat | Refusal | undefined>((next) => { state.waiting.push(next); });
    if (given instanceof Refusal || given?.session.usable()) return given;
    if (given) drop(state, given);
  }
}

async function once(state: State, posted: Posted): Promise<{ posting: Posting | Refusal; reused: boolean; pipelined: boolean }> {
  const seat = await take(state);
  if (seat instanceof Refusal) return { posting: seat, reused: false, pipelined: false };
  const reused = seat.sent++ > 0;
  const posting = await seat.session.post(posted).finally(() => release(state, seat));
  return { posting, reused, pipelined: seat.pipelining };
}

async function post(state: State, posted: Posted): Promise<Posting | Refusal> {
  for (;;) {
    const { posting, reused, pipelined } = await once(state, posted);
    if (posting instanceof Refusal || posting.taken) return posting;
    const clumsy = pipelined && posting.sure && posting.stage !== 'end' && dislikesPipelining(posting);
    if (clumsy) state.pipelining = false;
    // A session that has ended is gone for all; only a fresh one has the last word.
    if (!clumsy && !(reused && endedBefore(posting))) return posting;
  }
}

export function openPool(egress: Egress, server: MailServer, { size, perConnection }: PoolOptions): Pool {
  const begin = (pipelining: boolean): Promise<MailSession> => openMailSession(egress, { ...server, pipelining });
  const state: State = { begin, size, perConnection, idle: [], waiting: [], opened: 0, most: size, pipelining: server.pipelining, closed: false, down: undefined };
  return { post: (posted) => post(state, posted), close: () => { state.closed = true; for (const seat of state.idle.splice(0)) drop(state, seat); } };
}
