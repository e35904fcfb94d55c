import { membersOf } from '../customers/index.ts';
import { armOf } from '../insight/index.ts';
import { systemCaller } from '../kernel/access/caller.ts';
import type { Tree } from '../kernel/conditions/index.ts';
import type { CustomerId, WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { fitsOf } from '../lifecycle/index.ts';
import type { Known } from './core/journey.ts';
import { type Plan, type Questions, questionsFrom } from './core/plan.ts';
import { daysOfField, whenHappened } from './queries/happened.ts';
import type { Enrolment } from './queries/enrolments.ts';

/** Conditions of journeys are asked by the product itself, which sees every field. */
export const asker = (workspaceId: WorkspaceId) => systemCaller(workspaceId, ['customers.unmask']);

/** Which of some people fit each of some trees now: of them alone is read, once for all trees. */
export async function fittingEach(stores: Stores, workspaceId: WorkspaceId, trees: readonly Tree[], people: readonly CustomerId[]): Promise<Set<CustomerId>[]> {
  if (trees.length === 0 || people.length === 0) return trees.map(() => new Set<CustomerId>());
  const fits = [...await fitsOf(stores, asker(workspaceId), trees, people)];
  return trees.map((_, at) => new Set(fits.filter(([, own]) => own.includes(at)).map(([id]) => id)));
}
/** The same of one tree. */
export const fitting = async (stores: Stores, workspaceId: WorkspaceId, tree: Tree, people: readonly CustomerId[]): Promise<Set<CustomerId>> => (await fittingEach(stores, workspaceId, [tree], people))[0] ?? new Set();

const draw: Known['draw'] = (salt, variants, anchor) => armOf({ salt, holdOut: 0, variants }, anchor);

const union = (all: readonly ReadonlySet<string>[]): string[] => [...new Set(all.flatMap((one) => [...one]))];

/** Clocks of others may be ahead of ours by so much and are believed. */
export const AHEAD_MS = 24 * 3_600_000;
/** A version that is walked, and until when what is recorded has happened. */
export type Scene = { plan: Plan; until: Date };

type Answers = { events: Map<string, Map<string, number[]>>; holds: Map<string, ReadonlySet<string>>; days: Map<string, Map<string, string>> };

/** What happened to people, by person and by name of the question. */
async function happenedTo(stores: Stores, workspaceId: WorkspaceId, { plan, until }: Scene, names: readonly string[], rows: readonly Enrolment[]): Promise<Answers['events']> {
  const filters = names.flatMap((name) => (plan.events.get(name) ?? []).map((filter) => ({ name, filter })));
  const found: Answers['events'] = new Map();
  if (filters.length === 0) return found;
  const members = await membersOf(stores, workspaceId, [...new Set(rows.map(({ personId }) => personId))]);
  const after = new Date(Math.min(...rows.map(({ state }) => state.enteredAt)));
  for (const { customer, which, instants } of await whenHappened(stores.ch, { workspaceId, subjects: [...members.values()].flat() }, filters.map(({ filter }) => filter), { after, until })) {
    const own = found.get(customer) ?? new Map<string, number[]>(), name = filters[which]?.name ?? '';
    found.set(customer, own.set(name, [...own.get(name) ?? [], ...instants.map(Number)].sort((a, b) => a - b)));
  }
  return found;
}

async function answersFor(stores: Stores, workspaceId: WorkspaceId, scene: Scene, asked: Questions[], rows: readonly Enrolment[]): Promise<Answers> {
  const { plan } = scene, people = [...new Set(rows.map(({ personId }) => personId))], names = union(asked.map(({ conditions }) => conditions));
  const [events, fits, days] = await Promise.all([
    happenedTo(stores, workspaceId, scene, union(asked.map((one) => one.events)), rows),
    fittingEach(stores, workspaceId, names.map((name) => plan.conditions.get(name) as Tree), people),
    Promise.all(union(asked.map(({ fields }) => fields)).map(async (field) => [field, new Map((await daysOfField(stores.ch, workspaceId, people, field)).map(({ customer, day }) => [customer as string, day]))] as const)),
  ]);
  return { events, holds: new Map(names.map((name, at) => [name, fits[at] ?? new Set<string>()])), days: new Map(days) };
}

/** Everything a batch of people at one version may be asked, in a few statements however many they are. */
export async function knowledgeOf(stores: Stores, workspaceId: WorkspaceId, scene: Scene, rows: readonly Enrolment[], place: Known['place']): Promise<(row: Enrolment) => Known> {
  const { plan } = scene;
  const nodes = [...new Set(rows.map(({ state }) => state.node))];
  const answers = await answersFor(stores, workspaceId, scene, nodes.map((node) => questionsFrom(plan, node)), rows);
  return ({ personId }) => ({
    happened: answers.events.get(personId) ?? new Map(), holds: new Map([...answers.holds].map(([name, fits]) => [name, fits.has(personId)])),
    dates: Object.fromEntries([...answers.days].map(([field, days]) => [field, days.get(personId)])), place, draw,
  });
}

/** Nodes with places that people at some nodes may come to. */
export const ratesFrom = (plan: Plan, rows: readonly Enrolment[]): string[] => union([...new Set(rows.map(({ state }) => state.node))].map((node) => questionsFrom(plan, node).rates)).sort();
