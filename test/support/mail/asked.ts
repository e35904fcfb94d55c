import { fork } from 'node:child_process';

export type AskedProcess<Asked> = { port: number; ask<T>(asked: Asked): Promise<T>; stop(): Promise<void> };

/** A server in a process of its own: its first word is its port, and it answers one after the other what it is asked. */
export async function startAsked<Asked extends object>(file: string, args: readonly string[] = []): Promise<AskedProcess<Asked>> {
  const child = fork(file, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [], serialization: 'advanced' });
  const answers: ((value: unknown) => void)[] = [];
  child.on('message', (value) => answers.shift()?.(value));
  const next = <T>(): Promise<T> => new Promise((told) => { answers.push(told as (value: unknown) => void); });
  const port = await next<number>();
  return {
    port,
    ask: (asked) => { child.send(asked); return next(); },
    stop: () => new Promise((gone) => { child.once('exit', () => gone()); child.disconnect(); }),
  };
}
