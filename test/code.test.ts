import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyCode, planCode, pullCode } from '../src/cli/code/index.ts';
import { type Api, apiAt } from '../src/cli/connect.ts';
import { localToken } from '../src/kernel/access/index.ts';
import { testApp } from './support/app.ts';
import { type TestStores, testStores, testWorkspace } from './support/stores.ts';

/** Definitions as reviewed text files: written, read, compared, put in force, over the product's own API. */
let stores: TestStores;
let app: FastifyInstance;
let from: Api;
let into: Api;
const folder = mkdtempSync(join(tmpdir(), 'perennial-code-'));
const files = join(folder, 'shop');

beforeAll(async () => {
  stores = await testStores('2026-03-01T04:00:00Z');
  app = await testApp(stores);
  const url = await app.listen({ host: '127.0.0.1', port: 0 }), token = localToken(stores.files);
  [from, into] = [await testWorkspace(stores), await testWorkspace(stores)].map((workspace) => apiAt(url, token, async () => undefined, workspace)) as [Api, Api];
});
afterAll(async () => {
  await app.close();
  await stores.close();
  rmSync(folder, { recursive: true, force: true });
});

const tree = (city: string): object => ({ version: 1, root: { kind: 'field', field: 'city', test: { op: 'equals', value: city } } });
type Segment = { id: string; name: string; version: number; tree: { root: Record<string, unknown> } };
const segmentsOf = async (api: Api): Promise<Segment[]> => (await api.get<{ rows: Segment[] }>('/api/v1/segments')).rows;
const named = async (api: Api, name: string): Promise<Segment> => (await segmentsOf(api)).find((one) => one.name === name) as Segment;
const whatOf = async (api: Api): Promise<Record<string, string>> => Object.fromEntries((await planCode(api, files)).changes.filter(({ what }) => what !== 'same').map(({ key, what }) => [key, what]));
const path = (name: string): string => join(files, 'segment', name);
const rewrite = (name: string, change: (text: string) => string): void => writeFileSync(path(name), change(readFileSync(path(name), 'utf8')));
const how = { force: false, prune: false };

test('what is in force becomes files that name each other by name, and a second pull changes nothing', async () => {
  const hangzhou = await from.post<Segment>('/api/v1/segments', { name: '杭州 / 会员', description: 'by city', tree: tree('杭州') });
  await from.post('/api/v1/segments', { name: 'Not there', tree: { version: 1, root: { kind: 'not', of: { kind: 'segment', segment: hangzhou.id } } } });
  await from.put('/api/v1/lifecycle/matrix/churned', { needs: 'a reason', goal: 'win back', kpi: 'share', ownerTeam: 'Ops' });
  await pullCode(from, files);
  expect(readdirSync(join(files, 'segment')).sort()).toEqual(['Not-there.yaml', '杭州-会员.yaml']);
  const text = readFileSync(path('Not-there.yaml'), 'utf8');
  expect(text).toContain('segment: "@segment/杭州 / 会员"');
  expect(text).not.toContain(hangzhou.id);
  expect(readFileSync(join(files, 'stages', 'stages.yaml'), 'utf8')).toContain('needs: a reason');
  expect(await whatOf(from)).toEqual({});
  const before = readdirSync(files, { recursive: true });
  await pullCode(from, files);
  expect([readdirSync(files, { recursive: true }), readFileSync(path('Not-there.yaml'), 'utf8')]).toEqual([before, text]);
});

test('another workspace gets the same by applying them: those that are named first, ids its own', async () => {
  expect(await whatOf(into)).toMatchObject({ 'segment/Not there': 'create', 'segment/杭州 / 会员': 'create', 'stages/stages': 'change' });
  await applyCode(into, files, how);
  expect(await whatOf(into)).toEqual({});
  expect(await whatOf(from)).toEqual({});
  const [own, other] = [await named(into, '杭州 / 会员'), await named(from, '杭州 / 会员')];
  expect(own.id).not.toBe(other.id);
  expect((await named(into, 'Not there')).tree.root).toEqual({ kind: 'not', of: { kind: 'segment', segment: own.id } });
  expect((await into.get<{ rows: { stage: string; goal: string }[] }>('/api/v1/lifecycle/matrix')).rows.find(({ stage }) => stage === 'churned')?.goal).toBe('win back');
});

