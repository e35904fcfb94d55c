import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, person, testApp } from '../../../../test/support/app.ts';
import { type TestStores, testStores, testWorkspace } from '../../../../test/support/stores.ts';
import { resolve } from '../../../customers/index.ts';
import { isRefused, type Refused } from '../../../kernel/refused.ts';
import { many, run, sql } from '../../../kernel/sql.ts';
import type { Rendered } from '../../core/message.ts';
import { renderAll, type Wanted } from '../renderAll.ts';

/** Shared blocks as their authors and readers know them: over the API, on real stores. */
let stores: TestStores, app: FastifyInstance, ws: string, operator: Person, lin: string;
const LINKS = { unsubscribe: 'https://mail.example/u/1', preferences: 'https://mail.example/p/1', web: null };

beforeAll(async () => {
  stores = await testStores('2026-01-15T04:00:00Z');
  app = await testApp(stores);
  ws = await testWorkspace(stores);
  operator = await person(stores, app, ws, 'operator');
  lin = (await resolve(stores, ws, [{ identifiers: [{ kind: 'phone', value: '13800000001' }], at: stores.clock.now(), source: 'shop', name: '林小雨', traits: {} }])).items[0]?.customer as string;
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

type Json = Record<string, unknown>;
type Finding = { code: string; level: string; block?: string; field: string; facts: Json };
type View = { id: string; key: string; version: number; revision: number; findings: Finding[]; usedBy: { kind: string; id: string; name: string }[]; versions: { version: number; reason: string }[]; document: Json; code: string; facts: Json };
const says = (text: string, email: Json | null = null, language = 'zh-CN') => ({ language, text, email });
const saying = (...contents: Json[]) => ({ language: 'zh-CN', contents });
const block = (key: string, ...contents: Json[]) => operator.call<View>('POST', '/api/v1/blocks', { key, name: `块 ${key}`, document: saying(...contents) });
async function made(key: string, ...contents: Json[]): Promise<View> {
  const { status, body } = await block(key, ...contents);
  expect([status, body]).toMatchObject([201, { key, version: 1 }]);
  return body;
}
const change = (id: string, version: number, more: Json) => operator.call<View>('PATCH', `/api/v1/blocks/${id}`, { version, ...more });

let names = 0;
const wecom = (text: string, language = 'zh-CN') => ({ language, content: { channel: 'wecom', text, url: '' } });
const mail = (...blocks: Json[]) => ({ language: 'zh-CN', content: { channel: 'email', subject: '春茶', preheader: '', body: { kind: 'blocks', accent: '#1E6B52', blocks } } });
const documentOf = (contents: Json[]) => ({ language: 'zh-CN', variants: [{ key: 'all', when: {}, contents }] });
const lintOf = async (purpose: string, ...contents: Json[]): Promise<Finding[]> => (await operator.call<{ findings: Finding[] }>('POST', '/api/v1/templates/lint', { purpose, document: documentOf(contents) })).body.findings;
async function published(purpose: string, contents: Json[], reason = ''): Promise<string> {
  const { body: { id } } = await operator.call<View>('POST', '/api/v1/templates', { name: `模板 ${names++}`, purpose, document: documentOf(contents) });
  expect(await operator.call('POST', `/api/v1/templates/${id}/publish`, { revision: 1, reason })).toMatchObject({ status: 200, body: { published: 1 } });
  return id;
}
const wanted = (id: string, channel: Wanted['channel'] = 'wecom', language: Wanted['language'] = 'zh-CN'): Wanted => ({ template: { id, version: null }, channel, customer: lin, language, params: {}, links: LINKS, personalised: true });
const textOf = (one: Rendered | Refused): string => (isRefused(one) ? `${one.refused} ${JSON.stringify(one.facts)}` : one.channel === 'email' ? one.html : 'text' in one ? one.text : '');
const sent = async (...all: Wanted[]): Promise<string[]> => (await renderAll(stores, ws, all)).map(textOf);

test('R72: a block is written once and said by many; changed in one place, every message from then on says it anew, and says which version it was', async () => {
  const { id } = await made('sign', says('茶店 客服 {{ customer.first_name | default: "您好" }}'), says('The tea shop', null, 'en'));
  const [short, letter] = [await published('service', [wecom('已发货。{% render "sign" %}'), wecom('Shipped. {% render "sign" %}', 'en')]), await published('service', [mail({ kind: 'text', text: '已发货 {% render "sign" %}' }, { kind: 'shared', key: 'sign' })])];
  expect(await sent(wanted(short), wanted(short, 'wecom', 'en'))).toEqual(['已发货。茶店 客服 小雨', 'Shipped. The tea shop']);
  expect((await sent(wanted(letter, 'email')))[0]?.match(/茶店 客服 小雨/g)).toHaveLength(2);
  expect((await change(id, 1, { document: saying(says('明前茶店'), says('The tea shop', null, 'en')) })).body).toMatchObject({ version: 2, versions: [{ version: 2 }, { version: 1 }] });
  const answers = await renderAll(stores, ws, [wanted(short), wanted(letter, 'email')]);
  expect(answers.map((one) => isRefused(one) || one.blocks)).toEqual([{ sign: 2 }, { sign: 2 }]);
  expect(textOf(answers[0] as Rendered)).toBe('已发货。明前茶店');
  expect(textOf(answers[1] as Rendered)).not.toContain('客服');
  // The version stays as it was published, and what was said before can be read.
  expect((await operator.call<{ document: object }>('GET', `/api/v1/blocks/${id}/versions/1`)).body.document).toMatchObject({ contents: [{ text: '茶店 客服 {{ customer.first_name | default: "您好" }}' }, { language: 'en' }] });
  expect(await operator.call('GET', `/api/v1/blocks/${id}/versions/9`)).toMatchObject({ status: 404, body: { code: 'block.version.not_found' } });
  expect(await change(id, 1, { name: '签名' })).toMatchObject({ status: 409, body: { code: 'block.changed' } });
  await expect(stores.pg.tx(ws, (tx) => run(tx, sql`update shared_block_version set reason = 'x' where workspace_id = ${ws}`))).rejects.toThrow(/permission denied/);
});

test('R72: sections of MJML and parts stand in mails of either kind, with the unsubscribe link that a marketing mail needs', async () => {
  expect(await block('frame', says('', { kind: 'mjml', mjml: '<mj-section><mj-column><mj-text>{% render "line" %}</mj-text></mj-column></mj-section>' }))).toMatchObject({ status: 422, body: { code: 'block.has_faults', facts: { findings: [{ code: 'block_unknown', field: 'mjml', facts: { block: 'line' } }] } } });
  await made('line', says('营业执照 3301 & 备案'));
  await made('frame', says('', { kind: 'mjml', mjml: '<mj-section background-color="#eeeeee"><mj-column><mj-text>{% render "line" %}</mj-text></mj-column></mj-section>' }));
  await made('foot', says('', { kind: 'blocks', accent: '#1E6B52', blocks: [{ kind: 'shared', key: 'frame' }, { kind: 'footer', text: '谢谢' }] }));
  expect((await lintOf('marketing', mail({ kind: 'heading', text: '春茶' }))).map(({ code }) => code)).toContain('email_no_unsubscribe');
  const written = { language: 'zh-CN', content: { channel: 'email', subject: 's', body: { kind: 'mjml', mjml: '<mjml><mj-body><mj-section><mj-column><mj-text>茶</mj-text></mj-column></mj-section>{% render "foot" %}</mj-body></mjml>' } } };
  for (const content of [mail({ kind: 'heading', text: '春茶' }, { kind: 'shared', key: 'foot' }), written]) {
    const [html = ''] = await sent(wanted(await published('marketing', [content]), 'email'));
    expect(html).toMatch(/#eeeeee[\s\S]*营业执照 3301 &amp; 备案[\s\S]*https:\/\/mail\.example\/u\/1/);
  }
});

test('R72 and R76: lint says of the template that calls a block what is wrong inside it, and by which block', async () => {
  await made('city', says('{{ customer.city }}的茶友'));
  await made('claim', says('全网第一'));
  await made('outer', says('请看 {% render "claim" %}'));
  await made('ending', says('，拒收请回复R'));
  await made('long', says('茶'.repeat(80)));
  expect(await lintOf('marketing', wecom('{% render "city" %}{{ customer.name }}'))).toMatchObject([{ code: 'general_needs_fallback', block: 'city', field: 'text', facts: { variable: 'customer.city' } }, { code: 'no_fallback', facts: { variable: 'customer.name' } }]);
  expect(await lintOf('service', wecom('{% if customer.city %}{% render "city" %}{% endif %}'))).toEqual([]);
  expect(await lintOf('marketing', wecom('{% render "outer" %}'))).toMatchObject([{ code: 'banned_claim', overridable: true, block: 'claim', facts: { word: '第一' } }]);
  expect((await lintOf('marketing', wecom('第一 {% render "outer" %}')))[0]).not.toHaveProperty('block');
  expect(await lintOf('marketing', wecom('{% render "nobody" %}'))).toMatchObject([{ code: 'block_unknown', level: 'error', facts: { block: 'nobody' } }]);
  expect(await lintOf('marketing', mail({ kind: 'shared', key: 'nobody' }, { kind: 'footer', text: '' }))).toMatchObject([{ code: 'block_unknown', field: 'blocks.0.key' }]);
  const sms = (text: string) => ({ language: 'zh-CN', content: { channel: 'sms', text } });
  expect(await lintOf('marketing', sms('春茶到店{% render "ending" %}'))).toEqual([]);
  expect(await lintOf('marketing', sms('春茶到店{% render "long" %}{% render "ending" %}'))).toMatchObject([{ code: 'sms_segments', level: 'warning', facts: { units: 91, segments: 2 } }]);
});

test('R72: a block that would break what is published is not saved, and what it would break is shown before; a forbidden claim asks for a reason', async () => {
  const { id } = await made('promise', says('七天无理由'));
  const sms = { language: 'zh-CN', content: { channel: 'sms', text: '{% render "promise" %}，拒收请回复R' } };
  const template = await published('marketing', [sms]);
  const check = async (document: Json) => (await operator.call<{ findings: Finding[]; templates: { id: string; version: number | null; findings: Finding[] }[] }>('POST', '/api/v1/blocks/check', { key: 'promise', document })).body;
  expect(await check(saying(says('八天')))).toMatchObject({ findings: [], templates: [{ id: template, version: 1, findings: [] }] });
  expect(await check(saying(says('【茶店】七天')))).toMatchObject({ findings: [], templates: [{ id: template, findings: [{ code: 'sms_signature_typed' }] }] });
  expect(await change(id, 1, { document: saying(says('【茶店】七天')) })).toMatchObject({ status: 409, body: { code: 'block.breaks', facts: { count: 1, templates: [{ id: template }] } } });
  for (const [text, code] of [['{{ customer.phone }}', 'unknown_variable'], ['{{ x', 'syntax'], ['{% render "promise" %}', 'block_cycle']] as const) expect(await change(id, 1, { document: saying(says(text)) }), text).toMatchObject({ status: 422, body: { code: 'block.has_faults', facts: { findings: [{ code }] } } });
  expect(await change(id, 1, { document: saying(says('全网第一的承诺')) })).toMatchObject({ status: 422, body: { code: 'template.reason_needed', facts: { words: '第一' } } });
  expect(await change(id, 1, { document: saying(says('全网第一的承诺')), reason: '有排名证明' })).toMatchObject({ status: 200, body: { version: 2, versions: [{ version: 2, reason: '有排名证明' }, { version: 1, reason: '' }] } });
  const lines = await stores.pg.tx(ws, (tx) => many(tx, sql<{ detail: object }>`select detail from audit where workspace_id = ${ws} and target = ${id} and action = 'block.changed'`));
  expect(lines).toEqual([{ detail: { version: 2, overridden: ['第一'], reason: '有排名证明' } }]);
  // The same words once more are no new finding.
  expect(await change(id, 2, { document: saying(says('全网第一的承诺，真的')) })).toMatchObject({ status: 200 });
});

test('R72: who uses a block stands on it, through other blocks and journeys too, and keeps it from being deleted', async () => {
  const inner = await made('inner', says('内')), outer = await made('wrapper', says('外 {% render "inner" %}'));
  const template = await published('service', [wecom('{% render "wrapper" %}')]);
  const definition = {
    entries: [{ kind: 'api' }], start: 'send', nodes: [{ id: 'send', kind: 'send', template: { id: template }, channel: 'wecom', purpose: 'service' }, { id: 'end', kind: 'exit' }], edges: [{ from: 'send', port: 'next', to: 'end' }],
  };
  const journey = await operator.call<View>('POST', '/api/v1/journeys', { name: '发货', definition });
  expect(journey.status).toBe(201);
  const uses = (await operator.call<View>('GET', `/api/v1/blocks/${inner.id}`)).body.usedBy;
  expect(uses.map(({ kind, id }) => [kind, id])).toEqual([['block', outer.id], ['template', template], ['journey', journey.body.id]]);
  expect(await operator.call('DELETE', `/api/v1/blocks/${inner.id}`)).toMatchObject({ status: 409, body: { code: 'block.used', facts: { count: 3, more: 0, usedBy: uses } } });
  await operator.call('PATCH', `/api/v1/templates/${template}`, { revision: 1, document: documentOf([wecom('不再用')]) });
  expect((await operator.call<View>('GET', `/api/v1/blocks/${outer.id}`)).body.usedBy.map(({ kind }) => kind)).toEqual(['template', 'journey']);
  await operator.call('POST', `/api/v1/templates/${template}/publish`, { revision: 2 });
  for (const { id } of [outer, inner]) expect(await operator.call('DELETE', `/api/v1/blocks/${id}`)).toMatchObject({ status: 204 });
  expect(await operator.call('GET', `/api/v1/blocks/${inner.id}`)).toMatchObject({ status: 404, body: { code: 'block.not_found' } });
  // What was published with it and is named by its version still speaks; what is written now cannot call it.
  expect(await sent({ ...wanted(template), template: { id: template, version: 1 } }, wanted(template))).toEqual(['外 内', '不再用']);
  expect((await lintOf('service', wecom('{% render "inner" %}'))).map(({ code }) => code)).toEqual(['block_unknown']);
  expect(await made('inner', says('新的'))).toMatchObject({ usedBy: [] });
});

test('a block nobody can say any more refuses the message with its code, and a block of another workspace is none', async () => {
  const template = await published('service', [wecom('{% render "sign" %}！')]);
  const other = await testWorkspace(stores), stranger = await person(stores, app, other, 'operator');
  const { id } = (await operator.call<{ rows: View[] }>('GET', '/api/v1/blocks')).body.rows.find(({ key }) => key === 'sign') as View;
  for (const [method, url, body] of [['GET', `/api/v1/blocks/${id}`], ['GET', `/api/v1/blocks/${id}/versions/1`], ['PATCH', `/api/v1/blocks/${id}`, { version: 1, name: 'x' }], ['DELETE', `/api/v1/blocks/${id}`]] as const) expect(await stranger.call(method, url, body), url).toMatchObject({ status: 404 });
  expect((await stranger.call<{ findings: Finding[] }>('POST', '/api/v1/templates/lint', { purpose: 'service', document: documentOf([wecom('{% render "sign" %}')]) })).body.findings).toMatchObject([{ code: 'block_unknown' }]);
  expect(await sent(wanted(template))).toEqual(['明前茶店！']);
  await stores.pg.tx(ws, (tx) => run(tx, sql`update shared_block set key = 'moved' where workspace_id = ${ws} and id = ${id}`));
  expect(await sent(wanted(template), wanted(template))).toEqual(Array.from({ length: 2 }, () => 'template.block_unknown {"block":"sign"}'));
  await stores.pg.tx(ws, (tx) => run(tx, sql`update shared_block set key = 'sign' where workspace_id = ${ws} and id = ${id}`));
  expect(await sent(wanted(template))).toEqual(['明前茶店！']);
});

test('R72: a block is looked at before it is saved, as somebody, in a mail and in a text message; a test of a template sends it', async () => {
  const look = (channel: string, document: Json, more: Json = {}) => operator.call<{ content: { html?: string; text: string } | null; refused: { code: string } | null }>('POST', '/api/v1/blocks/preview', { key: 'fresh', document, channel, language: 'zh-CN', ...more });
  const document = saying(says('{{ customer.name | default: "茶友" }}', { kind: 'blocks', accent: '#1E6B52', blocks: [{ kind: 'heading', text: '您好 {{ customer.name | default: "茶友" }}' }] }));
  expect((await look('sms', document)).body.content?.text).toBe('茶友');
  expect((await look('email', document, { customer: lin })).body.content?.html).toContain('您好 林小雨');
  expect((await look('sms', saying(says('{% render "fresh" %}')))).body.refused).toMatchObject({ code: 'template.block_cycle' });
  const id = await published('service', [wecom('{% render "sign" %}')]), email = `operator-${operator.userId}@example.test`;
  await resolve(stores, ws, [{ identifiers: [{ kind: 'email', value: email }], at: stores.clock.now(), source: 'shop', name: '操作员' }]);
  expect(await operator.call('POST', `/api/v1/templates/${id}/test`, { variant: 'all', channel: 'wecom', language: 'zh-CN' })).toMatchObject({ status: 202 });
  expect(await sent({ ...wanted(id), template: { id, version: 1_000_000 } })).toEqual(['明前茶店']);
});

test('mails with blocks are compiled once: sending them to hundreds is rendering, and asks for blocks once a batch', async () => {
  await made('head', says('茶店', { kind: 'blocks', accent: '#1E6B52', blocks: [{ kind: 'heading', text: '{{ workspace.name }}' }] }));
  const foot = (await operator.call<{ rows: View[] }>('GET', '/api/v1/blocks')).body.rows.find(({ key }) => key === 'foot') as View;
  const id = await published('marketing', [mail({ kind: 'shared', key: 'head' }, { kind: 'text', text: '{{ event.note | default: "春" }}' }, { kind: 'shared', key: 'foot' })]);
  expect(await change(foot.id, 1, { document: saying(says('', { kind: 'blocks', accent: '#1E6B52', blocks: [{ kind: 'footer', text: '改过的页脚' }] })) })).toMatchObject({ status: 200 });
  const all = Array.from({ length: 600 }, (_, i) => ({ ...wanted(id, 'email'), params: { note: `第 ${i}` } }));
  expect((await sent(...all.slice(0, 100))).every((html) => html.includes('改过的页脚'))).toBe(true);
  const from = process.cpuUsage(), answers = await sent(...all);
  const { user, system } = process.cpuUsage(from), seconds = (user + system) / 1e6;
  expect(new Set(answers).size).toBe(600);
  console.info(`personalised e-mails with shared blocks rendered: ${Math.round(600 / seconds)} a second of one core`);
  expect(600 / seconds).toBeGreaterThan(400);
});
