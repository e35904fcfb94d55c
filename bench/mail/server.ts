import { join } from 'node:path';
import { startAsked } from '../../test/support/mail/asked.ts';
import type { Arrival, Asked, Letter } from './process.ts';

export type MailServer = { port: number; count(): Promise<number>; arrivals(): Promise<Arrival[]>; letters(): Promise<Letter[]>; seconds(): Promise<number>; clear(keep?: number): Promise<void>; stop(): Promise<void> };

/** Starts a mail server on loopback, in a process of its own. */
export async function startMailServer(): Promise<MailServer> {
  const { port, ask, stop } = await startAsked<Asked>(join(import.meta.dirname, 'process.ts'));
  return {
    port, stop,
    count: () => ask({ ask: 'count' }), arrivals: () => ask({ ask: 'arrivals' }), letters: () => ask({ ask: 'letters' }), seconds: () => ask({ ask: 'seconds' }), clear: async (keep = 0) => void (await ask({ clear: true, keep })),
  };
}