test('a changed file is a change; the same changed in the product alone is drift, in both a conflict, and neither is overwritten unasked', async () => {
  rewrite('杭州-会员.yaml', (text) => text.replace('by city', 'by the city of the address'));
  const plan = await planCode(into, files);
  expect(plan.changes.filter(({ what }) => what !== 'same')).toEqual([{ key: 'segment/杭州 / 会员', what: 'change', differences: ['/description: "by city" → "by the city of the address"'] }]);
  await applyCode(into, files, how);
  const { id, version } = await named(into, '杭州 / 会员');
  await into.patch(`/api/v1/segments/${id}`, { version, tree: tree('宁波') });
  expect(await whatOf(into)).toEqual({ 'segment/杭州 / 会员': 'drift' });
  await expect(applyCode(into, files, how)).rejects.toMatchObject({ code: 'code.drift', facts: { definitions: 'segment/杭州 / 会员' } });
  rewrite('杭州-会员.yaml', (text) => text.replace('address', 'bill'));
  expect(await whatOf(into)).toEqual({ 'segment/杭州 / 会员': 'conflict' });
  await applyCode(into, files, { ...how, force: true });
  expect((await named(into, '杭州 / 会员')).tree.root).toMatchObject({ test: { value: '杭州' } });
});

test('what stands only in the product stays; what lost its file goes when that is asked for', async () => {
  await into.post('/api/v1/segments', { name: 'By hand', tree: tree('苏州') });
  renameSync(path('Not-there.yaml'), join(folder, 'kept.yaml'));
  expect(await whatOf(into)).toEqual({ 'segment/By hand': 'unfiled', 'segment/Not there': 'gone' });
  await applyCode(into, files, how);
  expect((await segmentsOf(into)).map(({ name }) => name).sort()).toEqual(['By hand', 'Not there', '杭州 / 会员']);
  await applyCode(into, files, { ...how, prune: true });
  expect((await segmentsOf(into)).map(({ name }) => name).sort()).toEqual(['By hand', '杭州 / 会员']);
});

test('a journey travels with the segment that lets people in and the template it sends; it arrives as a draft, the template published', async () => {
  const contents = [{ language: 'en', content: { channel: 'sms', text: 'Come back, {{ customer.name | default: "friend" }}' } }];
  const template = await from.post<{ id: string }>('/api/v1/templates', { name: 'Come back', purpose: 'service', document: { language: 'en', variants: [{ key: 'all', contents }] } });
  const { id: segment } = await named(from, '杭州 / 会员');
  const definition = {
    entries: [{ kind: 'segment', segment }], start: 'send',
    nodes: [{ id: 'send', kind: 'send', template: { id: template.id }, channel: 'sms', purpose: 'service' }, { id: 'end', kind: 'exit' }], edges: [{ from: 'send', port: 'next', to: 'end' }],
  };
  await from.post('/api/v1/journeys', { name: 'Win back', stage: 'churned', definition });
  const other = join(folder, 'journeys');
  await pullCode(from, other);
  expect(readFileSync(join(other, 'journey', 'Win-back.yaml'), 'utf8')).toContain('"@template/Come back"');
  await applyCode(into, other, { ...how, force: true });
  expect((await planCode(into, other)).changes.filter(({ what }) => what !== 'same' && what !== 'unfiled')).toEqual([]);
  const { rows } = await into.get<{ rows: { id: string; name: string; state: string }[] }>('/api/v1/journeys');
  expect(rows).toMatchObject([{ name: 'Win back', state: 'draft' }]);
  const [made] = (await into.get<{ rows: { id: string; name: string; published: number | null }[] }>('/api/v1/templates')).rows.filter(({ name }) => name === 'Come back');
  expect(made?.published).toBe(1);
  expect(JSON.stringify(await into.get(`/api/v1/journeys/${rows[0]?.id}`))).toContain(made?.id);
});

