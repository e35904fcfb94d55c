import type { AddressInfo } from 'node:net';
import { person, type Person, testApp } from '../test/support/app.ts';
import { openBrowser } from '../test/support/browser.ts';
import type { Stores } from '../src/kernel/stores.ts';

/** One click: until the page was drawn, and the slowest reply in it. */
export type Visit = { drawnMs: number; slowestReplyMs: number; slowest: string; replies: number };
type Probe = { pending: number; replies: { url: string; ms: number }[]; visit(path: string): Promise<Visit> };
type Probed = Window & { probe: Probe };

/** Runs in the page before its own code: counts replies under way, and follows a click until nothing moves. */
function install(): void {
  const own = window.fetch.bind(window);
  const quietMs = 250;
  const probe: Probe = {
    pending: 0, replies: [],
    visit: async (path) => {
      probe.replies = [];
      const began = performance.now();
      let changed = 0;
      const watch = new MutationObserver(() => { changed = performance.now(); });
      watch.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
      const link = document.querySelector<HTMLAnchorElement>(`a[href="${path}"]`);
      if (link) link.click();
      else history.pushState({}, '', path);
      // Drawn: the last change of the page, once nothing is under way and nothing has changed for a while; a page that never rests counts as 20 s.
      for (let now = began; (changed === 0 || now - changed < quietMs) && now - began < 20_000; now = performance.now()) {
        await new Promise((next) => requestAnimationFrame(next));
        if (probe.pending > 0 || document.querySelector('.skeleton, .ghost, [aria-busy="true"]') !== null) changed = performance.now();
      }
      watch.disconnect();
      const [slowest = { url: '', ms: 0 }] = [...probe.replies].sort((x, y) => y.ms - x.ms);
      return { drawnMs: changed - began, slowestReplyMs: slowest.ms, slowest: slowest.url, replies: probe.replies.length };
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

export type Browsing = {
  owner: Person;
  /** Opens an address from nothing: everything kept of what was seen before is forgotten. */
  start(path: string): Promise<void>;
  /** Goes to a page as a click does. */
  visit(path: string): Promise<Visit>;
  close(): Promise<void>;
};

/** The product served on loopback, and headless Chromium with an owner signed in. */
export async function browse(stores: Stores, workspaceId: string): Promise<Browsing> {
  const app = await testApp(stores);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const owner = await person(stores, app, workspaceId, 'owner');
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const { page, context, close } = await openBrowser({ baseURL: url });
  const [name, value] = owner.cookie.split('=') as [string, string];
  await context.addCookies([{ name, value, url }]);
  await page.addInitScript(install);
  return {
    owner,
    start: async (path) => void (await page.goto(path, { waitUntil: 'networkidle' })),
    visit: (path) => page.evaluate((to) => (window as unknown as Probed).probe.visit(to), path),
    close: async () => {
      await close();
      await app.close();
    },
  };
}
