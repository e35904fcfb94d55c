import { pino } from 'pino';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { jobHandlers } from '../../src/app.ts';
import type { Loop } from '../../src/kernel/facts.ts';
import { startWorker } from '../../src/kernel/jobs.ts';
import { startRunner } from '../../src/kernel/runner.ts';
import type { Person } from './app.ts';
import { openBrowser } from './browser.ts';
import type { Served } from './served.ts';

/** A browser in front of a served product, for tests that do on its pages what people do; what pages threw is kept. */
export type Walked = { context: BrowserContext; page: Page; thrown: string[]; enter(who: Person): Promise<void>; close(): Promise<void> };

const PATIENCE_MS = 45_000;

/** Facts are answered, jobs are done. */
async function startWork({ stores }: Served, loop: Loop): Promise<() => Promise<void>> {
  const log = pino({ level: 'silent' }), runner = startRunner(stores, loop, log), worker = await startWorker(stores, jobHandlers, log);
  return async () => {
    await worker.stop();
    await runner.stop();
  };
}

/** `works` names the reactions of a product that works by itself meanwhile; without them nothing moves but what pages ask for. */
export async function walked(product: Served, { works, ...options }: BrowserContextOptions & { works?: Loop } = {}): Promise<Walked> {
  const stopWork = works && (await startWork(product, works));
  const { context, page, close } = await openBrowser({ baseURL: product.url, locale: 'en-US', colorScheme: 'light', ...options });
  const thrown: string[] = [];
  page.setDefaultTimeout(PATIENCE_MS);
  page.on('pageerror', ({ message }) => thrown.push(message));
  return {
    context, page, thrown,
    enter: async ({ cookie }) => {
      const [name = '', value = ''] = cookie.split('=');
      await context.clearCookies();
      await context.addCookies([{ name, value, url: product.url }]);
    },
    close: async () => {
      await close();
      await stopWork?.();
      await product.close();
    },
  };
}
