import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { isTest, type Node, nodesOf, root, type Source, sourcesIn, targetOf } from './support/sources.ts';

/** Lower floors never import upper ones; modules of one floor never import each other. */
const FLOORS = [['kernel'], ['customers'], ['collect'], ['lifecycle'], ['insight'], ['reach'], ['loyalty', 'service', 'feedback', 'products'], ['engage']];
/** The files of src itself and the command line stand above all modules. */
const TOP = FLOORS.length;
const LINES_PER_FILE = 400;
const LINES_PER_FUNCTION = { ts: 60, tsx: 120 };
/** The kernel's files without I/O, clock and chance, which a pure core may use. */
const PURE_KERNEL = /^src\/kernel\/(?:contacts|csv|ids|money|own|time|day|errors|random|refused|access\/permissions)\.ts$|^src\/kernel\/(?:words|conditions)\//;
/** Packages that only calculate: shapes, phone numbers, calendars. */
const PURE_PACKAGES = /^(?:zod|libphonenumber-js(?:\/max)?|tyme4ts|temporal-polyfill)$/;
/** Every request that leaves this machine goes through one folder; the command line asks its own server, the start tries its own port. */
const EGRESS = /^src\/kernel\/egress\/|^src\/cli\/connect\.ts$|^src\/kernel\/start\/port\.ts$/;
/** What opens connections by itself (of nodemailer all but what only writes letters), and what the stores, the queue and the HTTP server are reached with, each in its own place. */
const CLIENTS = /^(?:node:)?(?:https?|http2|net|tls|dgram|dns(?:\/promises)?|inspector.*)$|^(?:undici|axios|got|node-fetch|nodemailer(?!\/lib\/(?:mime-node|dkim\/sign|qp)$)|ws|request-filtering-agent)(?:\/|$)/;
const STORES_OWN: readonly (readonly [RegExp, RegExp])[] = [
  [/^pg$/, /^src\/kernel\/(?:postgres|move|backup)\//], [/^@clickhouse\/client/, /^src\/kernel\/clickhouse\//], [/^chdb/, /^src\/kernel\/clickhouse\//],
  [/^graphile-worker/, /^src\/kernel\/(?:jobs|migrate)\.ts$/], [/^fastify$/, /^src\/app\.ts$/],
];
const REACHING = /^(?:fetch|WebSocket|EventSource|XMLHttpRequest)$/;

const server = sourcesIn('src');
const web = sourcesIn('web/src');
const code = [...server, ...web, ...sourcesIn('sdk', 'bench', 'scripts', 'library')].filter((source) => !isTest(source));
const tests = [...server, ...web, ...sourcesIn('test')].filter((source) => isTest(source) || source.path.startsWith('test/'));
const shipped = server.filter((source) => !isTest(source));

const moduleOf = (path: string): string => path.split('/')[1] ?? '';
const floorOf = (path: string): number => {
  const floor = FLOORS.findIndex((modules) => modules.includes(moduleOf(path)));
  return floor === -1 ? TOP : floor;
};
const isCore = (path: string): boolean => /^src\/[a-z]+\/core\//.test(path);
const isDoor = (path: string): boolean => /^src\/[a-z]+\/index\.ts$/.test(path);

function importFaults(source: Source): string[] {
  const { path, imports } = source;
  return imports.flatMap(({ spec, line }) => {
    const target = targetOf(source, spec);
    const at = `${path}:${line}`;
    if (target === undefined) return isCore(path) && !PURE_PACKAGES.test(spec) ? [`${at} a core is pure: ${spec}`] : [];
    if (!target.startsWith('src/')) return [`${at} leaves src: ${spec}`];
    if (isCore(path) && !(isCore(target) && moduleOf(target) === moduleOf(path)) && !PURE_KERNEL.test(target)) return [`${at} a core imports only its own core and the kernel's pure files: ${spec}`];
    if (floorOf(path) === TOP || moduleOf(target) === moduleOf(path)) return floorOf(target) === TOP || moduleOf(target) === moduleOf(path) || moduleOf(target) === 'kernel' || isDoor(target) ? [] : [`${at} enter '${moduleOf(target)}' by its index.ts: ${spec}`];
    if (floorOf(target) >= floorOf(path)) return [`${at} '${moduleOf(path)}' may not look at '${moduleOf(target)}': ${spec}`];
    return moduleOf(target) === 'kernel' || isDoor(target) ? [] : [`${at} enter '${moduleOf(target)}' by its index.ts: ${spec}`];
  });
}

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

function sizeFaults({ path, lines, program, lineOf }: Source): string[] {
  const most = path.endsWith('.tsx') ? LINES_PER_FUNCTION.tsx : LINES_PER_FUNCTION.ts;
  const long = nodesOf(program).filter(({ type, start, end }) => FUNCTIONS.has(type) && lineOf(end) - lineOf(start) >= most);
  return [
    ...(lines > LINES_PER_FILE ? [`${path} has ${lines} lines, ${LINES_PER_FILE} are the most`] : []),
    ...long.map(({ start, end }) => `${path}:${lineOf(start)} a function of ${lineOf(end) - lineOf(start) + 1} lines, ${most} are the most`),
  ];
}

const isMember = (node: Node, object: string, property: string): boolean =>
  node.type === 'MemberExpression' && (node.object as Node).name === object && (node.property as Node).name === property;

const found = (sources: readonly Source[], wanted: (node: Node, source: Source) => string | false | undefined): string[] =>
  sources.flatMap((source) => nodesOf(source.program).flatMap((node) => {
    const fault = wanted(node, source);
    return fault ? [`${source.path}:${source.lineOf(node.start)} ${fault}`] : [];
  }));

const textOf = (node: Node): string | undefined => {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type === 'TemplateLiteral') return (node.quasis as { value: { raw: string } }[]).map(({ value }) => value.raw).join(' ? ');
  return undefined;
};

