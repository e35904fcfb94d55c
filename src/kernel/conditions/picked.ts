import { activity } from '../readings.ts';
import { type AsOf, momentOf, windowBounds } from './moments.ts';
import { Binder } from './sql/binder.ts';
import { type Column, decimalSql, filterSql, propertySql } from './sql/properties.ts';
import type { PropertyFilter, Window } from './tests.ts';

/** What of a history is looked at: one event, what its properties must be, and when; `property` is read of each. */
export type Picking = { event: string; where: readonly PropertyFilter[]; window: Window; property?: string | undefined };

/** Names the columns of a pick that a statement may ask for beside its own. */
const OF_ORDER = ['source', 'shop'] as const;

/**
 * The rows of `activity` a condition on an event would count, for whoever makes something else of them: (customer, day, ms, value, number, source, shop), `value` the property
 * as text ('' where absent) and `number` as a number (nan where it is none). `mine`: of the bound `customers` alone, found by their bound `subjects`. Reads the bound `workspace`.
 */
export function compilePicked({ event, where, window, property }: Picking, asOf: AsOf, { prefix = 'q', mine = false } = {}): { rows: string; params: Readonly<Record<string, unknown>> } {
  const bind = new Binder(prefix), moment = momentOf(asOf), bounds = windowBounds(window, moment);
  const columns = new Set<Column>(['customer', 'event', 'day', 'moment', ...OF_ORDER]);
  const value = property === undefined ? "''" : propertySql(bind, property, columns);
  const tests = [`event = ${bind.text(event)}`, ...where.map((filter) => filterSql(bind, filter, propertySql(bind, filter.property, columns))), `day <= ${bind.day(moment.day)}`];
  if (bounds.kind !== 'all') tests.push(`day >= ${bind.day(bounds.day)}`);
  if (bounds.kind === 'days') tests.push(`day <= ${bind.day(bounds.to)}`);
  if (bounds.kind === 'moments') tests.push(`toUnixTimestamp64Milli(moment) > ${bind.whole(bounds.after)}`, `toUnixTimestamp64Milli(moment) <= ${bind.whole(moment.at)}`);
  const from = mine ? activity.mine(...columns) : bounds.kind === 'all' ? activity(...columns) : activity.since(bind.day(bounds.day), ...columns);
  const rows = `(SELECT customer, day, toUnixTimestamp64Milli(moment) AS ms, ${value} AS value, ifNull(${decimalSql(value)}, nan) AS number, source, shop
   FROM ${from}
   WHERE ${tests.join(' AND ')}${mine ? ' AND customer IN {customers:Array(UUID)}' : ''})`;
  return { rows, params: bind.params };
}
