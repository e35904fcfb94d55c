import { readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { parseSync, visitorKeys } from 'oxc-parser';

export const root = resolve(import.meta.dirname, '../..');

export type Import = { spec: string; typeOnly: boolean; line: number };
export type Node = { type: string; start: number; end: number; [key: string]: unknown };
/** One source file, parsed. `path` is relative to the repository, with forward slashes. */
export type Source = { path: string; text: string; lines: number; imports: Import[]; program: Node; lineOf(offset: number): number };

const SKIPPED = new Set(['node_modules', 'dist', '.perennial', 'coverage']);

function filesUnder(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    const path = resolve(dir, entry.name);
    return entry.isDirectory() ? filesUnder(path) : /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [path] : [];
  });
}

/** The line an offset lies on, counted from 1. */
function liner(text: string): (offset: number) => number {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return (offset) => {
    let from = 0, to = starts.length;
    while (to - from > 1) {
      const middle = (from + to) >> 1;
      if ((starts[middle] ?? 0) <= offset) from = middle;
      else to = middle;
    }
    return to;
  };
}

function parse(file: string): Source {
  const text = readFileSync(file, 'utf8');
  const { program, module, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const lineOf = liner(text);
  const imports = [
    ...module.staticImports.map(({ moduleRequest, entries, start }) => ({ spec: moduleRequest.value, typeOnly: entries.length > 0 && entries.every(({ isType }) => isType), line: lineOf(start) })),
    ...module.staticExports.flatMap(({ entries, start }) => entries.flatMap(({ moduleRequest, isType }) => (moduleRequest ? [{ spec: moduleRequest.value, typeOnly: isType, line: lineOf(start) }] : []))),
    ...module.dynamicImports.flatMap(({ moduleRequest, start }) => {
      const spec = /^['"`](.*)['"`]$/.exec(text.slice(moduleRequest.start, moduleRequest.end))?.[1];
      return spec === undefined ? [] : [{ spec, typeOnly: false, line: lineOf(start) }];
    }),
  ];
  return { path: relative(root, file).replaceAll('\\', '/'), text, lines: text.trimEnd().split('\n').length, imports, program: program as unknown as Node, lineOf };
}

/** Every TypeScript file below these folders of the repository. */
export const sourcesIn = (...folders: string[]): Source[] => folders.flatMap((folder) => filesUnder(resolve(root, folder))).map(parse);

const walked = new WeakMap<Node, readonly Node[]>();
/** Every node below one, itself included, in the order of the text; a program that is asked again is not walked again. */
export function nodesOf(top: Node): readonly Node[] {
  const known = walked.get(top);
  if (known) return known;
  const nodes: Node[] = [];
  for (const open = [top]; open.length > 0;) {
    const node = open.pop() as Node;
    nodes.push(node);
    const children = (visitorKeys[node.type as keyof typeof visitorKeys] ?? []).flatMap((key) => node[key]).filter((child) => child && typeof child === 'object');
    open.push(...(children as Node[]).reverse());
  }
  walked.set(top, nodes);
  return nodes;
}

/** The repository path a relative import points to; undefined for a package. */
export const targetOf = (source: Source, spec: string): string | undefined =>
  spec.startsWith('.') ? relative(root, resolve(root, dirname(source.path), spec)).replaceAll('\\', '/').replace(/\?.*$/, '') : undefined;

export const isTest = ({ path }: { path: string }): boolean => /\.test\.tsx?$/.test(path);