const STATEMENT = /^\s*(?:select\s[\s\S]*\sfrom\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s|with\s+\w+\s+as\s*\(|(?:create|alter|drop|truncate)\s+(?:table|view)\s)/i;
const mayHoldSql = (path: string): boolean => path.startsWith('src/kernel/') || /\/queries\/[^/]+\.ts$|\/store\.ts$/.test(path);

/** Groups of files that import each other in a ring (Tarjan). Imports of types alone vanish before anything runs. */
function rings(sources: readonly Source[]): string[][] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const state = new Map<string, { index: number; low: number; open: boolean }>();
  const stack: string[] = [];
  const result: string[][] = [];
  const visit = (path: string): { index: number; low: number; open: boolean } => {
    const mine = { index: state.size, low: state.size, open: true };
    state.set(path, mine);
    stack.push(path);
    const source = byPath.get(path);
    for (const { spec, typeOnly } of source?.imports ?? []) {
      const target = source && !typeOnly ? targetOf(source, spec) : undefined;
      if (target === undefined || !byPath.has(target)) continue;
      const known = state.get(target);
      if (!known) mine.low = Math.min(mine.low, visit(target).low);
      else if (known.open) mine.low = Math.min(mine.low, known.index);
    }
    if (mine.low === mine.index) {
      const ring = stack.splice(stack.indexOf(path));
      for (const one of ring) Object.assign(state.get(one) ?? {}, { open: false });
      if (ring.length > 1) result.push(ring);
    }
    return mine;
  };
  for (const { path } of sources) if (!state.has(path)) visit(path);
  return result;
}

/** What a file of the browser may import from the server. */
const forBrowsers = (target: string): boolean => /\/contract\.ts$/.test(target) || isCore(target) || target.startsWith('src/kernel/words/') || target.startsWith('src/kernel/conditions/') || PURE_KERNEL.test(target);

