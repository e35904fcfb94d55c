import { ADVISER, type Definition, type Entry } from '../core/definition.ts';
import { event, exit, happens, journey, onEvents, send, task, tree, wait, ways } from './parts.ts';

type Playbook = { stage: string | null; definition: Definition };
const birthday = (calendar: 'solar' | 'lunar', field: string): Playbook => ({ stage: 'active', definition: journey({
  entries: [{ kind: 'date', field, calendar, offsetDays: 0, time: '09:00' }], reentry: 'year', nodes: [send('wish', 'birthday'), exit('end')], edges: ways('wish > end'),
}) });
const holiday = (month: number, day: number, calendar: 'solar' | 'lunar', template: string): Playbook => ({ stage: 'active', definition: journey({
  entries: [{ kind: 'holiday', calendar, month, day, offsetDays: 0, time: '09:00' }], reentry: 'year', nodes: [send('greet', template), exit('end')], edges: ways('greet > end'),
}) });
const OFTEN = tree({ kind: 'field', field: 'gap_days', test: { op: 'at_most', value: 30 } });
const SELDOM = tree({ kind: 'field', field: 'gap_days', test: { op: 'greater', value: 30 } });
/** R83: reminders and inspections, each by its own rhythm; the tasks are the list of what is due. */
const checks = (every: Extract<Entry, { kind: 'cadence' }>['every'], often: boolean, text: string): Playbook => ({ stage: 'active', definition: journey({
  entries: [{ kind: 'cadence', every, on: 1, time: '09:00' }], audience: often ? OFTEN : SELDOM, reentry: every === 'quarter' ? { days: 80 } : every === 'month' ? 'month' : 'week', holdOut: 0,
  nodes: [task('check', text, 3), exit('end')], edges: ways('check > end'),
}) });
/** What somebody last gave as their reason to go, in an exit survey. */
const reason = (key: string) => tree({ kind: 'event', event: 'exit_survey.answered', where: [{ property: 'reason', test: { op: 'equals', value: key } }], window: { kind: 'rolling', days: 90 }, of: { measure: 'count', test: { op: 'at_least', value: 1 } } });

/** Playbooks for people who are here, and for those who go. */
export const keeping: Readonly<Record<string, Playbook>> = {
  birthday: birthday('solar', 'birthday'),
  birthday_lunar: birthday('lunar', 'birthday'),
  birthday_gift: { stage: 'active', definition: journey({
    entries: [{ kind: 'date', field: 'birthday', calendar: 'solar', offsetDays: -7, time: '09:00' }], reentry: 'year', holdOut: 0, audience: tree({ kind: 'tag', test: { op: 'any_of', values: ['VIP'] } }),
    nodes: [{ ...task('gift', 'birthday.gift', 5), assignee: ADVISER } as Definition['nodes'][number], exit('end')], edges: ways('gift > end'),
  }) },
  spring_festival: holiday(1, 1, 'lunar', 'spring_festival'), dragon_boat: holiday(5, 5, 'lunar', 'dragon_boat'), mid_autumn: holiday(8, 15, 'lunar', 'mid_autumn'), new_year: holiday(1, 1, 'solar', 'new_year'),
  reminder_often: checks('week', true, 'check.reminder'), inspection_often: checks('month', true, 'check.inspection'), reminder_seldom: checks('month', false, 'check.reminder'), inspection_seldom: checks('quarter', false, 'check.inspection'),
  win_back: { stage: 'churned', definition: journey({
    entries: [{ kind: 'stage', to: ['churned'], from: [] }], reentry: { days: 180 }, goal: { name: 'won_back', on: happens('order.paid'), ends: true },
    nodes: [wait('day', 1, 'days'), send('miss', 'win_back'), wait('two_weeks', 14, 'days'), send('offer', 'win_back_offer'), wait('month', 30, 'days'), exit('end')], edges: ways('day > miss > two_weeks > offer > month > end'),
  }) },
  // Who does, spends or likes less than in their own weeks before, or complains more: asked at once, called where nothing follows.
  early_warning: { stage: 'active', definition: journey({
    entries: [onEvents('churn.warned')], reentry: { days: 60 }, goal: { name: 'saved', on: happens('order.paid'), ends: true },
    nodes: [send('ask', 'warning_check', 'service'), wait('week', 7, 'days'), task('call', 'warning.call', 2), wait('month', 30, 'days'), exit('end')], edges: ways('ask > week > call > month > end'),
  }) },
  // Once a cycle of decline: whoever recovers and declines again is asked again, nobody within 60 days. Trouble with service is never answered by a coupon.
  save_by_reason: { stage: 'at_risk', definition: journey({
    entries: [{ kind: 'stage', to: ['at_risk'], from: [] }], reentry: { days: 60 }, goal: { name: 'saved', on: happens('order.paid'), ends: true },
    nodes: [
      { id: 'why', kind: 'branch', branches: [{ key: 'service', tree: reason('service') }, { key: 'price', tree: reason('price') }] },
      task('call', 'save.call', 1), { id: 'called', kind: 'wait_event', events: [event('task.done')], timeout: { amount: 7, unit: 'days' } }, send('offer', 'save_offer'), send('ask', 'decline_survey', 'service'), wait('month', 30, 'days'), exit('end')],
    edges: ways('why:service > call > called:happened > month > end', 'called:timeout > month', 'why:price > offer > month', 'why:otherwise > ask > month'),
  }) },
  // Asked once in each cycle of the customer's, whatever else is done; who does not answer within a week is called.
  decline_follow_up: { stage: 'declining', definition: journey({
    entries: [{ kind: 'stage', to: ['declining'], from: [] }], key: 'cycle', reentry: 'once', exits: [{ key: 'bought', on: happens('order.paid') }], holdOut: 0,
    nodes: [send('ask', 'decline_survey', 'service'), { id: 'answered', kind: 'wait_event', events: [event('exit_survey.answered')], timeout: { amount: 7, unit: 'days' } }, task('call', 'decline.call', 3), exit('end'), exit('told', 'answered')],
    edges: ways('ask > answered:timeout > call > end', 'answered:happened > told'),
  }) },
  renewal: { stage: 'active', definition: journey({
    entries: [{ kind: 'date', field: 'expires_on', calendar: 'solar', offsetDays: -30, time: '10:00' }], reentry: { days: 200 }, goal: { name: 'renewed', on: happens('subscription.renewed'), ends: true },
    nodes: [send('month', 'renewal_month', 'service'), wait('three_weeks', 23, 'days'), send('week', 'renewal_week', 'service'), wait('six', 6, 'days'), task('call', 'renewal.call', 1), exit('end')], edges: ways('month > three_weeks > week > six > call > end'),
  }) },
  anniversary: { stage: null, definition: journey({ entries: [onEvents('anniversary.reached')], reentry: 'year', nodes: [send('thanks', 'anniversary'), exit('end')], edges: ways('thanks > end') }) },
};
