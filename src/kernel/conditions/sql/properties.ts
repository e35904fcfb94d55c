import type { activity } from '../../readings.ts';
import type { PropertyFilter } from '../tests.ts';
import type { Binder } from './binder.ts';
import { numberSql, textSql } from './values.ts';

/** What a row of `activity` must carry. */
export type Column = Parameters<typeof activity>[number];

const COLUMNS: Readonly<Record<string, Column>> = { $shop: 'shop', $channel: 'channel', $source: 'source', $amount: 'amount' };

/** Names the engine reads as a part of a value (a type, a sub-object) even where they are bound: they fail, or end the process. */
const ENGINE_SYNTAX = /(?:^\^|:)`/;

/** The same reading for such a name, by its steps over the written object. */
function steppedSql(bind: Binder, property: string): string {
  const at = ['toJSONString(properties)', ...property.split('.').map(bind.text)].join(', ');
  const raw = `JSONExtractRaw(${at})`;
  return `multiIf(startsWith(${raw}, '"'), JSONExtractString(${at}), match(${raw}, '^[{n]|^[[]'), '', ${raw})`;
}

/** A property as text, '' where absent; the column names come from a fixed table, never from the tree. `columns` learns what the row must carry. */
export function propertySql(bind: Binder, property: string, columns: Set<Column>): string {
  const column = Object.hasOwn(COLUMNS, property) ? COLUMNS[property] : undefined;
  columns.add(column ?? 'properties');
  if (column) return `ifNull(toString(${column}), '')`;
  if (ENGINE_SYNTAX.test(property)) return steppedSql(bind, property);
  const value = `getSubcolumn(properties, ${bind.text(property)})`;
  return `if(startsWith(dynamicType(${value}), 'Array'), '', ifNull(${value}::Nullable(String), ''))`;
}

/** A text as a number: the same narrow notation as the evaluator's, so that 'inf', '0x1f' and '1_000' are text in both. */
export const decimalSql = (text: string): string => `toFloat64OrNull(if(match(${text}, '^-?[0-9]{1,15}([.][0-9]{1,15})?$'), ${text}, ''))`;

/** A filter as a predicate over a property's text. */
export function filterSql(bind: Binder, { test }: PropertyFilter, text: string): string {
  switch (test.op) {
    case 'is': case 'is_not': case 'greater': case 'at_least': case 'less': case 'at_most': case 'between': {
      const value = decimalSql(text);
      return numberSql(bind, test, `ifNull(${value}, 0)`, `isNotNull(${value})`);
    }
    case 'yes': return `${text} = 'true'`;
    case 'no': return `${text} = 'false'`;
    default: return textSql(bind, test, text);
  }
}
