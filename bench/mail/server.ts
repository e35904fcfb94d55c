import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Arrival, Asked, Letter } from './process.ts';

export type MailServer = { port: number; count(): Promise<number>; arrivals(): Promise<Arrival[]>; letters(): Promise<Letter[]>; clear(keep?: number): Promise<void>; stop(): Promise<void> };

/** Starts a mail server on loopback, in a process of its own. */
export async function startMailServer(): Promise<MailServer> {
  const child = fork(join(import.meta.dirname, 'process.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [], serialization: 'advanced' });
  const answers: ((value: unknown) => void)[] = [];
  child.on('message', (value) => answers.shift()?.(value));
  const next = <T>(): Promise<T> => new Promise((told) => { answers.push(told as (value: unknown) => void); });
  const port = await next<number>();
  const ask = <T>(asked: Asked): Promise<T> => { child.send(asked); return next<T>(); };
  return {
    port, count: () => ask({ ask: 'count' }), arrivals: () => ask({ ask: 'arrivals' }), letters: () => ask({ ask: 'letters' }), clear: async (keep = 0) => void (await ask({ clear: true, keep })),
    stop: () => new Promise((gone) => { child.once('exit', () => gone()); child.disconnect(); }),
  };
}
