import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import { expect, test } from 'vitest';
import { LANGUAGES, sharedWords, type Words } from '../src/kernel/words/index.ts';
import { isTest, type Node, nodesOf, root, sourcesIn } from './support/sources.ts';

const FOLDERS = ['src/kernel/words', 'web/src/words'];
const MACHINERY = new Set(['index.ts', 'speaker.ts', 'types.ts']);

type Table = { file: string; words: Words };

const isTable = (value: unknown): value is Words => typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every((one) => typeof one === 'object' && one !== null && 'en' in one);

async function tablesOf(folder: string): Promise<Table[]> {
  const files = readdirSync(resolve(root, folder)).filter((file) => file.endsWith('.ts') && !MACHINERY.has(file) && !file.endsWith('.test.ts'));
  const loaded = await Promise.all(files.map(async (file) => ({ file: `${folder}/${file}`, module: (await import(resolve(root, folder, file))) as Record<string, unknown> })));
  return loaded.flatMap(({ file, module }) => Object.values(module).filter(isTable).map((words) => ({ file, words })));
}

const tables = (await Promise.all(FOLDERS.map(tablesOf))).flat();
const entries = tables.flatMap(({ file, words }) => Object.entries(words).map(([key, told]) => ({ file, key, told })));

type Part = { type: number; value: string; options?: Record<string, { value: Part[] }>; children?: Part[] };
const LITERAL = 0;
const POUND = 7;

const namesIn = (parts: readonly Part[]): string[] =>
  parts.flatMap(({ type, value, options, children }) => [...(type === LITERAL || type === POUND ? [] : [value]), ...Object.values(options ?? {}).flatMap((option) => namesIn(option.value)), ...namesIn(children ?? [])]);

const argumentsOf = (message: string, language: string): string[] => [...new Set(namesIn(new IntlMessageFormat(message, language, undefined, { ignoreTag: true }).getAst() as unknown as Part[]))].sort();

test('the tables are seen', () => {
  expect(tables.length).toBeGreaterThan(5);
  expect(entries.length).toBeGreaterThan(300);
});

test('every key speaks every language', () => {
  expect(entries.flatMap(({ file, key, told }) => {
    const silent = LANGUAGES.filter((language) => !told[language]?.trim());
    // What is unsaid in all of them is meant so ("at any time" adds nothing to a sentence).
    return silent.length === LANGUAGES.length && LANGUAGES.every((language) => told[language] === '') ? [] : silent.map((language) => `${file} ${key} ${language}`);
  })).toEqual([]);
});

test('no two tables of one side share a key', () => {
  const sides = FOLDERS.map((folder) => entries.filter(({ file }) => file.startsWith(folder)).map(({ key }) => key));
  expect(sides.flatMap((keys) => keys.filter((key, i) => keys.indexOf(key) !== i))).toEqual([]);
});

test('every message can be read, and takes the same facts in each language', () => {
  const faults = entries.flatMap(({ file, key, told }) => {
    try {
      const [first, ...others] = LANGUAGES.map((language) => argumentsOf(told[language], language).join(','));
      return others.some((one) => one !== first) ? [`${file} ${key}: ${[first, ...others].join(' | ')}`] : [];
    } catch (error) {
      return [`${file} ${key}: ${(error as Error).message}`];
    }
  });
  expect(faults).toEqual([]);
});

/** Simplified forms that Taiwan never writes; a converted or forgotten sentence shows by one of them. */
const SIMPLIFIED = /[们这时户单发对应务产业东习书买卖两严么义乐云亚产亲从众优会传伤体儿关兴养写军农决况净减凤划创删别办动励劲势区医协单卢历压厅厂厌县参双变员听启响团园围国图圆场块坏坚坛声处备复够头夹夺奋妇妈孙学宁实审宽宾寻导寿将尔尝层属岁岗岛币师帮并广庆库废开异弃张强归录彻径恋恼悬惊愿戏战执扩扫扬护报担拥择换挥损摄数断无旧显晓术机杀杂权条来标栏树样档桥梦检楼欢欧残气汇汉没济浏测济浓涛润涨渐温湾满滚滤灭灯灵点炼热爱爷牵独环现琐电画疗盖盘监着矿码确础礼离种积称稳穷竞笔签简粮紧纠红约级纪纯纲纳纵纷纸线练组细织终绍经结绕绘给络绝统继续维综绿编缓缩网罗罚职联脑节艺药获营虑虽补装见观规视览觉触订认讨让训议讯记讲许论设访证评识诉词译试诚话询该详语误说请诸读课谁调谈谢谱贝负财责贤败账货质贩贪购贯贴贵贷贸费资赏赔赖赚赛赞赢赶趋跃转轮软轻载较辅输边达迁过运还进远违连迟适选递逻遗邮释针钟钢钱铁铜银链销锁错键镇长门问闭间闲闻阅队阳阴阶际陆陈险随隐难雾静页顶项顺须顾顿预领频题额风飞饭饮馆马驱验鱼鲜鸟麦黄齐龄]/u;

