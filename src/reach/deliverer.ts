import type { Logger } from 'pino';
import type { WorkspaceId } from '../kernel/ids.ts';
import { type Holds, ours } from '../kernel/lease.ts';
import { alarm, hearNews } from '../kernel/news.ts';
import type { Stores } from '../kernel/stores.ts';
import type { Sender } from './channels/channel.ts';
import { ATTEMPTS_MAX } from './core/retry.ts';
import { decideSome } from './decide.ts';
import { type InHand, keepInHand } from './inHand.ts';
import { type Due, dueWork, settleLost } from './queries/messages.ts';
import { accountRows } from './queries/state.ts';
import { type Prepared, prepareSome, sendPrepared } from './send.ts';
import { keepSenders, type Senders } from './senders.ts';
import { tellSome } from './tell.ts';

const IDLE_MS = 250;
/** Rounds at once that may ask Postgres, which everybody else asks as well; one that waits for its provider is none of them. Together not more than so many. */
const ROUNDS = { asking: 6, most: 60 } as const;
/** What was heard of messages becomes events once a second, many at a time: each telling costs analytics nearly what a hundred do. */
const TELL_MS = 1_000;
/** Rounds of one account at once: while one waits for its provider the other asks Postgres. Four share the wire and take half as much each, which costs Postgres more than it saves. */
const LANES = [0, 1] as const;
/** A provider is handed as much as it takes in about so long, since after the last look nothing may lie about. */
const HAND_MS = 400;
const HAND = { least: 10, first: 50, most: 500 } as const;
/** Texts that were written ahead are used for so long: what they say may have changed since. */
const TEXT_MS_MAX = 5_000;
/** A provider that cannot be reached is left alone for so long, twice as long each time. */
const REST_MS = 5_000;
const REST_MS_MAX = 60_000;

/** How an account takes messages, as this process has seen it. */
type Pace = { most: number; restMs: number; restUntilMs: number };
const fresh = (): Pace => ({ most: HAND.first, restMs: 0, restUntilMs: 0 });

const next = (most: number, offered: number, elapsedMs: number): number =>
  Math.round(Math.min(HAND.most, Math.max(HAND.least, elapsedMs > HAND_MS ? (most * HAND_MS) / elapsedMs : offered >= most / 2 ? most * 2 : most)));

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** What a round goes by: which of its account's it is, what they have in hand, how fast its account takes messages, whether to go on, connections that are open, and who hears that others may have work now, and whether it waits for its provider. */
type Manner = { lane: number; inHand: InHand; pace: Pace; goesOn(): Promise<boolean>; senders: Senders; wake(): void; waits(isWaiting: boolean): void };
const alone = (senders: Senders): Manner => ({ lane: 0, inHand: keepInHand(), pace: fresh(), goesOn: () => Promise.resolve(true), senders, wake: () => undefined, waits: () => undefined });
type Round = Manner & { stores: Stores; workspaceId: WorkspaceId; accountId: string };

type Ahead = { next(most: number): Promise<Prepared | undefined>; begin(most: number): void; end(): Promise<void> };

/** What a round writes while the letters before are on their way, so that it is there when they are answered. */
function ahead({ stores, workspaceId, accountId, inHand }: Round): Ahead {
  const prepare = (most: number): Promise<Prepared | undefined> => prepareSome(stores, workspaceId, { accountId, most, inHand });
  let begun: Promise<Prepared | undefined> | undefined;
  const taken = async (): Promise<Prepared | undefined> => {
    const mine = await begun;
    begun = undefined;
    return mine;
  };
  return {
    begin: (most) => {
      begun ??= prepare(most);
      // Whoever asks for it is told of its fault.
      begun.catch(() => undefined);
    },
    next: async (most) => {
      const prepared = await taken();
      if (prepared && performance.now() - prepared.atMs <= TEXT_MS_MAX) return prepared;
      prepared?.letGo();
      return prepare(most);
    },
    end: async () => (await taken().catch(() => undefined))?.letGo(),
  };
}

type Going = Round & { sender: Sender; perSecond: number | null; writing: Ahead };

/** Sends what is due next, if there is anything and whoever takes it can be reached. */
async function sendNext({ stores, workspaceId, pace, waits, sender, perSecond, writing }: Going): Promise<'sent' | 'unreachable' | 'nothing'> {
  const mostNow = (): number => (perSecond ? Math.min(pace.most, perSecond) : pace.most), prepared = await writing.next(mostNow()), beganMs = performance.now();
  if (!prepared) return 'nothing';
  const onWire = (isWaiting: boolean): void => { waits(isWaiting); if (isWaiting) writing.begin(mostNow()); };
  const { offered, unreachable, elapsedMs } = await sendPrepared(stores, workspaceId, prepared, { sender, waits: onWire }).finally(prepared.letGo);
  Object.assign(pace, unreachable ? { restMs: Math.min(REST_MS_MAX, (pace.restMs || REST_MS / 2) * 2) } : { restMs: 0, most: next(pace.most, offered, elapsedMs) });
  if (unreachable) pace.restUntilMs = performance.now() + pace.restMs;
  else if (perSecond && offered > 0) await sleep(Math.max(0, (offered / perSecond) * 1_000 - (performance.now() - beganMs)));
  return unreachable ? 'unreachable' : 'sent';
}

/** Sends for one account as long as something waits for it. */
async function serve(round: Round): Promise<boolean> {
  const { stores, workspaceId, accountId, lane, pace, goesOn, senders } = round, opened = await senders.of(stores, workspaceId, accountId);
  if (!opened) return false;
  // So many a second are counted in one round.
  if (opened.perSecond !== null && lane > 0) { pace.restUntilMs = performance.now() + REST_MS; return false; }
  const writing = ahead(round);
  let worked = false;
  try {
    while (await goesOn()) {
      const what = await sendNext({ ...round, ...opened, writing });
      worked ||= what !== 'nothing';
      if (what !== 'sent') break;
    }
    return worked;
  } finally {
    await writing.end();
  }
}

