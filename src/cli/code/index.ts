import { existsSync } from 'node:fs';
import { Refusal } from '../../kernel/errors.ts';
import type { Api } from '../connect.ts';
import type { Found } from '../reads.ts';
import { type Document, keyOf, KINDS } from './document.ts';
import { digest, knownIn, readFolder, removeFiles, saveKnown, writeFolder } from './folder.ts';
import { KEEPERS, type Live } from './kinds.ts';
import { type Change, planOf } from './plan.ts';
import { inOrder, referencesOf, withIds, withNames } from './references.ts';

/** Everything in force in a workspace, with names in place of ids, and the ids by `kind/name`. */
type Standing = { workspace: string; live: Live[]; named: Document[]; ids: Map<string, string> };

async function standing(api: Api): Promise<Standing> {
  const live: Live[] = [];
  for (const kind of KINDS) live.push(...await KEEPERS[kind].load(api));
  const [twice] = [...Map.groupBy(live, keyOf)].filter(([, same]) => same.length > 1);
  if (twice) throw new Refusal('code.name_twice', { document: twice[0], count: twice[1].length });
  const { id: workspace } = await api.get<{ id: string }>('/api/v1/workspaces/current');
  return { workspace, live, named: live.map(({ kind, name, spec }) => ({ kind, name, spec: withNames(spec, live) })), ids: new Map(live.map((one) => [keyOf(one), one.id])) };
}

const tableOf = (changes: readonly Change[]): Found['table'] => ({
  columns: ['definition', '', 'in force → file'], rows: changes.flatMap(({ key, what, differences }) => (differences.length === 0 ? [[key, what, '']] : differences.map((difference, at) => [at === 0 ? key : '', at === 0 ? what : '', difference]))),
});

/** Writes what is in force into files: segments, blocks, templates, journeys, metrics and stages. Files of definitions that were in force and are gone are removed. */
export async function pullCode(api: Api, folder: string): Promise<Found> {
  const { workspace, named } = await standing(api), known = knownIn(folder, workspace), before = existsSync(folder) ? readFolder(folder) : [], here = new Set(named.map(keyOf));
  writeFolder(folder, named, before);
  removeFiles(folder, before.filter((one) => known[keyOf(one)] !== undefined && !here.has(keyOf(one))).map(({ path }) => path));
  saveKnown(folder, workspace, named);
  return { answer: { definitions: named.map(keyOf) }, table: { columns: ['kind', 'definitions'], rows: KINDS.map((kind) => [kind, named.filter((one) => one.kind === kind).length]) }, note: folder };
}

/** What applying the files would do, and what was changed in the product meanwhile. */
export async function planCode(api: Api, folder: string): Promise<Found & { changes: Change[] }> {
  const files = readFolder(folder), { workspace, named } = await standing(api), changes = planOf(files, named, knownIn(folder, workspace), digest);
  const shown = changes.filter(({ what }) => what !== 'same');
  return { changes, answer: { changes: shown, same: changes.length - shown.length }, table: tableOf(shown), note: shown.length === 0 ? `${changes.length} definitions, all as in the files` : `${changes.length - shown.length} more as in the files` };
}

export type Applying = { force: boolean; prune: boolean };

function demandClear(changes: readonly Change[], { force }: Applying): void {
  const moved = changes.filter(({ what }) => what === 'drift' || what === 'conflict').map(({ key }) => key);
  if (moved.length > 0 && !force) throw new Refusal('code.drift', { definitions: moved.join(', '), count: moved.length });
}

/** Everything that is named is there, or will be; what a file cannot make is there. */
function demandSound(files: readonly Document[], ids: ReadonlyMap<string, string>): void {
  const coming = new Set(files.map(keyOf));
  for (const file of files) {
    if (!KEEPERS[file.kind].create && !ids.has(keyOf(file))) throw new Refusal('code.not_made', { document: keyOf(file) });
    const reference = referencesOf(file).find((one) => !ids.has(one) && !coming.has(one));
    if (reference !== undefined) throw new Refusal('code.reference_unknown', { document: keyOf(file), reference });
  }
}

/**
 * Puts the files in force, each definition behind those it names; one by one, so that what is refused leaves what came before it. Refuses `code.drift` where something was changed in the
 * product since, unless forced; what stands only in the product stays, unless `prune` removes what once had a file.
 */
export async function applyCode(api: Api, folder: string, how: Applying): Promise<Found> {
  const files = readFolder(folder), { workspace, live, named, ids } = await standing(api), known = knownIn(folder, workspace), changes = planOf(files, named, known, digest), ordered = inOrder(files);
  demandSound(files, ids);
  demandClear(changes, how);
  const what = new Map(changes.map((change) => [change.key, change.what])), byKey = new Map(live.map((one) => [keyOf(one), one]));
  const done: Change[] = [];
  for (const file of ordered) {
    const key = keyOf(file), own = byKey.get(key), keeper = KEEPERS[file.kind];
    if (what.get(key) === 'same') continue;
    const spec = withIds(file, ids);
    if (own) await keeper.change(api, own, spec);
    else if (keeper.create) ids.set(key, await keeper.create(api, { ...file, spec }));
    done.push(changes.find((one) => one.key === key) as Change);
  }
  if (how.prune) for (const one of inOrder(named).reverse()) if (what.get(keyOf(one)) === 'gone') {
    await KEEPERS[one.kind].remove?.(api, byKey.get(keyOf(one)) as Live);
    done.push({ key: keyOf(one), what: 'gone', differences: [] });
  }
  const filed = new Set([...files.map(keyOf), ...Object.keys(known)]);
  saveKnown(folder, workspace, (await standing(api)).named.filter((one) => filed.has(keyOf(one))));
  return { answer: { applied: done }, table: tableOf(done), note: `${done.length} applied, ${files.length - done.filter((one) => one.what !== 'gone').length} as they were` };
}