function reachedFrom(starts: readonly string[], sources: readonly Source[]): Source[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const seen = new Set<string>();
  const walk = (path: string): void => {
    const source = byPath.get(path);
    if (!source || seen.has(path)) return;
    seen.add(path);
    for (const { spec, typeOnly } of source.imports) if (!typeOnly) walk(targetOf(source, spec) ?? '');
  };
  starts.forEach(walk);
  return [...seen].flatMap((path) => byPath.get(path) ?? []);
}

test('the eyes of this test are open: it sees the sources, their imports and their functions', () => {
  expect(server.length).toBeGreaterThan(100);
  expect(web.length).toBeGreaterThan(20);
  expect(server.flatMap(({ imports }) => imports).length).toBeGreaterThan(300);
  expect(found(shipped, ({ type }) => FUNCTIONS.has(type) && 'f').length).toBeGreaterThan(300);
  expect(server.some(({ path }) => isCore(path))).toBe(true);
  expect(importFaults({ ...(server[0] as Source), path: 'src/customers/core/x.ts', imports: [{ spec: 'node:fs', typeOnly: false, line: 1 }, { spec: '../../insight/index.ts', typeOnly: true, line: 2 }] })).toHaveLength(2);
});

test('every import goes down a floor and through the front door; a core stays pure', () => {
  expect(shipped.flatMap(importFaults)).toEqual([]);
});

test('files and functions fit on a screen', () => {
  expect([...code.flatMap(sizeFaults), ...tests.flatMap((source) => sizeFaults(source).filter((fault) => fault.includes('lines, 400')))]).toEqual([]);
});

test('no file imports itself by a detour', () => {
  expect([...rings(shipped), ...rings(web.filter((source) => !isTest(source)))]).toEqual([]);
});

test('SQL stands in queries/, store.ts or the kernel', () => {
  const outside = shipped.filter(({ path }) => !mayHoldSql(path));
  expect(found(outside, (node) => (node.type === 'TaggedTemplateExpression' && (node.tag as Node).name === 'sql' ? 'sql`…` outside queries/ and store.ts' : STATEMENT.test(textOf(node) ?? '') && 'a statement outside queries/ and store.ts'))).toEqual([]);
});

test('the environment is read in one file', () => {
  const elsewhere = shipped.filter(({ path }) => path !== 'src/kernel/config.ts');
  expect(found([...elsewhere, ...sourcesIn('sdk')], (node) => isMember(node, 'process', 'env') && 'process.env outside kernel/config.ts')).toEqual([]);
});

test('time and chance are given, never taken', () => {
  const timed = shipped.filter(({ path }) => !/^src\/(?:main|cli)\.ts$/.test(path));
  expect(found(timed, (node) => {
    if (isMember(node, 'Date', 'now') || isMember(node, 'Math', 'random')) return `${(node.object as Node).name}.${(node.property as Node).name}`;
    return node.type === 'NewExpression' && (node.callee as Node).name === 'Date' && (node.arguments as unknown[]).length === 0 && 'new Date() without an instant';
  })).toEqual([]);
});

test('nothing asks the network but the one way out', () => {
  const inside = shipped.filter(({ path }) => !EGRESS.test(path));
  expect(inside.length).toBeGreaterThan(300);
  const connecting = (path: string, spec: string): boolean => CLIENTS.test(spec) || STORES_OWN.some(([client, home]) => client.test(spec) && !home.test(path));
  expect(inside.flatMap(({ path, imports }) => imports.filter(({ spec, typeOnly }) => !typeOnly && connecting(path, spec)).map(({ spec, line }) => `${path}:${line} imports ${spec}`))).toEqual([]);
  // By name, as a property of the global object, or loaded while running.
  expect(found(inside, (node) => {
    if (node.type === 'CallExpression' && REACHING.test(String((node.callee as Node).name))) return String((node.callee as Node).name);
    if (node.type === 'NewExpression' && REACHING.test(String((node.callee as Node).name))) return String((node.callee as Node).name);
    if (node.type === 'MemberExpression' && (node.object as Node).name === 'globalThis' && REACHING.test(String((node.property as Node).name))) return 'globalThis';
    return node.type === 'ImportExpression' && CLIENTS.test(textOf(node.source as Node) ?? '') && 'import()';
  })).toEqual([]);
});

