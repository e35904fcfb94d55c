import { ADVISER, type Definition } from '../core/definition.ts';
import { event, exit, happens, journey, send, task, tree, wait, ways } from './parts.ts';

/** Playbooks for trials, upgrades and new products: rules are conditions on fields that src/lifecycle/offers computes. */
export const offering: Readonly<Record<string, { stage: string | null; definition: Definition }>> = {
  // Two days before a trial ends, while it runs and is not paid.
  trial_ending: { stage: 'prospect', definition: journey({
    entries: [{ kind: 'date', field: 'trial_ends', calendar: 'solar', offsetDays: -2, time: '10:00' }], audience: tree({ kind: 'field', field: 'trial_state', test: { op: 'in', values: ['started', 'used'] } }), reentry: { days: 7 },
    goal: { name: 'converted', on: { kind: 'condition', tree: tree({ kind: 'field', field: 'trial_state', test: { op: 'in', values: ['converted'] } }) }, ends: true },
    nodes: [send('remind', 'trial_ending', 'service'), wait('two', 2, 'days'), send('offer', 'trial_offer'), exit('end')], edges: ways('remind > two > offer > end'),
  }) },
  // Every reading of their quota has been at 90 % or more for two weeks. Whoever accepts has the plan from then on; who does not is called.
  upgrade_quota: { stage: 'active', definition: journey({
    entries: [{ kind: 'cadence', every: 'day', on: 1, time: '10:00' }], audience: tree({ kind: 'field', field: 'quota_high_days', test: { op: 'at_least', value: 14 } }), reentry: { days: 90 },
    goal: { name: 'upgraded', on: happens('offer.accepted'), ends: false },
    nodes: [
      send('offer', 'upgrade_plan'), { id: 'accepted', kind: 'wait_event', events: [event('offer.accepted')], timeout: { amount: 14, unit: 'days' } },
      { id: 'plan', kind: 'update', change: { on: 'field', field: 'plan', value: 'pro' } }, { ...task('call', 'quota.talk', 3), assignee: ADVISER } as Definition['nodes'][number], exit('end', 'accepted'), exit('open', 'no_answer')],
    edges: ways('offer > accepted:happened > plan > end', 'accepted:timeout > call > open'),
  }) },
  // Only owners of what the new product is made for (PUT /api/v1/products/fits/:sku); its number takes the place of the one here.
  new_product: { stage: 'active', definition: journey({
    entries: [{ kind: 'cadence', every: 'day', on: 1, time: '10:00' }], audience: tree({ kind: 'field', field: 'fits_products', test: { op: 'any_of', values: ['NEW-PRODUCT'] } }), reentry: 'once',
    goal: { name: 'bought', on: happens('order.paid'), ends: true }, nodes: [send('announce', 'new_product'), wait('month', 30, 'days'), exit('end')], edges: ways('announce > month > end'),
  }) },
};
