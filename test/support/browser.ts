import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const SYSTEM_BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
];
/** These make the packaged browser unstable with more than one page. */
const UNWANTED = new Set(['--single-process', '--no-zygote', '--in-process-gpu', "--headless='shell'"]);

export type Opened = { context: BrowserContext; page: Page; close(): Promise<void> };

/** The browser of the system where there is one (it has Chinese fonts), else the one npm brings. */
async function found(): Promise<{ path: string; flags: string[] }> {
  const system = SYSTEM_BROWSERS.find((path) => existsSync(path));
  if (system) return { path: system, flags: FLAGS };
  const packaged = (await import('@sparticuz/chromium')).default;
  return { path: await packaged.executablePath(), flags: [...new Set([...packaged.args.filter((flag) => !UNWANTED.has(flag)), ...FLAGS])] };
}

/** Headless Chromium with a fresh profile, thrown away on close. */
export async function openBrowser(options: BrowserContextOptions = {}): Promise<Opened> {
  const { path, flags } = await found();
  const profile = mkdtempSync(join(tmpdir(), 'perennial-browser-'));
  const context = await chromium.launchPersistentContext(profile, { executablePath: path, args: flags, headless: true, viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', ...options });
  const page = context.pages()[0] ?? (await context.newPage());
  return {
    context, page,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
