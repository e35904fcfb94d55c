import type { Caller } from '../kernel/access/caller.ts';
import type { Day } from '../kernel/day.ts';
import { fromCursor, toCursor } from '../kernel/http/cursor.ts';
import type { Stores } from '../kernel/stores.ts';
import { colleagues, contactRule, todayIn } from './attempts.ts';
import { authorNames } from './authors.ts';
import { type ContactRule, OUTCOMES, unanswered, type View } from './core/attempts.ts';
import { type Desk, deskCounts, type DeskRow, deskRows, deskRowsOf, stepsOf, type StepRow } from './queries/tasks.ts';
import { demandTask } from './tasks.ts';

/** A task with what was tried: attempts made, how many in a row nobody answered, and what the last came to. */
export type DeskTask = DeskRow & { attempts: number; unanswered: number; last: Pick<StepRow, 'kind' | 'at' | 'note' | 'author'> | null };
export type DeskPage = { today: Day; me: string; rule: ContactRule; counts: Record<View, number>; rows: DeskTask[]; next: string | null; people: Record<string, string>; colleagues: { id: string; name: string }[] };

const isOutcome = ({ kind }: StepRow): boolean => (OUTCOMES as readonly string[]).includes(kind);
const withSteps = (row: DeskRow, steps: readonly StepRow[]): DeskTask => {
  const [last] = steps.filter(isOutcome);
  return { ...row, attempts: steps.filter(isOutcome).length, unanswered: unanswered(steps.map(({ kind }) => kind)), last: last ? { kind: last.kind, at: last.at, note: last.note, author: last.author } : null };
};

/** Open tasks of some ids with what was tried, as the caller may see them, and the names of staff in them. */
export async function deskTasks(stores: Stores, caller: Caller, ids: readonly string[]): Promise<{ today: Day; me: string; rows: DeskTask[]; people: Record<string, string> }> {
  const { workspaceId, actor, shops } = caller;
  const { today, rows } = await stores.pg.tx(workspaceId, async (tx) => {
    const today = await todayIn(tx, stores, workspaceId), found = await deskRowsOf(tx, workspaceId, { me: '', today, shops }, ids);
    const steps = Map.groupBy(await stepsOf(tx, workspaceId, found.map(({ id }) => id)), ({ taskId }) => taskId);
    return { today, rows: found.map((row) => withSteps(row, steps.get(row.id) ?? [])) };
  });
  return { today, me: `${actor.kind}:${actor.id}`, rows, people: await authorNames(stores, rows.flatMap((row) => [row.assignee, row.last?.author ?? ''])) };
}

const FOREVER = '9999-12-31';

/** The tasks of one view, first due first, and how many each view has, as the caller may see them (R57). */
export async function desk(stores: Stores, caller: Caller, { view, cursor, limit }: { view: View; cursor?: string | undefined; limit: number }): Promise<DeskPage> {
  const { workspaceId, actor, shops } = caller;
  const after = cursor ? fromCursor(cursor, 2).map(String) as [string, string] : null;
  const read = await stores.pg.tx(workspaceId, async (tx) => {
    const who: Desk = { me: `${actor.kind}:${actor.id}`, today: await todayIn(tx, stores, workspaceId), shops };
    const found = await deskRows(tx, workspaceId, view, who, { after, limit: limit + 1 }), rows = found.slice(0, limit);
    const steps = Map.groupBy(await stepsOf(tx, workspaceId, rows.map(({ id }) => id)), ({ taskId }) => taskId);
    return { who, rule: await contactRule(tx, workspaceId), counts: await deskCounts(tx, workspaceId, who), rows: rows.map((row) => withSteps(row, steps.get(row.id) ?? [])), more: found.length > limit };
  });
  const { who, rule, counts, rows, more } = read, last = more ? rows.at(-1) : undefined;
  const people = await authorNames(stores, rows.flatMap((row) => [row.assignee, row.last?.author ?? '']));
  return { today: who.today, me: who.me, rule, counts, rows, next: last ? toCursor([last.dueOn ?? FOREVER, last.id]) : null, people, colleagues: await colleagues(stores, caller) };
}

/** Everything that was tried about an open task and through whose hands it went, the newest first. Refuses `task.not_found`. */
export async function taskHistory(stores: Stores, caller: Caller, id: string): Promise<{ rows: StepRow[]; people: Record<string, string> }> {
  const rows = await stores.pg.tx(caller.workspaceId, async (tx) => stepsOf(tx, caller.workspaceId, [(await demandTask(tx, caller, id)).id]));
  return { rows, people: await authorNames(stores, rows.flatMap(({ author, assignee }) => [author, assignee])) };
}
