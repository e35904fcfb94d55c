import type { Day } from '../../kernel/day.ts';
import { addDays } from '../../kernel/day.ts';
import { type Act, type Definition, HAPPENED, isRest, NEXT, type Node, OTHERWISE, PAST, type Rest, TIMEOUT } from './definition.ts';
import { type Plan, targetOf } from './plan.ts';
import { instantOf, later, minuteOf, nextAnniversary, nextTime } from './zone.ts';

export const CONTROL = 'control';
/** How it ended: at an exit of the graph, by a criterion, by reaching the goal, by staff or another journey, or as one of two that turned out to be one person. */
export const ENDINGS = ['done', 'exited', 'goal', 'stopped', 'merged'] as const;
export type Ending = (typeof ENDINGS)[number];

/**
 * Where one person stands in a journey; all of it that is kept. Instants are ms. `visit` counts the nodes come to; `arrived`: the node has been acted on;
 * `since`: events from then on count for a wait; `dueAt`: when the node is left by the clock.
 */
export type State = { status: 'inside' | Ending; reason: string; node: string; visit: number; arrived: boolean; enteredAt: number; since: number; dueAt: number; goalAt: number | null };

/** Who walks. `anchor`: the id their draws go by, which stays when people are merged. */
export type Walker = { enrolment: string; anchor: string; arm: string; zone: string };

/** What is known at the moment of a step. `happened`: instants of matching events, in order. `place`: from when a node that lets few pass lets this person. */
export type Known = {
  happened: ReadonlyMap<string, readonly number[]>; holds: ReadonlyMap<string, boolean>; dates: Readonly<Record<string, Day | undefined>>;
  place(node: string): number; draw(salt: string, variants: readonly { key: string; weight: number }[], anchor: string): string;
};

/** Something to be done, once: `visit` makes its id, so that a step that is repeated does it no second time. */
export type Effect = { visit: number; node: string } & (Act | { kind: 'withdraw'; reason: string });
export type PathLine = { visit: number; node: string; outcome: string };
export type Walked = { state: State; effects: Effect[]; path: PathLine[] };

/** One step goes through at most so many nodes; who is not through goes on a minute later. A graph without faults never gets there. */
const NODES_PER_STEP = 200;
const MINUTE_MS = 60_000;
/** Work that is so late at most is counted from when it was due, so that waits do not drift; after longer, from now. */
const LATE_MS = 5 * MINUTE_MS;

export const enter = ({ definition: { start } }: Plan, at: number): State =>
  ({ status: 'inside', reason: '', node: start, visit: 0, arrived: false, enteredAt: at, since: at, dueAt: at, goalAt: null });

const firstAfter = (instants: readonly number[] | undefined, after: number): number | undefined => instants?.find((at) => at > after);

/** When a wait for a date is over; undefined where the person has no such date, or it has gone by. */
function dateDue({ field, offsetDays, time, yearly }: Extract<Rest, { kind: 'wait_date' }>, zone: string, moment: number, dates: Known['dates']): number | undefined {
  const day = dates[field];
  if (day === undefined) return undefined;
  const minute = minuteOf(time);
  if (yearly) return nextAnniversary(zone, moment, day, { offsetDays, minute });
  const at = instantOf(zone, addDays(day, offsetDays), minute);
  return at < moment ? undefined : at;
}

const begunAt = (since: number, moment: number): number => (moment - since <= LATE_MS ? since : moment);

type Scene = { plan: Plan; walker: Walker; moment: number; known: Known };

/** Until when somebody who has just come to a resting node stays; undefined: a date that there is none of, or that has gone by. */
function dueOf(node: Extract<Node, Rest>, since: number, { walker: { zone }, moment, known }: Scene): number | undefined {
  switch (node.kind) {
    case 'wait': return later(zone, begunAt(since, moment), node.for);
    case 'wait_until': return nextTime(zone, moment, minuteOf(node.time), node.weekdays);
    case 'wait_date': return dateDue(node, zone, moment, known.dates);
    case 'wait_event': return later(zone, begunAt(since, moment), node.timeout);
    case 'rate': return known.place(node.id);
  }
}

/** Which way somebody leaves a resting node now, and the instant from which what follows counts; undefined: they stay. */
function leaving(node: Extract<Node, Rest>, { since, dueAt }: State, { moment, known }: Scene): { port: string; at: number } | undefined {
  const happened = node.kind === 'wait_event' ? firstAfter(known.happened.get(`node:${node.id}`), since) : undefined;
  if (happened !== undefined && happened <= dueAt) return { port: HAPPENED, at: happened };
  return moment >= dueAt ? { port: node.kind === 'wait_event' ? TIMEOUT : NEXT, at: dueAt } : undefined;
}

/** Which way a node that only decides is left; an act is done and left by its one way. */
function passing(node: Exclude<Node, Rest>, { plan, walker, known }: Scene): string {
  if (node.kind === 'branch') return node.branches.find(({ key }) => known.holds.get(`branch:${node.id}:${key}`))?.key ?? OTHERWISE;
  return node.kind === 'split' ? known.draw(`${plan.journey}:${node.id}`, node.variants, walker.anchor) : NEXT;
}

