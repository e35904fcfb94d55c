import { publish, resolve } from '../../src/customers/index.ts';
import { armOf } from '../../src/insight/core/experiment/index.ts';
import { customerOf, putOrders } from './orders.ts';
import type { TestStores } from './stores.ts';

/** Tea drinkers of story 1: everybody can be reached by SMS, every tenth by WeCom too. They are customers like any other, with consents. */
export async function drinkers(stores: TestStores, workspace: string, count: number, from = 0): Promise<string[]> {
  const at = new Date('2025-12-01T00:00:00Z');
  const { items } = await resolve(stores, workspace, Array.from({ length: count }, (_, n) => ({
    identifiers: [{ kind: 'user_id' as const, value: `tea-${from + n}` }, { kind: 'phone' as const, value: `138${String(10_000_000 + from + n)}` }, ...(n % 10 === 0 ? [{ kind: 'external_userid' as const, value: `wm-${from + n}` }] : [])],
    at, source: 'test', name: n === 1 ? '=HYPERLINK("http://x")' : `茶客${from + n}`, consents: [{ channel: 'sms' as const, state: 'given' as const }, ...(n % 10 === 0 ? [{ channel: 'wecom' as const, state: 'given' as const }] : [])],
  })));
  return items.map(({ customer }) => customer);
}

/** An order of nobody in particular: it moves the data's own day. */
export const moveTo = (stores: TestStores, workspace: string, day: string): Promise<void> => putOrders(stores, workspace, [{ customer: customerOf(0), day, amount: 100 }]);

/** Puts people into a stage, as lifecycle would. */
export const atRisk = (stores: TestStores, workspace: string, customers: readonly string[]): Promise<void> =>
  publish(stores, workspace, customers.map((customer) => ({ customer, values: { stage: 'at_risk' } })));

/** Of some people, those an experiment will treat and those it will hold out: the draw is a function of its id and theirs. */
export const foreseen = (customers: readonly string[], experimentId: string, holdOut = 0.2): { treated: string[]; control: string[] } => {
  const arms = Object.groupBy(customers, (customer) => armOf({ salt: experimentId, holdOut, variants: [{ key: 'treated', weight: 1 }] }, customer));
  return { treated: arms['treated'] ?? [], control: arms['control'] ?? [] };
};

export const STAGE_TREE = { version: 1, root: { kind: 'field', field: 'stage', test: { op: 'in', values: ['at_risk'] } } } as const;