test('the web app takes from the server only contracts, pure cores and words, and nothing that needs Node or checks shapes (which asks the policy for eval)', () => {
  const taken = web.filter((source) => !isTest(source)).flatMap((source) => source.imports.flatMap((one) => {
    const target = targetOf(source, one.spec);
    return target?.startsWith('src/') ? [{ ...one, path: source.path, target }] : [];
  }));
  expect(taken.filter(({ target }) => !forBrowsers(target)).map(({ path, line, target }) => `${path}:${line} imports ${target}`)).toEqual([]);
  const reached = reachedFrom(taken.filter(({ typeOnly }) => !typeOnly).map(({ target }) => target), server);
  const nodes = reached.flatMap(({ path, imports }) => imports.filter(({ spec, typeOnly }) => !typeOnly && /^node:|^fastify|^pg$|^kysely|^zod/.test(spec)).map(({ spec }) => `${path} imports ${spec}`));
  expect(nodes).toEqual([]);
});

test('the library hands on pure cores and the kernel\'s pure files, nothing else', () => {
  const handed = sourcesIn('library/src').flatMap((source) => source.imports.map(({ spec, line }) => ({ at: `${source.path}:${line} ${spec}`, target: targetOf(source, spec) ?? '' })));
  expect(handed.length).toBeGreaterThan(20);
  expect(handed.filter(({ target }) => !target.startsWith('library/src/') && !isCore(target) && !PURE_KERNEL.test(target)).map(({ at }) => at)).toEqual([]);
});

test('no `any`, no enum, no silenced checker', () => {
  expect(found([...code, ...tests], ({ type }) => (type === 'TSAnyKeyword' ? 'any' : type === 'TSEnumDeclaration' && 'enum'))).toEqual([]);
  expect([...code, ...tests].filter(({ text, path }) => !path.startsWith('test/tidy') && /@ts-(?:ignore|nocheck|expect-error)/.test(text)).map(({ path }) => path)).toEqual([]);
});

test('nothing is left for later', () => {
  expect([...code, ...tests].filter(({ path }) => !path.startsWith('test/tidy')).flatMap(({ path, text }) => [...text.matchAll(/\b(?:TODO|FIXME|XXX)\b/g)].map(({ 0: mark }) => `${path} ${mark}`))).toEqual([]);
});

test('every path that ARCHITECTURE.md cites exists', () => {
  const text = readFileSync(resolve(root, 'ARCHITECTURE.md'), 'utf8');
  const cited = [...text.matchAll(/`([\w./-]+)`|\]\(([\w./-]+)\)/g)].map(([, quoted, linked]) => quoted ?? linked ?? '')
    .filter((path) => /^(?:src|web|sdk|test|schema|docs|bench|scripts|deploy)(?:\/|$)|\.md$/.test(path));
  expect(cited.length).toBeGreaterThan(10);
  expect(cited.filter((path) => !existsSync(resolve(root, path)))).toEqual([]);
});

test('every guide exists in English and Chinese, and its links lead somewhere', () => {
  const dir = resolve(root, 'docs/guide');
  const files = readdirSync(dir).filter((file) => file.endsWith('.md'));
  const twin = (file: string): string => (file.endsWith('.zh-CN.md') ? file.replace('.zh-CN.md', '.md') : file.replace('.md', '.zh-CN.md'));
  expect(files.filter((file) => !files.includes(twin(file)))).toEqual([]);
  const links = files.flatMap((file) => [...readFileSync(resolve(dir, file), 'utf8').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => ({ file, link })));
  expect(links.filter(({ link }) => !/^https?:|^\//.test(link) && !existsSync(resolve(dir, link))).map(({ file, link }) => `${file} → ${link}`)).toEqual([]);
});