const isAct = (node: Node): node is Extract<Node, Act> => !isRest(node) && node.kind !== 'branch' && node.kind !== 'split' && node.kind !== 'exit';

const ended = (state: State, status: Ending, reason: string): State => ({ ...state, status, reason });

/** Ends a walk from outside: staff, another journey, a merge. What still waits to be sent is taken back. */
export function stop(state: State, status: Ending, reason: string): Walked {
  if (state.status !== 'inside') return { state, effects: [], path: [] };
  return { state: ended(state, status, reason), effects: [{ kind: 'withdraw', reason, node: state.node, visit: state.visit }], path: [{ visit: state.visit, node: state.node, outcome: `${status}:${reason}` }] };
}

/** The first exit criterion that holds, of those that are looked at before anything else is done. */
const exitOf = ({ exits }: Definition, { enteredAt }: State, known: Known): string | undefined =>
  exits.find(({ key, on }) => (on.kind === 'event' ? firstAfter(known.happened.get(`exit:${key}`), enteredAt) !== undefined : known.holds.get(`exit:${key}`)))?.key;

/** When the goal was reached, if it just was. */
function goalOf({ goal }: Definition, { goalAt, enteredAt }: State, { known, moment }: Scene): number | undefined {
  if (!goal || goalAt !== null) return undefined;
  return goal.on.kind === 'event' ? firstAfter(known.happened.get('goal'), enteredAt) : known.holds.get('goal') ? moment : undefined;
}

/** One node: where it leads, or the state in which the person stays. */
function pass(state: State, node: Node, scene: Scene, out: Walked): State | { port: string; at: number } {
  if (isRest(node)) {
    const dueAt = state.arrived ? state.dueAt : dueOf(node, state.since, scene);
    if (dueAt === undefined) return { port: PAST, at: scene.moment };
    const staying = { ...state, arrived: true, dueAt };
    return leaving(node, staying, scene) ?? staying;
  }
  if (node.kind === 'exit') return ended(state, 'done', node.reason);
  if (isAct(node) && scene.walker.arm !== CONTROL) out.effects.push({ ...node, node: node.id, visit: state.visit });
  return { port: passing(node, scene), at: state.since };
}

function walk(from: State, scene: Scene, out: Walked): State {
  let state = from;
  for (let count = 0; count < NODES_PER_STEP; count++) {
    const node = scene.plan.nodes.get(state.node);
    if (!node) return ended(state, 'stopped', 'node_gone');
    const next = pass(state, node, scene, out);
    if ('status' in next) {
      if (next.status !== 'inside') out.path.push({ visit: state.visit, node: state.node, outcome: `${next.status}:${next.reason}` });
      return next;
    }
    out.path.push({ visit: state.visit, node: state.node, outcome: next.port });
    const to = targetOf(scene.plan, state.node, next.port);
    if (to === undefined) return ended(state, 'done', '');
    state = { ...state, node: to, visit: state.visit + 1, arrived: false, since: Math.max(state.since, next.at), dueAt: scene.moment };
  }
  return { ...state, dueAt: scene.moment + MINUTE_MS };
}

/**
 * One person's step: exit criteria and goal first, then as far along the graph as the moment allows. Pure: the same state, moment and knowledge give the same
 * step, and a step after which nothing has become due or known changes nothing. People held out walk the same way without effects.
 */
export function step(plan: Plan, walker: Walker, state: State, moment: number, known: Known): Walked {
  if (state.status !== 'inside') return { state, effects: [], path: [] };
  const out: Walked = { state, effects: [], path: [] }, scene: Scene = { plan, walker, moment, known };
  const goalAt = goalOf(plan.definition, state, scene);
  const reached = goalAt === undefined ? state : { ...state, goalAt };
  const goalEnds = goalAt !== undefined && plan.definition.goal?.ends;
  const exit = goalEnds ? undefined : exitOf(plan.definition, state, known);
  if (goalEnds || exit !== undefined) return stop(reached, goalEnds ? 'goal' : 'exited', goalEnds ? 'goal' : exit as string);
  const after = walk(reached, scene, out);
  return { ...out, state: after };
}

/** Moves somebody to another version: to the node theirs is mapped to. One that rests where it rested keeps its time; elsewhere the new node begins. Not mapped, or not there: they leave. */
export function migrate(plan: Plan, former: Node | undefined, state: State, map: Readonly<Record<string, string>>, moment: number): Walked {
  const to = map[state.node] ?? state.node;
  const node = plan.nodes.get(to);
  if (!node) return stop(state, 'exited', 'migrated_out');
  const keeps = state.arrived && former !== undefined && isRest(node) && node.kind === former.kind;
  return { state: { ...state, node: to, visit: state.visit + 1, ...(keeps ? {} : { arrived: false, dueAt: moment, since: moment }) }, effects: [], path: [{ visit: state.visit, node: state.node, outcome: `version:${plan.version}` }] };
}

/** What an effect's id is made of: the same step gives the same. */
export const nameOfEffect = (enrolment: string, { node, visit, kind }: Pick<Effect, 'node' | 'visit' | 'kind'>): string => `${enrolment}\n${node}\n${visit}\n${kind}`;
