import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { bodyOf, type Plan } from './bodies.ts';

/** What the parent asks for. `perSecond`: bodies offered a second, or null for as many as `connections` can. */
export type Order = Plan & { url: string; key: string; connections: number; perSecond: number | null };
/** Milliseconds from sending to the reply 200 of each body; how often we were told to wait, and how often without Retry-After. */
export type Outcome = { seconds: number; acks: number[]; refused: number; withoutRetryAfter: number; otherwise: number; cpuSeconds: number };

type Reply = { status: number; retryAfter: number | null };

/** One connection that sends a request and waits for its reply, kept open; as little work as can be, since it runs on the same cores. */
async function openLine(url: string, key: string): Promise<{ send(body: Buffer): Promise<Reply>; close(): void }> {
  const { hostname, port } = new URL(url);
  let socket: Socket | undefined, answer: ((reply: Reply) => void) | undefined, seen = '';
  const open = (): Promise<Socket> => new Promise((opened, failed) => {
    const one = connect(Number(port), hostname, () => { socket = one; opened(one); });
    one.setNoDelay(true);
    one.on('error', failed);
    one.on('close', () => { if (socket === one) socket = undefined; answer?.({ status: 0, retryAfter: null }); });
    one.on('data', (chunk: Buffer) => {
      seen += chunk.toString('latin1');
      const end = seen.indexOf('\r\n\r\n');
      const length = end < 0 ? null : /content-length: (\d+)/i.exec(seen.slice(0, end));
      if (end < 0 || seen.length < end + 4 + Number(length?.[1] ?? 0)) return;
      const after = /retry-after: (\d+)/i.exec(seen.slice(0, end));
      const closes = /connection: close/i.test(seen.slice(0, end));
      const reply = { status: Number(seen.slice(9, 12)), retryAfter: after ? Number(after[1]) : null };
      seen = '';
      if (closes) { socket = undefined; one.end(); }
      answer?.(reply);
    });
  });
  const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
  return {
    send: async (body) => {
      const line = socket ?? (await open());
      return new Promise((replied) => {
        answer = (reply) => { answer = undefined; replied(reply); };
        line.write(`POST /v1/batch HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`);
        line.write(body);
      });
    },
    close: () => socket?.end(),
  };
}

/** Sends every body of a plan until each was acknowledged; one that is told to wait is sent again, as Segment's clients do. */
async function carryOut(order: Order, bodies: readonly Buffer[]): Promise<Outcome> {
  const outcome: Outcome = { seconds: 0, acks: [], refused: 0, withoutRetryAfter: 0, otherwise: 0, cpuSeconds: 0 };
  const begun = performance.now(), cpu = process.cpuUsage();
  let next = 0;
  const work = async (): Promise<void> => {
    const line = await openLine(order.url, order.key);
    for (let at = next++; at < bodies.length; at = next++) {
      const due = order.perSecond === null ? 0 : begun + (at / order.perSecond) * 1_000;
      if (due > performance.now()) await sleep(due - performance.now());
      // Where the rate is given, waiting for a free line counts as waiting for the reply.
      const from = order.perSecond === null ? performance.now() : due;
      for (let done = false; !done;) {
        const { status, retryAfter } = await line.send(bodies[at] as Buffer).catch((): Reply => ({ status: 0, retryAfter: null }));
        done = status === 200;
        if (done) outcome.acks.push(performance.now() - from);
        else if (status === 429) outcome.refused++;
        else outcome.otherwise++;
        if (status === 429 && retryAfter === null) outcome.withoutRetryAfter++;
        if (!done) await sleep((retryAfter ?? 1) * 1_000 * (0.5 + Math.random() / 2));
      }
    }
    line.close();
  };
  await Promise.all(Array.from({ length: order.connections }, work));
  const { user, system } = process.cpuUsage(cpu);
  return { ...outcome, seconds: (performance.now() - begun) / 1_000, cpuSeconds: (user + system) / 1e6 };
}

/** First the bodies are made, then, at a word, sent: making them is no part of the figure. */
let made: { order: Order; bodies: Buffer[] } | undefined;
process.on('message', async (asked: { make: Order } | { send: true }) => {
  if ('make' in asked) {
    const now = new Date();
    made = { order: asked.make, bodies: Array.from({ length: asked.make.bodies }, (_, at) => bodyOf(asked.make, at, now)) };
    process.send?.({ made: made.bodies.reduce((sum, { length }) => sum + length, 0) });
  } else if (made) {
    process.send?.(await carryOut(made.order, made.bodies));
    made = undefined;
  }
});
process.on('disconnect', () => process.exit(0));