const settle = async (stores: Stores, workspaceId: WorkspaceId): Promise<boolean> =>
  (await stores.pg.tx(workspaceId, (tx) => settleLost(tx, workspaceId, { now: stores.clock.now(), attemptsMax: ATTEMPTS_MAX }))).length > 0;

/** Does one piece of work until none of its kind is left. Whether there was any. */
async function deliverSome(stores: Stores, { workspaceId, work, account }: Due, manner: Manner): Promise<boolean> {
  if (work === 'send') return serve({ stores, workspaceId, accountId: account ?? '', ...manner });
  if (work === 'tell') return tellSome(stores, workspaceId);
  const some = { decide: decideSome, lost: settle }[work];
  let worked = false;
  while ((await manner.goesOn()) && (await some(stores, workspaceId))) {
    worked = true;
    manner.wake();
  }
  return worked;
}

/** Everything that is due is decided, sent and told before this ends; tests call it. */
export async function deliverDue(stores: Stores): Promise<void> {
  const senders = keepSenders();
  try {
    for (let worked = true; worked;) {
      worked = false;
      for (const due of await dueWork(stores.pg.global, stores.clock.now())) worked = (await deliverSome(stores, due, alone(senders))) || worked;
    }
  } finally {
    await senders.close();
  }
}

/** Decides and sends what is due in one workspace by the clock of `stores`, whoever else goes round; what is heard of it waits to be told. */
export async function deliverIn(stores: Stores, workspaceId: WorkspaceId, senders: Senders): Promise<void> {
  while (await decideSome(stores, workspaceId));
  for (const { id: accountId } of await stores.pg.tx(workspaceId, (tx) => accountRows(tx, workspaceId))) {
    await serve({ stores, workspaceId, accountId, ...alone(senders) });
  }
}

const nameOf = ({ workspaceId, work, account }: Due, lane: number): string => `${workspaceId} ${work} ${account ?? ''} ${lane}`;

/** Rounds under way, by name; `isWaiting`: for a provider; `hasHanded`: it has been answered, once at least. */
type Begun = { done: Promise<void>; isWaiting: boolean; hasHanded: boolean };
const hasRoom = (rounds: ReadonlyMap<string, Begun>): boolean => rounds.size < ROUNDS.most && [...rounds.values()].filter(({ isWaiting }) => !isWaiting).length < ROUNDS.asking;

/**
 * Goes round until stopped, where the duty is ours: deciding, and every account by itself, so that a slow or silent provider delays no other. A killed
 * process leaves what it had said would leave; it is settled once its time is over, and nothing that may have left is sent twice but what is about orders.
 */
export function startDeliverer(stores: Stores, log: Logger, holds: Holds = ours): { stop(): Promise<void> } {
  let stopping = false;
  const { wake, rest } = alarm(), senders = keepSenders(), deaf = hearNews(stores.pg.pool, 'messages', wake);
  const rounds = new Map<string, Begun>(), paces = new Map<string, Pace>(), hands = new Map<string, InHand>();
  let isCrowded = false;
  const goesOn = async (): Promise<boolean> => !stopping && (await holds('messages'));
  const begin = (due: Due, lane: number, name: string, pace: Pace): void => {
    const round: Begun = { done: Promise.resolve(), isWaiting: false, hasHanded: false };
    const waits = (isWaiting: boolean): void => {
      const isFirst = !isWaiting && !round.hasHanded;
      Object.assign(round, { isWaiting, hasHanded: round.hasHanded || !isWaiting });
      if (isFirst || isCrowded) wake();
    };
    const inHand = hands.get(due.account ?? '') ?? keepInHand();
    hands.set(due.account ?? '', inHand);
    rounds.set(name, round);
    round.done = deliverSome(stores, due, { lane, inHand, pace, goesOn, senders, wake, waits }).then(() => { if (due.work === 'tell') pace.restUntilMs = performance.now() + TELL_MS; }, (error: unknown) => {
      pace.restUntilMs = performance.now() + REST_MS;
      log.error({ err: error, work: due.work }, 'messages could not be served; they will be tried again');
    }).finally(() => { rounds.delete(name); wake(); });
  };
  const look = async (): Promise<void> => {
    if (!(await holds('messages'))) return;
    const all = await dueWork(stores.pg.global, stores.clock.now());
    isCrowded = false;
    // Nobody's second round begins before anybody's first, nor before its provider answered that: one that hangs is given no more.
    for (const lane of LANES) for (const due of all) {
      if (lane > 0 && !(due.work === 'send' && rounds.get(nameOf(due, lane - 1))?.hasHanded)) continue;
      const name = nameOf(due, lane), pace = paces.get(name) ?? fresh();
      paces.set(name, pace);
      if (rounds.has(name) || pace.restUntilMs > performance.now()) continue;
      if (hasRoom(rounds)) begin(due, lane, name, pace);
      else isCrowded = true;
    }
  };
  const work = async (): Promise<void> => {
    while (!stopping) {
      await look().catch((error: unknown) => log.error({ err: error }, 'messages that are due could not be found; looked for again'));
      if (!stopping) await rest(IDLE_MS);
    }
    await Promise.all([...rounds.values()].map(({ done }) => done));
    await Promise.all([senders.close(), deaf()]);
  };
  const done = work();
  return { stop: async () => { stopping = true; wake(); await done; } };
}