test('zh-TW is written for Taiwan, not converted or forgotten', () => {
  const words = [/信息/, /軟件/, /用戶/, /數據庫/, /默認/, /短信/, /復購/, /導入/, /質量(?!管)/, /賬號/, /郵箱/, /視頻/, /鏈接/, /服務器/, /網絡/, /文檔/];
  const faults = entries.flatMap(({ file, key, told }) => {
    const text = told['zh-TW'];
    const wrong = [SIMPLIFIED, ...words].flatMap((pattern) => pattern.exec(text)?.[0] ?? []);
    return wrong.length > 0 ? [`${file} ${key}: ${wrong.join(' ')} in ${text}`] : [];
  });
  expect(faults).toEqual([]);
});

/** A refusal's code is the quoted part of its first argument, both branches of a choice; `what.not_found` is made by notFound and one. */
const REFUSED = /new Refusal\(([^,)]*)/g;
const QUOTED = /'([a-z_]+(?:\.[a-z0-9_]+)+)'/g;
const ABSENT = /\b(?:notFound\('|one\([\s\S]{0,400}?`,\s*')(\w+)'\)/g;

test('every refusal of the server has its sentence', () => {
  const sources = sourcesIn('src').filter((source) => !isTest(source));
  const codes = sources.flatMap(({ path, text }) => [
    ...[...text.matchAll(REFUSED)].flatMap(([, first = '']) => [...first.matchAll(QUOTED)].map(([, code = '']) => ({ path, code }))),
    ...[...text.matchAll(ABSENT)].map(([, what]) => ({ path, code: `${what}.not_found` })),
  ]);
  expect(codes.length).toBeGreaterThan(50);
  expect([...new Set(codes.filter(({ code }) => !(`refusal.${code}` in sharedWords)).map(({ path, code }) => `${path} ${code}`))]).toEqual([]);
});

test('every key that a page or the server speaks by name exists', () => {
  const known = new Set(entries.map(({ key }) => key));
  const spoken = sourcesIn('web/src', 'src').filter((source) => !isTest(source)).flatMap(({ path, text }) => [
    ...[...text.matchAll(/\bt\('([^'$]+)'/g)].map(([, key = '']) => ({ path, key })),
    ...[...text.matchAll(/\bsay\(\w+, '([^'$]+)'/g)].map(([, key = '']) => ({ path, key })),
  ]);
  expect(spoken.length).toBeGreaterThan(100);
  expect([...new Set(spoken.filter(({ key }) => !known.has(key)).map(({ path, key }) => `${path} ${key}`))]).toEqual([]);
});

const speakers = sourcesIn('web/src', 'src').filter((source) => !isTest(source) && !FOLDERS.some((folder) => source.path.startsWith(`${folder}/`)));
const textOf = ({ value }: Node): string => (value as { cooked: string }).cooked;
const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** Families whose whole name is put together where it is spoken: layers by their key, whose first underscore is the point. */
const PUT_TOGETHER = ['layer.'];

test('no word is kept that nobody says', () => {
  const said = new Set<string>();
  const families = new Set<string>(PUT_TOGETHER.map((start) => `${escaped(start)}.+`));
  for (const node of speakers.flatMap(({ program }) => nodesOf(program))) {
    if (node.type === 'Literal' && typeof node.value === 'string') (node.value.endsWith('.') ? families.add(`${escaped(node.value)}.+`) : said.add(node.value));
    if (node.type === 'TemplateLiteral') {
      const parts = (node.quasis as Node[]).map(textOf);
      if (parts[0]?.includes('.')) families.add(parts.map(escaped).join('.+'));
    }
  }
  const spoken = new RegExp(`^(?:${[...families].filter((one) => !/\s/.test(one)).join('|')})$`);
  expect(families.size).toBeGreaterThan(300);
  expect(entries.filter(({ key }) => !said.has(key) && !spoken.test(key)).map(({ file, key }) => `${file} ${key}`)).toEqual([]);
});

const literalsOf = (node: Node): string[] =>
  node.type === 'ConditionalExpression' ? [...literalsOf(node.consequent as Node), ...literalsOf(node.alternate as Node)] : node.type === 'Literal' && typeof node.value === 'string' ? [node.value] : [];
/** The names of an object that is written out; null where it cannot be read off the page. */
function namesGiven(node: Node | undefined): string[] | null {
  if (!node) return [];
  const properties = node.type === 'ObjectExpression' ? (node.properties as Node[]) : [];
  return node.type !== 'ObjectExpression' || properties.some(({ type }) => type !== 'Property') ? null : properties.map(({ key }) => String((key as Node).name ?? (key as Node).value));
}

test('whoever says a message gives every fact it takes: one that lacks would end the page', () => {
  const wanted = new Map(entries.map(({ key, told }) => [key, argumentsOf(told.en, 'en')]));
  const calls = speakers.flatMap(({ path, program, lineOf }) => nodesOf(program).flatMap((node) => {
    const [first, second] = node.type === 'CallExpression' && (node.callee as Node).name === 't' ? (node.arguments as Node[]) : [];
    const given = first && namesGiven(second);
    return first && given ? literalsOf(first).map((key) => ({ at: `${path}:${lineOf(node.start)} ${key}`, lacks: (wanted.get(key) ?? []).filter((name) => !given.includes(name)) })) : [];
  }));
  expect(calls.length).toBeGreaterThan(1_000);
  expect(calls.filter(({ lacks }) => lacks.length > 0).map(({ at, lacks }) => `${at} lacks ${lacks.join(', ')}`)).toEqual([]);
});
