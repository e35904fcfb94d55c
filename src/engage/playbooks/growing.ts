import type { Definition } from '../core/definition.ts';
import { event, exit, happens, journey, notice, onEvents, send, task, tree, wait, ways } from './parts.ts';

/** Playbooks for people who come, begin, buy, and buy again. */
export const growing: Readonly<Record<string, { stage: string | null; definition: Definition }>> = {
  onboarding: { stage: 'prospect', definition: journey({
    entries: [onEvents('user.signed_up', 'signed_up')], goal: { name: 'activated', on: happens('activated'), ends: true },
    nodes: [send('welcome', 'welcome', 'service'), wait('day', 1, 'days'), send('start', 'quick_start', 'service'), wait('two', 2, 'days'), send('help', 'help', 'service'), task('call', 'onboarding.help', 1), exit('end')],
    edges: ways('welcome > day > start > two > help > call > end'),
  }) },
  first_order: { stage: 'new', definition: journey({
    entries: [{ kind: 'stage', to: ['new'], from: [] }],
    nodes: [send('coupon', 'first_coupon'), { id: 'receipt', kind: 'wait_event', events: [event('order.received')], timeout: { amount: 30, unit: 'days' } }, send('second', 'second_category'), exit('end'), exit('none', 'no_receipt')],
    edges: ways('coupon > receipt:happened > second > end', 'receipt:timeout > none'),
  }) },
  cart_recovery: { stage: 'prospect', definition: journey({
    entries: [onEvents('cart.added', 'Product Added')], key: 'sku', reentry: 'day', exits: [{ key: 'paid', on: happens('order.paid') }],
    nodes: [wait('twenty', 20, 'minutes'), send('remind', 'cart_reminder', 'marketing', 10), exit('end')], edges: ways('twenty > remind > end'),
  }) },
  second_order: { stage: 'new', definition: journey({
    entries: [{ kind: 'stage', to: ['new'], from: [] }], goal: { name: 'second_order', on: { kind: 'condition', tree: tree({ kind: 'field', field: 'order_count', test: { op: 'at_least', value: 2 } }) }, ends: true },
    nodes: [wait('three_weeks', 21, 'days'), send('guide', 'how_to_use'), wait('two_weeks', 14, 'days'), send('offer', 'second_offer'), exit('end')], edges: ways('three_weeks > guide > two_weeks > offer > end'),
  }) },
  upgrade: { stage: 'active', definition: journey({
    entries: [{ kind: 'cadence', every: 'month', on: 5, time: '10:00' }], audience: tree({ kind: 'field', field: 'order_count', test: { op: 'at_least', value: 4 } }), reentry: { days: 180 }, exits: [{ key: 'lost', on: { kind: 'condition', tree: tree({ kind: 'field', field: 'stage', test: { op: 'in', values: ['churned'] } }) } }],
    nodes: [send('offer', 'upgrade'), { id: 'opened', kind: 'wait_event', events: [event('message.clicked')], timeout: { amount: 7, unit: 'days' } }, task('call', 'upgrade.talk', 2), exit('end'), exit('quiet', 'no_interest')],
    edges: ways('offer > opened:happened > call > end', 'opened:timeout > quiet'),
  }) },
  order_shipped: { stage: null, definition: notice({ entries: [onEvents('order.shipped', 'Order Shipped')], nodes: [send('shipped', 'order_shipped', 'transactional', 50), exit('end')], edges: ways('shipped > end') }) },
  order_received: { stage: null, definition: notice({
    entries: [onEvents('order.received', 'Order Delivered')],
    nodes: [send('received', 'order_received', 'transactional', 50), wait('three', 3, 'days'), send('survey', 'order_survey', 'service'), wait('week', 7, 'days'), send('knowledge', 'product_knowledge'), exit('end')], edges: ways('received > three > survey > week > knowledge > end'),
  }) },
  review_request: { stage: 'active', definition: journey({
    entries: [onEvents('order.received', 'Order Delivered')], key: 'order_no', exits: [{ key: 'reviewed', on: happens('review.posted') }, { key: 'complained', on: happens('complaint.opened') }],
    nodes: [wait('ten', 10, 'days'), send('ask', 'review_request', 'service'), exit('end')], edges: ways('ten > ask > end'),
  }) },
};
