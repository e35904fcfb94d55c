import type { z } from 'zod';
import { demandSeen, happened, ownersIn, raiseTask, refreshTraits } from '../../customers/index.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { audit } from '../../kernel/audit.ts';
import { notFound } from '../../kernel/errors.ts';
import { type CustomerId, newId, type WorkspaceId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { dataDay } from '../asOf.ts';
import { countTrials, type Trial, type TrialCounts } from '../core/offers/trials.ts';
import { touchIn } from '../touch/index.ts';
import type { demoBody, trialBody } from './contract.ts';
import { dropFit, type Fit, fitRows, ownersOfAny, saveFit } from './store.ts';
import { trialsAmong } from './traits.ts';

async function ownerSeen(tx: Tx, caller: Caller, id: string): Promise<CustomerId> {
  await demandSeen(tx, caller, [id]);
  return (await ownersIn(tx, caller.workspaceId, [id])).get(id) ?? id;
}

/** Tells that a trial began, was used, ended or was paid, as the event `trial.<act>` of the customer. Refuses `customer.not_found`. */
export const tellTrial = (stores: Stores, caller: Caller, id: string, { act, product, endsOn }: z.output<typeof trialBody>): Promise<string> => stores.pg.tx(caller.workspaceId, async (tx) => {
  const owner = await ownerSeen(tx, caller, id), messageId = newId();
  await happened(tx, stores, caller.workspaceId, [{ subject: owner, by: 'them', event: `trial.${act}`, at: stores.clock.now(), messageId, properties: { ...(product && { product }), ...(endsOn && { ends_on: endsOn }) } }]);
  return messageId;
});

/** Books a demonstration: the event `demo.booked`, and a task on its day for whoever holds it. Refuses `customer.not_found`. */
export const bookDemo = (stores: Stores, caller: Caller, id: string, { on, product, assignee }: z.output<typeof demoBody>): Promise<string> => stores.pg.tx(caller.workspaceId, async (tx) => {
  const { workspaceId, actor } = caller, owner = await ownerSeen(tx, caller, id);
  const adviser = (await touchIn(tx, stores, workspaceId, [owner])).get(owner)?.adviser ?? '';
  const task = await raiseTask(tx, stores, workspaceId, `${actor.kind}:${actor.id}`, { code: product ? 'task.demo_of' : 'task.demo', params: { product }, customerId: owner, assignee: assignee || adviser, dueOn: on });
  await happened(tx, stores, workspaceId, [{ subject: owner, by: 'them', event: 'demo.booked', at: stores.clock.now(), messageId: task.id, properties: { on, task: task.id, ...(product && { product }) } }]);
  return task.id;
});

/** Every trial of one customer. Refuses `customer.not_found`. */
export async function trialsOfCustomer(stores: Stores, caller: Caller, id: string): Promise<Trial[]> {
  const owner = await stores.pg.tx(caller.workspaceId, (tx) => ownerSeen(tx, caller, id));
  return (await trialsAmong(stores, caller.workspaceId, [owner])).get(owner) ?? [];
}

export type TrialReport = { asOf: string } & TrialCounts & { products: ({ product: string } & TrialCounts)[] };
/** How trials that were started in some days went, together and by product (R64). */
export async function trialReport(stores: Stores, { workspaceId }: Pick<Caller, 'workspaceId'>, { from, to }: { from?: string | undefined; to?: string | undefined }): Promise<TrialReport> {
  const all = [...(await trialsAmong(stores, workspaceId, 'all')).values()].flat().filter(({ startedOn }) => (!from || startedOn >= from) && (!to || startedOn <= to));
  const products = [...Map.groupBy(all, ({ product }) => product)].map(([product, own]) => ({ product, ...countTrials(own) }));
  return { asOf: await dataDay(stores, workspaceId), ...countTrials(all), products: products.sort((a, b) => b.trials - a.trials || (a.product < b.product ? -1 : 1)) };
}

export const listFits = (stores: Stores, { workspaceId }: Pick<Caller, 'workspaceId'>): Promise<Fit[]> => stores.pg.tx(workspaceId, (tx) => fitRows(tx, workspaceId));

/** Who owns what a product is said to be made for, before that is said otherwise. */
async function toldBefore(stores: Stores, workspaceId: WorkspaceId, sku: string): Promise<CustomerId[]> {
  const fit = (await stores.pg.tx(workspaceId, (tx) => fitRows(tx, workspaceId))).find((one) => one.sku === sku);
  return fit ? (await ownersOfAny(stores.ch, workspaceId, { part: 0, parts: 1 }, fit.owners)).map(({ customer }) => customer) : [];
}

/** Says for whose owners a new product is made, and works out at once whom it fits. */
export async function setFit(stores: Stores, caller: Caller, fit: Fit): Promise<void> {
  const { workspaceId, actor } = caller, before = await toldBefore(stores, workspaceId, fit.sku);
  await stores.pg.tx(workspaceId, async (tx) => {
    await saveFit(tx, workspaceId, { ...fit, owners: [...new Set(fit.owners)] }, `${actor.kind}:${actor.id}`, stores.clock.now());
    await audit(tx, stores.clock, caller, { action: 'product_fit.changed', target: `product/${fit.sku}`, detail: { owners: fit.owners.length } });
  });
  await refreshTraits(stores, workspaceId, ['fits_products'], 'all');
  if (before.length > 0) await refreshTraits(stores, workspaceId, ['fits_products'], before);
}

/** Takes that back. Refuses `product_fit.not_found`. */
export async function endFit(stores: Stores, caller: Caller, sku: string): Promise<void> {
  const before = await toldBefore(stores, caller.workspaceId, sku);
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    if ((await dropFit(tx, caller.workspaceId, sku)) === 0) throw notFound('product_fit', { sku });
    await audit(tx, stores.clock, caller, { action: 'product_fit.removed', target: `product/${sku}` });
  });
  if (before.length > 0) await refreshTraits(stores, caller.workspaceId, ['fits_products'], before);
}
