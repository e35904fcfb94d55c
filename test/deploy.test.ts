import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig, ROLES } from '../src/kernel/config.ts';
import { root } from './support/sources.ts';

type Tree = { [key: string]: Tree };
type Container = Tree & { args: string[]; env?: { name: string }[] };
const read = (path: string): string => readFileSync(resolve(root, 'deploy', path), 'utf8');
const yaml = (text: string): Tree => parse(text, { merge: true, uniqueKeys: true }) as Tree;
const configText = readFileSync(resolve(root, 'src/kernel/config.ts'), 'utf8');

/** The chart uses nothing of Helm's language but values: so it can be read, and rendered here. */
function rendered(template: string, values: Tree): string {
  return template.replace(/\{\{ \.(Values|Release)\.([\w.]+) \}\}/g, (_, kind: string, path: string) => {
    const value = kind === 'Release' ? 'shop' : path.split('.').reduce<Tree | undefined>((tree, key) => tree?.[key], values);
    if (value === undefined) throw new Error(`values.yaml has no ${path}`);
    return String(value);
  });
}

const values = yaml(read('helm/perennial/values.yaml'));
const templates = readdirSync(resolve(root, 'deploy/helm/perennial/templates'));
const objects = templates.map((file) => yaml(rendered(read(`helm/perennial/templates/${file}`), values)));
const compose = yaml(read('compose.yaml'));

const containersOf = ({ spec }: Tree): Container[] => (spec?.template?.spec?.containers ?? []) as unknown as Container[];

/** What a container is started with must be what the product takes. */
function taken(args: readonly string[]): string {
  return readConfig(args, {}).role;
}

test('the chart is YAML, names only values it has, and uses no more of Helm than that', () => {
  expect(templates.length).toBe(4);
  for (const file of templates) expect(rendered(read(`helm/perennial/templates/${file}`), values)).not.toContain('{{');
  expect(objects.map(({ kind }) => `${kind}`).sort()).toEqual(['Deployment', 'Deployment', 'PersistentVolumeClaim', 'Service']);
  expect(yaml(read('helm/perennial/Chart.yaml'))).toMatchObject({ apiVersion: 'v2', name: 'perennial' });
  // A value nobody reads would be a promise nobody keeps.
  const told = (tree: Tree, at = ''): string[] => Object.entries(tree).flatMap(([key, value]) => (typeof value === 'object' ? told(value, `${at}${key}.`) : [`${at}${key}`]));
  const all = templates.map((file) => read(`helm/perennial/templates/${file}`)).join('\n');
  expect(told(values).filter((path) => !all.includes(`.Values.${path} `))).toEqual([]);
});

test('each role is deployed with arguments the product takes, probed where it answers, and sees the shared folder', () => {
  const deployments = objects.filter(({ kind }) => `${kind}` === 'Deployment');
  expect(deployments.flatMap(containersOf).map(({ args }) => taken(args)).sort()).toEqual(ROLES.filter((role) => role !== 'all').sort());
  for (const deployment of deployments) {
    const spec = deployment.spec?.template?.spec as Tree;
    const [container] = containersOf(deployment);
    expect([container?.livenessProbe?.httpGet?.path, container?.readinessProbe?.httpGet?.path]).toEqual(['/healthz', '/readyz']);
    expect(container?.volumeMounts).toContainEqual({ name: 'files', mountPath: '/data' });
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true });
    expect(deployment.spec?.selector?.matchLabels).toEqual(deployment.spec?.template?.metadata?.labels);
  }
  const service = objects.find(({ kind }) => `${kind}` === 'Service');
  expect(service?.spec?.selector).toEqual(deployments.find((one) => JSON.stringify(one).includes('"api"'))?.spec?.selector?.matchLabels);
});

test('every setting that deploy/ names is one the product reads', () => {
  const services = compose.services as Tree;
  const inCompose = ['api', 'worker'].flatMap((name) => Object.keys(services[name]?.environment ?? {}));
  const inChart = objects.flatMap(containersOf).flatMap(({ env: given = [] }) => given.map(({ name }) => name));
  const inImage = [...read('Dockerfile').matchAll(/\b(PERENNIAL_\w+|PORT)=/g)].map(([, name = '']) => name);
  const named = [...new Set([...inCompose, ...inChart, ...inImage])];
  expect(named.length).toBeGreaterThan(6);
  expect(named.filter((name) => !configText.includes(`from.${name}`))).toEqual([]);
});

test('compose starts an API and workers on two stores, with secrets from outside and stores kept in volumes', () => {
  const services = compose.services as Tree;
  expect(Object.keys(services).sort()).toEqual(['api', 'clickhouse', 'postgres', 'worker']);
  for (const role of ['api', 'worker']) expect(taken(services[role]?.command as unknown as string[])).toBe(role);
  const asked = [...read('compose.yaml').matchAll(/\$\{(\w+)(?::[?-])?\}/g)].map(([, name]) => name);
  expect([...new Set(asked)].filter((name) => !read('env.example').includes(`${name}=`))).toEqual([]);
  const mounted = Object.values(services).flatMap((service) => service.volumes as unknown as string[]).map((volume) => volume.split(':')[0]);
  expect([...new Set(mounted)].sort()).toEqual(Object.keys(compose.volumes as Tree).sort());
  expect(read('compose.yaml')).not.toMatch(/0\.0\.0\.0|ports: \["\d+:/);
});

test('the image starts what is there, as nobody special', () => {
  const image = read('Dockerfile');
  expect(image).toMatch(/^USER perennial$/m);
  for (const [, path = ''] of image.matchAll(/"(src\/[\w./]+)"/g)) expect(existsSync(resolve(root, path))).toBe(true);
  const [, command = ''] = /^CMD (\[.*\])$/m.exec(image) ?? [];
  expect(taken(JSON.parse(command) as string[])).toBe('all');
});