test('shared blocks are files too: those that others call come first, a template after the blocks it calls, and taking both away undoes them in turn', async () => {
  const document = (...contents: object[]) => ({ language: 'en', contents });
  // By their names the caller would come first.
  const inner = await from.post<{ id: string }>('/api/v1/blocks', { key: 'zlegal', name: 'Legal line', document: document({ language: 'en', text: 'Tea Ltd.' }) });
  await from.post('/api/v1/blocks', { key: 'foot', name: 'Foot', document: document({ language: 'en', text: "Yours. {% render 'zlegal' %}", email: { kind: 'blocks', blocks: [{ kind: 'shared', key: 'zlegal' }, { kind: 'footer', text: 'Bye' }] } }) });
  const contents = [{ language: 'en', content: { channel: 'wecom', text: "On its way. {% render 'foot' %}" } }, { language: 'en', content: { channel: 'email', subject: 'Sent', body: { kind: 'blocks', blocks: [{ kind: 'shared', key: 'foot' }] } } }];
  await from.post('/api/v1/templates', { name: 'Sent', purpose: 'service', document: { language: 'en', variants: [{ key: 'all', contents }] } });
  const other = join(folder, 'blocks');
  await pullCode(from, other);
  expect(readFileSync(join(other, 'block', 'zlegal.yaml'), 'utf8')).toMatch(/^kind: block\nname: zlegal\ntitle: Legal line\n/);
  await applyCode(into, other, { ...how, force: true });
  const changes = async (api: Api) => (await planCode(api, other)).changes.filter(({ what }) => what !== 'same' && what !== 'unfiled').map(({ key, what }) => [key, what]);
  expect(await changes(into)).toEqual([]);
  const blocksOf = async (api: Api) => (await api.get<{ rows: { id: string; key: string; version: number; usedBy: { kind: string }[] }[] }>('/api/v1/blocks')).rows;
  expect((await blocksOf(into)).map(({ key, usedBy }) => [key, usedBy.map(({ kind }) => kind)])).toEqual([['foot', ['template']], ['zlegal', ['block', 'template']]]);
  const file = join(other, 'block', 'zlegal.yaml'), text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('Tea Ltd.', 'Tea & Sons').replace('Legal line', 'Legal'));
  expect(await changes(into)).toEqual([['block/zlegal', 'change']]);
  await applyCode(into, other, how);
  expect((await blocksOf(into)).map(({ version }) => version)).toEqual([1, 2]);
  await from.patch(`/api/v1/blocks/${inner.id}`, { version: 1, document: document({ language: 'en', text: 'By hand' }) });
  expect(await changes(from)).toEqual([['block/zlegal', 'conflict']]);
  writeFileSync(file, text);
  expect(await changes(from)).toEqual([['block/zlegal', 'drift']]);
  writeFileSync(join(other, 'template', 'zz.yaml'), "kind: template\nname: Lost\nlanguage: en\nvariants: [{ key: all, contents: [{ language: en, content: { channel: wecom, text: \"{% render 'nobody' %}\" } }] }]");
  await expect(applyCode(into, other, { ...how, force: true })).rejects.toMatchObject({ code: 'code.reference_unknown', facts: { reference: 'block/nobody' } });
  for (const path of ['template/zz.yaml', 'template/Sent.yaml', 'block/foot.yaml', 'block/zlegal.yaml']) rmSync(join(other, path));
  await applyCode(into, other, { force: true, prune: true });
  expect(await blocksOf(into)).toEqual([]);
});

test('files that cannot be read, name nobody or themselves are refused before anything is done', async () => {
  const bad = async (text: string): Promise<unknown> => {
    writeFileSync(path('zz.yaml'), text);
    return applyCode(into, files, how).then(() => 'applied', ({ code }: { code: string }) => code);
  };
  expect(await bad('kind: segment\nname: [')).toBe('code.file_invalid');
  expect(await bad('kind: coupon\nname: x')).toBe('code.file_invalid');
  expect(await bad('kind: segment')).toBe('code.file_invalid');
  expect(await bad('kind: segment\nname: 杭州 / 会员\ntree: {}')).toBe('code.twice');
  expect(await bad('kind: segment\nname: Ring\ntree: { version: 1, root: { kind: segment, segment: "@segment/Ring" } }')).toBe('code.reference_ring');
  expect(await bad('kind: segment\nname: Lost\ntree: { version: 1, root: { kind: segment, segment: "@segment/Nobody" } }')).toBe('code.reference_unknown');
  expect(await bad('a: &a [1]\nb: *a\nkind: segment\nname: x')).toBe('code.file_invalid');
  expect(await bad('kind: metric\nname: no_such_metric\nparams: {}')).toBe('code.not_made');
  expect((await segmentsOf(into)).map(({ name }) => name)).not.toContain('Ring');
  rmSync(path('zz.yaml'));
});
