import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { runImport } from '../src/collect/index.ts';
import { systemCaller } from '../src/kernel/access/caller.ts';
import { PERMISSIONS } from '../src/kernel/access/permissions.ts';
import { drain } from '../src/kernel/facts.ts';
import { loop } from '../src/loop.ts';
import { startSample } from '../src/product/sample.ts';
import { person, testApp } from '../test/support/app.ts';
import { openBrowser } from '../test/support/browser.ts';
import { PAGES } from '../web/src/pageList.ts';
import { benchStores, percentile, report } from './support.ts';

/** The simulated shop of 6,000 customers in a real browser: from the click to a page without anything still to come. */
const P95_MS = 300;
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 10);
/** A page that asks for little; each round begins here with nothing kept of the round before. */
const START = '/settings/keys';

type Visit = { drawnMs: number; slowestReplyMs: number; slowest: string };
type Probe = { pending: number; replies: { url: string; ms: number }[]; visit(path: string): Promise<Visit> };
type Probed = Window & { probe: Probe };

/** Runs in the page before its own code: counts replies under way, and follows a click until nothing moves. */
function install(): void {
  const quietMs = 60;
  const own = window.fetch.bind(window);
  const probe: Probe = {
    pending: 0, replies: [],
    visit: async (path) => {
      probe.replies = [];
      const began = performance.now();
      const link = document.querySelector<HTMLAnchorElement>(`a[href="${path}"]`);
      if (link) link.click();
      else history.pushState({}, '', path);
      let drawn = began, quietFrom = 0;
      while (quietFrom === 0 || performance.now() - quietFrom < quietMs) {
        await new Promise((next) => requestAnimationFrame(next));
        const isBusy = location.pathname !== path || probe.pending > 0 || document.querySelector('.skeleton, .ghost, [aria-busy="true"]') !== null;
        if (isBusy) quietFrom = 0;
        else if (quietFrom === 0) drawn = quietFrom = performance.now();
        if (performance.now() - began > 20_000) throw new Error(`${path} is never drawn`);
      }
      const [slowest = { url: '', ms: 0 }] = [...probe.replies].sort((a, b) => b.ms - a.ms);
      return { drawnMs: drawn - began, slowestReplyMs: slowest.ms, slowest: slowest.url };
    },
  };
  window.fetch = async (...asked) => {
    const began = performance.now();
    probe.pending++;
    try {
      return await own(...asked);
    } finally {
      probe.replies.push({ url: String(asked[0] instanceof Request ? asked[0].url : asked[0]), ms: performance.now() - began });
      // The reader of the reply runs before it counts as done.
      setTimeout(() => { probe.pending--; }, 0);
    }
  };
  (window as unknown as Probed).probe = probe;
}

const visit = (page: Page, path: string): Promise<Visit> => page.evaluate((to) => (window as unknown as Probed).probe.visit(to), path);

/** Every page in turn, once a round; by path. */
async function visitAll(page: Page, paths: readonly string[], rounds: number): Promise<Map<string, Visit[]>> {
  const seen = new Map<string, Visit[]>(paths.map((path) => [path, []]));
  for (let round = 0; round < rounds; round++) {
    await page.goto(START, { waitUntil: 'networkidle' });
    for (const path of paths) seen.get(path)?.push(await visit(page, path));
  }
  return seen;
}

function tell(pattern: string, visits: readonly Visit[]): void {
  const p95 = percentile(visits.map(({ drawnMs }) => drawnMs), 0.95);
  const reply = percentile(visits.map(({ slowestReplyMs }) => slowestReplyMs), 0.95);
  console.log(`  ${p95.toFixed(0).padStart(6)} ms p95  ${percentile(visits.map(({ drawnMs }) => drawnMs), 0.5).toFixed(0).padStart(6)} ms p50  ${reply.toFixed(0).padStart(6)} ms slowest reply p95  ${pattern}  ${visits[0]?.slowest.replace(/^https?:\/\/[^/]+/, '').slice(0, 60) ?? ''}`);
  report({ name: `page ${pattern}, click to drawn p95 (ratio to its slowest reply)`, value: p95, unit: 'ms', ratioToRaw: reply > 0 ? p95 / reply : null, threshold: P95_MS, better: 'less' });
}

const { stores, workspaceId, close } = await benchStores();
try {
  await runImport(stores, workspaceId, await startSample(stores, systemCaller(workspaceId, PERMISSIONS), {}));
  await drain(stores, loop);
  const app = await testApp(stores);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const owner = await person(stores, app, workspaceId, 'owner');
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const browser = await openBrowser({ baseURL: url });
  try {
    const [name, value] = owner.cookie.split('=') as [string, string];
    await browser.context.addCookies([{ name, value, url }]);
    await browser.page.addInitScript(install);
    const { body } = await owner.call<{ rows: { id: string }[] }>('GET', '/api/v1/customers?limit=1');
    // Pages of one thing are shown where the sample has such a thing.
    const shown = PAGES.map(({ path }) => ({ pattern: path, path: path.replace('/customers/$id', `/customers/${body.rows[0]?.id ?? ''}`) })).filter(({ path }) => !path.includes('$') && path !== START);
    const paths = shown.map(({ path }) => path);
    await visitAll(browser.page, paths, 1);
    const seen = await visitAll(browser.page, paths, ROUNDS);
    for (const { pattern, path } of shown) tell(pattern, seen.get(path) ?? []);
  } finally {
    await browser.close();
    await app.close();
  }
} finally {
  await close();
}
