import { join } from 'node:path';
import { startAsked } from './asked.ts';
import type { Asked, Faults, ServerKind, Taken } from './faults.ts';

/** A mail server that runs in a process of its own, and what can be asked of it. */
export type MailServerProcess = { port: number; set(faults: Faults): Promise<void>; taken(): Promise<Taken[]>; count(): Promise<number>; sessions(): Promise<number>; clear(): Promise<void>; stop(): Promise<void> };

export async function startMailServer(kind: ServerKind): Promise<MailServerProcess> {
  const { port, ask, stop } = await startAsked<Asked>(join(import.meta.dirname, 'process.ts'), [JSON.stringify(kind)]);
  return {
    port, stop,
    set: async (faults) => void (await ask({ set: faults })), taken: () => ask({ ask: 'taken' }), count: () => ask({ ask: 'count' }), sessions: () => ask({ ask: 'sessions' }), clear: async () => void (await ask({ clear: true })),
  };
}
