import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Asked, Faults, ServerKind, Taken } from './faults.ts';

/** A mail server that runs in a process of its own, and what can be asked of it. */
export type MailServerProcess = { port: number; set(faults: Faults): Promise<void>; taken(): Promise<Taken[]>; count(): Promise<number>; sessions(): Promise<number>; clear(): Promise<void>; stop(): Promise<void> };

export async function startMailServer(kind: ServerKind): Promise<MailServerProcess> {
  const child = fork(join(import.meta.dirname, 'process.ts'), [JSON.stringify(kind)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] });
  const answers: ((value: unknown) => void)[] = [];
  child.on('message', (value) => answers.shift()?.(value));
  const next = <T>(): Promise<T> => new Promise((told) => { answers.push(told as (value: unknown) => void); });
  const port = await next<number>();
  const ask = <T>(asked: Asked): Promise<T> => { child.send(asked); return next<T>(); };
  return {
    port,
    set: async (faults) => void (await ask({ set: faults })), taken: () => ask({ ask: 'taken' }), count: () => ask({ ask: 'count' }), sessions: () => ask({ ask: 'sessions' }), clear: async () => void (await ask({ clear: true })),
    stop: () => new Promise((gone) => { child.once('exit', () => gone()); child.disconnect(); }),
  };
}
