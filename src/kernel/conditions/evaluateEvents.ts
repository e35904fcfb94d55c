import type { Day } from '../day.ts';
import { own } from '../own.ts';
import { dayHolds, numberHolds, textHolds } from './evaluateValues.ts';
import { decimalOf } from './folded.ts';
import { type Moment, spanMs, windowBounds } from './moments.ts';
import type { Activity } from './person.ts';
import type { PropertyFilter, Window } from './tests.ts';
import type { EventCondition, SequenceCondition, UnfollowedCondition } from './tree.ts';

/** A value as the text ClickHouse keeps of it; an absent or null property is undefined. Dots walk into objects. */
export function propertyText(properties: Readonly<Record<string, unknown>>, path: string): string | undefined {
  let at: unknown = own(properties, path);
  if (at === undefined) at = path.split('.').reduce<unknown>((node, part) => (typeof node === 'object' && node !== null ? own(node as Record<string, unknown>, part) : undefined), properties);
  if (typeof at === 'string') return at;
  return typeof at === 'number' || typeof at === 'boolean' ? String(at) : undefined;
}

const COLUMNS = { $shop: 'shop', $channel: 'channel', $source: 'source' } as const;
function textOf(activity: Activity, property: string): string | undefined {
  if (property === '$amount') return activity.amount === null ? undefined : String(activity.amount);
  const column = own(COLUMNS, property);
  return column ? activity[column] : propertyText(activity.properties, property);
}

/** Whether one line of what somebody did passes a filter on its properties. */
export function filterHolds({ property, test }: PropertyFilter, activity: Activity): boolean {
  const text = textOf(activity, property);
  switch (test.op) {
    case 'is': case 'is_not': case 'greater': case 'at_least': case 'less': case 'at_most': case 'between': return numberHolds(test, decimalOf(text));
    case 'yes': return text === 'true';
    case 'no': return text === 'false';
    default: return textHolds(test, text ?? '');
  }
}

type Picked = { event: string; where: readonly PropertyFilter[]; window: Window };
/** Rows of one event that pass its filters and lie in its window, and not after the day asked about. */
export function picked({ event, where, window }: Picked, activity: readonly Activity[], moment: Moment): Activity[] {
  const bounds = windowBounds(window, moment);
  const lies = ({ day, at }: Activity): boolean => bounds.kind === 'all' || (bounds.kind === 'days' ? day >= bounds.day && day <= bounds.to : at > bounds.after && at <= moment.at);
  return activity.filter((one) => one.event === event && one.day <= moment.day && lies(one) && where.every((filter) => filterHolds(filter, one)));
}

/** What is measured of the rows picked: a number, a day, or nothing where there is none. */
export function measured(of: EventCondition['of'], seen: readonly Activity[]): number | Day | undefined {
  const texts = 'property' in of ? seen.map((one) => textOf(one, of.property) ?? '').filter((text) => text !== '') : [];
  const values = texts.flatMap((text) => decimalOf(text) ?? []);
  const sum = values.reduce((all, value) => all + value, 0);
  switch (of.measure) {
    case 'count': return seen.length;
    case 'days': return new Set(seen.map(({ day }) => day)).size;
    case 'sum': return sum;
    case 'average': return values.length > 0 ? sum / values.length : undefined;
    case 'min': case 'max': return values.length > 0 ? values.reduce((a, b) => (a < b === (of.measure === 'min') ? a : b)) : undefined;
    case 'distinct': return new Set(texts).size;
    case 'first': case 'last': {
      const days = seen.map(({ day }) => day).sort();
      return of.measure === 'first' ? days[0] : days.at(-1);
    }
  }
}

/** Does what the person did fit? */
export function eventHolds(condition: EventCondition, activity: readonly Activity[], moment: Moment): boolean {
  const { of } = condition, value = measured(of, picked(condition, activity, moment));
  const number = typeof value === 'number' ? value : undefined;
  switch (of.measure) {
    case 'first': case 'last': return dayHolds(of.test, typeof value === 'string' ? value : undefined, moment.day);
    default: return numberHolds(of.test, number);
  }
}

/** An event as a link of a chain: when, with which key, and when the chain it ends began. */
type Link = { at: number; key: string; began: number };

function linksOf(one: Picked, same: string | undefined, activity: readonly Activity[], moment: Moment): Link[] {
  const links = picked(one, activity, moment).filter(({ at }) => at <= moment.at).map((row) => ({ at: row.at, key: same === undefined ? '' : textOf(row, same) ?? '', began: row.at }));
  return links.filter(({ key }) => same === undefined || key !== '').sort((a, b) => a.at - b.at);
}

/** Links of `next` that come later than one of `before` with the same key: each after the newest, whose chain began last of all. */
function linked(before: readonly Link[], next: readonly Link[], { gap = Infinity, whole = Infinity }: { gap?: number; whole?: number }): Link[] {
  const newest = new Map<string, Link>();
  let read = 0;
  return next.flatMap((link) => {
    for (let one = before[read]; one !== undefined && one.at < link.at; one = before[++read]) {
      const known = newest.get(one.key);
      newest.set(one.key, known && known.at === one.at && known.began > one.began ? known : one);
    }
    const last = newest.get(link.key);
    return last && link.at - last.at <= gap && link.at - last.began <= whole ? [{ ...link, began: last.began }] : [];
  });
}

/** Did the steps ever come one after the other? */
export function sequenceHolds({ steps, window, within, same }: SequenceCondition, activity: readonly Activity[], moment: Moment): boolean {
  const [first = [], ...rest] = steps.map(({ event, where }) => linksOf({ event, where, window }, same, activity, moment));
  const whole = within ? spanMs(within) : Infinity;
  return rest.reduce((before, next, at) => linked(before, next, { gap: steps[at + 1]?.within ? spanMs(steps[at + 1]?.within as NonNullable<typeof within>) : Infinity, whole }), first).length > 0;
}

/** When each event that was not followed (or not yet) can first be called so (ms). */
export function waitingOf({ event, where, window, by, within, same }: UnfollowedCondition, activity: readonly Activity[], moment: Moment): number[] {
  const backwards = (links: readonly Link[]): Link[] => links.map((link) => ({ ...link, at: -link.at, began: -link.at })).reverse();
  const asked = linksOf({ event, where, window }, same, activity, moment);
  const followed = linked(backwards(linksOf({ ...by, window: { kind: 'ever' } }, same, activity, moment)), backwards(asked), { gap: spanMs(within) });
  const spoken = new Set(followed.map(({ at, key }) => `${-at} ${key}`));
  return asked.filter(({ at, key }) => !spoken.has(`${at} ${key}`)).map(({ at }) => at + spanMs(within));
}

/** Is there an event whose span is over that was not followed? */
export const unfollowedHolds = (condition: UnfollowedCondition, activity: readonly Activity[], moment: Moment): boolean =>
  waitingOf(condition, activity, moment).some((at) => at <= moment.at);
