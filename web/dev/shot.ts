import { AxeBuilder } from '@axe-core/playwright';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser } from '../../test/support/browser.ts';

/**
 * Looks at pages: `node web/dev/shot.ts http://127.0.0.1:5173 out /customers /lifecycle`. Each path is drawn in two languages,
 * two widths and two themes; overflow, missing words and serious accessibility findings are printed.
 * `-- zh-CN,1440,light` after the paths narrows it down.
 */
const [base = 'http://127.0.0.1:5173', out = 'test/output/shots', ...rest] = process.argv.slice(2);
const cut = rest.indexOf('--');
const paths = cut < 0 ? rest : rest.slice(0, cut);
const only = cut < 0 ? [] : (rest[cut + 1] ?? '').split(',');
const pick = <T extends string | number>(all: readonly T[]): readonly T[] => {
  const chosen = all.filter((one) => only.includes(String(one)));
  return chosen.length > 0 ? chosen : all;
};

mkdirSync(out, { recursive: true });
const { context, page, close } = await openBrowser();
page.on('console', (message) => message.type() === 'error' && console.log('  console:', message.text().slice(0, 300)));
page.on('pageerror', (error) => console.log('  thrown:', error.message.slice(0, 300)));
await page.goto(base);
if (process.env['SIGN_IN']) {
  const [email = '', password = ''] = process.env['SIGN_IN'].split(' ');
  const reply = await context.request.post(`${base}/api/v1/session`, { data: { email, password }, headers: { 'x-perennial': '1' } });
  if (!reply.ok()) console.log('  sign-in:', reply.status(), (await reply.text()).slice(0, 300));
}
for (const path of paths) for (const language of pick(['zh-CN', 'zh-TW', 'en'])) for (const width of pick([1440, 390])) for (const theme of pick(['light', 'dark'])) {
  await page.setViewportSize({ width, height: width < 500 ? 844 : 900 });
  await page.evaluate((chosen) => localStorage.setItem('perennial.theme', chosen), theme);
  await page.goto(`${base}${path}${path.includes('?') ? '&' : '?'}lang=${language}`, { waitUntil: 'networkidle' }).catch((error: Error) => console.log('  goto:', error.message.slice(0, 200)));
  await page.waitForTimeout(250);
  const name = `${path.replaceAll(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '') || 'home'}.${language}.${width}.${theme}`;
  await page.screenshot({ path: join(out, `${name}.png`) });
  const faults = await page.evaluate(() => {
    const wide = document.documentElement.scrollWidth - innerWidth;
    const main = document.querySelector('#page');
    const inner = main ? main.scrollWidth - main.clientWidth : 0;
    const missing = (document.body.textContent ?? '').match(/\b(?:nav|kit|refusal|stage|state|why|reach|field|rfm|home|customers?|lifecycle|flow|value)\.[a-z_.A-Z]{2,}/g) ?? [];
    return [...(wide > 0 ? [`wider than the window by ${wide}`] : []), ...(inner > 0 ? [`page wider by ${inner}`] : []), ...new Set(missing)];
  });
  const axe = await new AxeBuilder({ page }).analyze();
  const serious = axe.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id} ×${nodes.length}: ${nodes[0]?.html.slice(0, 140)} ${nodes[0]?.any[0]?.message ?? ''}`);
  console.log(name, [...faults, ...serious].join('\n    ') || 'ok');
}
await close();
