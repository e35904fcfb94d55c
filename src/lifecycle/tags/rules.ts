import { type Interest, membersOf, registerTagRule } from '../../customers/index.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import type { ConditionInput } from '../../kernel/conditions/index.ts';
import { Tree } from '../../kernel/conditions/index.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { bandFault, CATEGORY, isOfProperty, PURCHASE, VALUE_KINDS, type ValueKind } from '../core/tags/bands.ts';
import { demandTree, endOfDay } from '../segments/index.ts';
import { SPECS } from './contract.ts';
import { type Sought, valuesOf, type Whom } from './queries/values.ts';

/** Named at a time: more are worked out with everybody's rows. */
const NAMED_MAX = 5_000;
const OF_ORDERS: readonly string[] = [PURCHASE, 'order.refunded'];

/** What a tag looks for, by its kind and spec. Refuses `tag.spec_invalid` with the place. */
export function soughtOf(kind: ValueKind, spec: unknown): Sought {
  const read = SPECS[kind].safeParse(spec);
  if (!read.success) throw new Refusal('tag.spec_invalid', { pointer: `/spec/${read.error.issues[0]?.path.join('/') ?? ''}` });
  return { kind, spec: read.data } as Sought;
}

const pickOf = (sought: Sought) => (sought.kind !== 'metric' ? sought.spec : sought.spec.figure.of === 'event' ? sought.spec.figure : undefined);

/** The condition that asks for the same as a tag does: what may be asked by filters may be by tags. */
function asCondition(sought: Sought): ConditionInput {
  const pick = pickOf(sought);
  if (pick) return { kind: 'event', event: pick.event, where: pick.where, window: pick.window, of: { measure: 'count', test: { op: 'at_least', value: 1 } } };
  return { kind: 'field', field: sought.kind === 'metric' && sought.spec.figure.of === 'field' ? sought.spec.figure.field : '', test: { op: 'at_least', value: 0 } };
}

function demandProperty(sought: Sought): void {
  const pick = pickOf(sought);
  if (!pick) return;
  if (pick.property === CATEGORY && (pick.event !== PURCHASE || sought.kind === 'metric')) throw new Refusal('tag.category_elsewhere', { event: pick.event });
  if ('measure' in pick && isOfProperty(pick.measure) !== (pick.property !== undefined)) throw new Refusal('tag.measure_property', { measure: pick.measure });
}

/** Refuses a spec nobody could compute: its shape, its bands, and whatever filters would have against its event, properties, window or field. */
export async function demandSpec(stores: Stores, caller: Caller, kind: ValueKind, spec: unknown): Promise<Sought> {
  const sought = soughtOf(kind, spec);
  demandProperty(sought);
  const fault = sought.kind === 'metric' ? bandFault(sought.spec.bands) : undefined;
  if (fault && sought.kind === 'metric') throw new Refusal(fault.code, { name: sought.spec.bands[fault.at]?.name, pointer: `/spec/bands/${fault.at}` });
  await demandTree(stores, caller, Tree.parse({ version: 1, root: asCondition(sought) }));
  return sought;
}

/** Named customers as the store is asked by. */
export const whomOf = async (stores: Stores, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<Whom> =>
  ({ customers, subjects: [...(await membersOf(stores, workspaceId, customers)).values()].flat() });

async function find(stores: Stores, workspaceId: WorkspaceId, sought: Sought, customers?: readonly CustomerId[]): Promise<{ customer: CustomerId; value: string }[]> {
  const moment = await endOfDay(stores, workspaceId);
  if (!customers) return valuesOf(stores.ch, workspaceId, sought, moment);
  const found: { customer: CustomerId; value: string }[] = [];
  for (let at = 0; at < customers.length; at += NAMED_MAX) found.push(...(await valuesOf(stores.ch, workspaceId, sought, moment, await whomOf(stores, workspaceId, customers.slice(at, at + NAMED_MAX)))));
  return found;
}

/** Who may bear another value after something happened: whoever did what it looks at; a figure of a field follows purchases. */
function interestOf(sought: Sought): Interest {
  const event = pickOf(sought)?.event;
  return event === undefined || OF_ORDERS.includes(event) ? { bought: true, told: event === undefined } : { did: (name) => name === event };
}

/** Tags of kinds `first`, `last`, `preference` and `metric`: a value made of what somebody did, or of a figure of theirs. Specs: contract.ts. */
export function registerValueTags(): void {
  for (const kind of VALUE_KINDS) registerTagRule(kind, {
    find: (stores, workspaceId, spec, customers) => find(stores, workspaceId, soughtOf(kind, spec), customers),
    check: async (stores, caller, spec) => void (await demandSpec(stores, caller, kind, spec)),
    interest: (spec) => (SPECS[kind].safeParse(spec).success ? interestOf(soughtOf(kind, spec)) : undefined),
  });
}
