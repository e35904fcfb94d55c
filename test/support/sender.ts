import { setTimeout as sleep } from 'node:timers/promises';

/** Clients that send batches of events, each until it is acknowledged, under the same message ids, as the published ones do. */
export type Sender = {
  /** How many events were acknowledged, and what the door said otherwise. */
  acknowledged(): number;
  statuses: Map<number, number>;
  /** Refusals without a Retry-After, and answers that came later than a client waits. */
  faults: string[];
  /** Sends no new batches, and waits until those under way are acknowledged. */
  finish(): Promise<void>;
};

export type SenderOptions = { url: string; writeKey: string; clients?: number; perBatch?: number; prefix?: string; pauseMs?: number; answerMs?: number };

const PEOPLE = 50;

export function startSender({ url, writeKey, clients = 3, perBatch = 10, prefix = 'm', pauseMs = 20, answerMs = 40_000 }: SenderOptions): Sender {
  const headers = { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`, 'content-type': 'application/json' };
  const statuses = new Map<number, number>(), faults: string[] = [];
  let next = 0, acknowledged = 0, going = true;
  const batchFrom = (from: number): string => JSON.stringify({ batch: Array.from({ length: perBatch }, (_, i) => ({ type: 'track', messageId: `${prefix}${from + i}`, userId: `u${(from + i) % PEOPLE}`, event: 'Page Seen', timestamp: new Date().toISOString() })) });
  const post = async (body: string): Promise<{ status: number; again: number }> => {
    const reply = await fetch(new URL('/v1/batch', url), { method: 'POST', headers, body, signal: AbortSignal.timeout(answerMs) });
    await reply.arrayBuffer();
    const told = reply.headers.get('retry-after');
    if (reply.status !== 200 && !(Number(told) > 0)) faults.push(`${reply.status} without Retry-After`);
    return { status: reply.status, again: Number(told) };
  };
  const client = async (): Promise<void> => {
    while (going) {
      const body = batchFrom(next);
      next += perBatch;
      for (let done = false; !done; ) {
        const { status, again } = await post(body).catch((error: Error) => { faults.push(`no answer: ${error.name}`); return { status: 0, again: 1 }; });
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        done = status === 200;
        if (done) acknowledged += perBatch;
        // Told to wait five seconds, a test waits half a one: the door is knocked at harder than by clients.
        else await sleep(Math.min(again * 1_000 || 1_000, 500));
      }
      await sleep(pauseMs);
    }
  };
  const working = Promise.all(Array.from({ length: clients }, client));
  return { acknowledged: () => acknowledged, statuses, faults, finish: async () => { going = false; await working; } };
}
