import type { Page, Request } from 'playwright-core';
import { percentile, quietly } from '../support.ts';

/** One request as a page sends it. */
export type Asked = { method: string; url: string; body: string | null };
export type Answered = Asked & { ms: number; bytes: number };

const QUIET_MS = 700;
const MOST_MS = 60_000;

/** The requests a page of the web app sends until it has been quiet for a while. */
export async function askedBy(page: Page, go: () => Promise<unknown>): Promise<Asked[]> {
  const asked = new Map<string, Asked>();
  let [underWay, changedAt] = [0, Date.now()];
  const moved = (by: number) => (request: Request): void => {
    if (!request.url().includes('/api/')) return;
    underWay += by;
    changedAt = Date.now();
    const one = { method: request.method(), url: request.url(), body: request.postData() };
    asked.set(JSON.stringify(one), one);
  };
  const [more, less] = [moved(1), moved(-1)];
  page.on('request', more).on('requestfinished', less).on('requestfailed', less);
  const began = Date.now();
  await go();
  // A page asks at least who is signed in; until then its scripts are still on the way.
  while ((asked.size === 0 || underWay > 0 || Date.now() - changedAt < QUIET_MS) && Date.now() - began < MOST_MS) await new Promise((again) => setTimeout(again, 50));
  page.off('request', more).off('requestfinished', less).off('requestfailed', less);
  return [...asked.values()];
}

/** Requests one after another; milliseconds of each until its last byte. Throws where the server fails. */
export async function askAll(asked: readonly Asked[], cookie: string): Promise<Answered[]> {
  const answered: Answered[] = [];
  for (const one of asked) {
    const { result: { status, bytes }, ms } = await quietly(async () => {
      const reply = await fetch(one.url, { method: one.method, body: one.body, headers: { cookie, 'x-perennial': '1', ...(one.body === null ? {} : { 'content-type': 'application/json' }) } });
      return { status: reply.status, bytes: (await reply.arrayBuffer()).byteLength };
    });
    if (status >= 500) throw new Error(`${status} ${one.method} ${one.url}`);
    answered.push({ ...one, ms, bytes });
  }
  return answered;
}

export const p95 = (answered: readonly { ms: number }[]): number => percentile(answered.map(({ ms }) => ms), 0.95);

/** An address without its ids and the machine. */
export const patternOf = ({ method, url }: Pick<Asked, 'method' | 'url'>): string => `${method} ${url.replace(/^https?:\/\/[^/]+/, '').replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '$id')}`;
