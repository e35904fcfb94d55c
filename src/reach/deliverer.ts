import type { Logger } from 'pino';
import type { WorkspaceId } from '../kernel/ids.ts';
import { type Holds, ours } from '../kernel/lease.ts';
import type { Stores } from '../kernel/stores.ts';
import { configIn } from './accounts.ts';
import { providerOf, type Sender } from './channels/channel.ts';
import { ATTEMPTS_MAX } from './core/retry.ts';
import { decideSome } from './decide.ts';
import { accountById } from './queries/accounts.ts';
import { type Due, dueWork, settleLost } from './queries/messages.ts';
import { sendSome } from './send.ts';
import { tellSome } from './tell.ts';

const IDLE_MS = 250;
/** Rounds at once: each holds a connection to Postgres now and then, and so does everybody else. */
const ROUNDS_MAX = 6;
/** A provider is handed as much as it takes in about so long, since after the last look nothing may lie about. */
const HAND_MS = 400;
const HAND = { least: 10, first: 50, most: 500 } as const;
/** A provider that cannot be reached is left alone for so long, twice as long each time. */
const REST_MS = 5_000;
const REST_MS_MAX = 60_000;

/** How an account takes messages, as this process has seen it. */
type Pace = { most: number; restMs: number; restUntilMs: number };
const fresh = (): Pace => ({ most: HAND.first, restMs: 0, restUntilMs: 0 });

const next = (most: number, offered: number, elapsedMs: number): number =>
  Math.round(Math.min(HAND.most, Math.max(HAND.least, elapsedMs > HAND_MS ? (most * HAND_MS) / elapsedMs : offered >= most / 2 ? most * 2 : most)));

async function openSender(stores: Stores, workspaceId: WorkspaceId, accountId: string): Promise<{ sender: Sender; perSecond: number | null } | undefined> {
  const [keys, account] = [await stores.keys.of(workspaceId), await stores.pg.tx(workspaceId, (tx) => accountById(tx, workspaceId, accountId))];
  const provider = account && providerOf(account.channel, account.provider);
  if (!account || !provider) return undefined;
  // One that is paused or cannot be opened still decides what waits for it: nothing is handed over.
  if (account.state === 'paused') return { sender: NOBODY, perSecond: null };
  return { sender: await provider.open(stores, workspaceId, provider.config.parse(configIn(keys, account))), perSecond: account.perSecond };
}
const NOBODY: Sender = { send: () => Promise.reject(new Error('a paused connection')), close: () => Promise.resolve() };

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

type Round = { stores: Stores; workspaceId: WorkspaceId; accountId: string; pace: Pace; goesOn(): Promise<boolean> };

/** Sends for one account as long as something waits for it. */
async function serve({ stores, workspaceId, accountId, pace, goesOn }: Round): Promise<boolean> {
  const opened = await openSender(stores, workspaceId, accountId);
  if (!opened) return false;
  const { sender, perSecond } = opened;
  let worked = false;
  try {
    while (await goesOn()) {
      const most = perSecond ? Math.min(pace.most, perSecond) : pace.most, beganMs = performance.now();
      const { taken, offered, unreachable, elapsedMs } = await sendSome(stores, workspaceId, { sender, accountId, most });
      if (taken === 0) break;
      worked = true;
      Object.assign(pace, unreachable ? { restMs: Math.min(REST_MS_MAX, (pace.restMs || REST_MS / 2) * 2) } : { restMs: 0, most: next(pace.most, offered, elapsedMs) });
      if (unreachable) { pace.restUntilMs = performance.now() + pace.restMs; break; }
      if (perSecond && offered > 0) await sleep(Math.max(0, (offered / perSecond) * 1_000 - (performance.now() - beganMs)));
    }
  } finally {
    await sender.close();
  }
  return worked;
}

const settle = async (stores: Stores, workspaceId: WorkspaceId): Promise<boolean> =>
  (await stores.pg.tx(workspaceId, (tx) => settleLost(tx, workspaceId, { now: stores.clock.now(), attemptsMax: ATTEMPTS_MAX }))).length > 0;

const always = (): Promise<boolean> => Promise.resolve(true);

/** Does one piece of work until none of its kind is left. Whether there was any. */
async function deliverSome(stores: Stores, { workspaceId, work, account }: Due, { pace = fresh(), goesOn = always } = {}): Promise<boolean> {
  if (work === 'send') return serve({ stores, workspaceId, accountId: account ?? '', pace, goesOn });
  const some = { decide: decideSome, lost: settle, tell: tellSome }[work];
  let worked = false;
  while ((await goesOn()) && (await some(stores, workspaceId))) worked = true;
  return worked;
}

/** Everything that is due is decided, sent and told before this ends; tests call it. */
export async function deliverDue(stores: Stores): Promise<void> {
  for (let worked = true; worked;) {
    worked = false;
    for (const due of await dueWork(stores.pg.global, stores.clock.now())) worked = (await deliverSome(stores, due)) || worked;
  }
}

const nameOf = ({ workspaceId, work, account }: Due): string => `${workspaceId} ${work} ${account ?? ''}`;

/**
 * Goes round until stopped, where the duty is ours: deciding, and every account by itself, so that a slow or silent provider delays no other. A killed
 * process leaves what it had said would leave; it is settled once its time is over, and nothing that may have left is sent twice but what is about orders.
 */
export function startDeliverer(stores: Stores, log: Logger, holds: Holds = ours): { stop(): Promise<void> } {
  let stopping = false;
  let wake: () => void = () => undefined;
  const rounds = new Map<string, Promise<void>>(), paces = new Map<string, Pace>();
  const goesOn = async (): Promise<boolean> => !stopping && (await holds('messages'));
  const begin = async (due: Due, name: string, pace: Pace): Promise<void> => {
    try {
      await deliverSome(stores, due, { pace, goesOn });
    } catch (error) {
      pace.restUntilMs = performance.now() + REST_MS;
      log.error({ err: error, work: due.work }, 'messages could not be served; they will be tried again');
    } finally {
      rounds.delete(name);
      wake();
    }
  };
  const round = async (): Promise<void> => {
    if (!(await holds('messages'))) return;
    for (const due of await dueWork(stores.pg.global, stores.clock.now())) {
      const name = nameOf(due), pace = paces.get(name) ?? fresh();
      paces.set(name, pace);
      if (!rounds.has(name) && rounds.size < ROUNDS_MAX && pace.restUntilMs <= performance.now()) rounds.set(name, begin(due, name, pace));
    }
  };
  const work = async (): Promise<void> => {
    while (!stopping) {
      await round().catch((error: unknown) => log.error({ err: error }, 'messages that are due could not be found; looked for again'));
      if (!stopping) await new Promise<void>((then) => {
        const timer = setTimeout(then, IDLE_MS);
        wake = () => { clearTimeout(timer); then(); };
      });
    }
    await Promise.all(rounds.values());
  };
  const done = work();
  return { stop: async () => { stopping = true; wake(); await done; } };
}
