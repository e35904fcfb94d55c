import type { Day } from '../day.ts';
import { activity } from '../readings.ts';
import { type Catalogue, CREATED_FIELD, NAME_FIELD, REACH_FIELD } from './catalogue.ts';
import { check } from './check.ts';
import { folded } from './evaluate.ts';
import { anniversaryMarks, dayRange, numberRange, windowDays } from './ranges.ts';
import type { Condition, DayTest, EventCondition, FieldCondition, NumberTest, PropertyFilter, Test, Tree } from './tree.ts';

/**
 * A compiled tree. `from` and `where` are parts for a caller's own SELECT over the alias `c` (customer_state);
 * `sql` is the finished list of customer ids. All of them read the parameter `workspace`, which the caller binds.
 */
export type Compiled = { sql: string; from: string; where: string; params: Readonly<Record<string, unknown>> };

type Column = Parameters<typeof activity>[number];

/** Hands out parameter slots: the only way anything of the tree reaches the statement. */
class Binder {
  readonly params: Record<string, unknown> = {};
  readonly scans: string[] = [];
  readonly events = new Set<string>();
  /** What the rows of `activity` must carry: properties are read only where something asks for one. */
  readonly columns = new Set<Column>(['customer', 'event', 'day']);
  readonly #prefix: string;
  #next = 0;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  #bind(value: unknown, type: string): string {
    const name = `${this.#prefix}${this.#next++}`;
    this.params[name] = value;
    return `{${name}:${type}}`;
  }
  readonly text = (value: string): string => this.#bind(value, 'String');
  readonly texts = (values: readonly string[]): string => this.#bind([...values], 'Array(String)');
  readonly number = (value: number): string => this.#bind(value, 'Float64');
  readonly marks = (values: readonly number[]): string => this.#bind([...values], 'Array(UInt16)');
  readonly day = (value: Day): string => this.#bind(value, 'Date32');
}

const not = (sql: string): string => `NOT (${sql})`;

function numberSql(bind: Binder, test: NumberTest, value: string, known: string): string {
  const { low, high, lowOpen, highOpen, outside } = numberRange(test);
  const sides = [known];
  if (Number.isFinite(low)) sides.push(`${value} ${lowOpen ? '>' : '>='} ${bind.number(low)}`);
  if (Number.isFinite(high)) sides.push(`${value} ${highOpen ? '<' : '<='} ${bind.number(high)}`);
  const inside = sides.join(' AND ');
  return outside ? not(inside) : `(${inside})`;
}

function daySql(bind: Binder, test: DayTest, value: string, known: string, asOf: Day): string {
  const { from, to, outside } = dayRange(test, asOf);
  const inside = [known, `${value} >= ${bind.day(from)}`, `${value} <= ${bind.day(to)}`];
  if (test.op === 'anniversary') inside.push(`toMonth(${value}) * 100 + toDayOfMonth(${value}) IN ${bind.marks(anniversaryMarks(asOf, test.days))}`);
  return outside ? not(inside.join(' AND ')) : `(${inside.join(' AND ')})`;
}

function textSql(bind: Binder, test: Test, value: string): string {
  switch (test.op) {
    case 'equals': return `lower(${value}) = ${bind.text(folded(test.value))}`;
    case 'not_equals': return `lower(${value}) != ${bind.text(folded(test.value))}`;
    case 'contains': return `position(lower(${value}), ${bind.text(folded(test.value))}) > 0`;
    case 'not_contains': return `position(lower(${value}), ${bind.text(folded(test.value))}) = 0`;
    case 'starts': return `startsWith(lower(${value}), ${bind.text(folded(test.value))})`;
    case 'not_starts': return not(`startsWith(lower(${value}), ${bind.text(folded(test.value))})`);
    case 'in': return `lower(${value}) IN ${bind.texts(test.values.map(folded))}`;
    case 'not_in': return `lower(${value}) NOT IN ${bind.texts(test.values.map(folded))}`;
    case 'empty': return `${value} = ''`;
    case 'present': return `${value} != ''`;
    default: throw new Error(`no text reading of ${test.op}`);
  }
}

function listSql(bind: Binder, test: Test, list: string): string {
  switch (test.op) {
    case 'any_of': return `hasAny(${list}, ${bind.texts(test.values)})`;
    case 'all_of': return `hasAll(${list}, ${bind.texts(test.values)})`;
    case 'none_of': return not(`hasAny(${list}, ${bind.texts(test.values)})`);
    case 'empty': return `empty(${list})`;
    case 'present': return `notEmpty(${list})`;
    default: throw new Error(`no list reading of ${test.op}`);
  }
}

/** Where each reading of a field is found: a column of its own for three of them, else the map of its slot. */
const textAt = (bind: Binder, field: string): string => (field === NAME_FIELD ? 'c.name' : `c.texts[${bind.text(field)}]`);
const listAt = (bind: Binder, field: string): string => (field === REACH_FIELD ? 'c.reach' : `c.lists[${bind.text(field)}]`);
function dayAt(bind: Binder, field: string): { day: string; known: string } {
  if (field === CREATED_FIELD) return { day: 'c.created_on', known: 'true' };
  const key = bind.text(field);
  return { day: `c.days[${key}]`, known: `mapContains(c.days, ${key})` };
}

const emptySql = (bind: Binder, field: string): string =>
  `(${textAt(bind, field)} = '' AND NOT mapContains(c.numbers, ${bind.text(field)}) AND NOT ${dayAt(bind, field).known} AND empty(${listAt(bind, field)}))`;

function fieldSql(bind: Binder, { field, test }: FieldCondition, asOf: Day): string {
  const key = () => bind.text(field);
  switch (test.op) {
    case 'empty': return emptySql(bind, field);
    case 'present': return not(emptySql(bind, field));
    case 'yes': case 'no': {
      const at = key();
      return `(mapContains(c.numbers, ${at}) AND c.numbers[${at}] = ${test.op === 'yes' ? 1 : 0})`;
    }
    case 'is': case 'is_not': case 'greater': case 'at_least': case 'less': case 'at_most': case 'between': {
      const at = key();
      return numberSql(bind, test, `c.numbers[${at}]`, `mapContains(c.numbers, ${at})`);
    }
    case 'on': case 'before': case 'after': case 'between_days': case 'within_last': case 'not_within_last': case 'within_next':
    case 'older_than': case 'anniversary': {
      const { day, known } = dayAt(bind, field);
      return daySql(bind, test, day, known, asOf);
    }
    case 'any_of': case 'all_of': case 'none_of': return listSql(bind, test, listAt(bind, field));
    default: return textSql(bind, test, textAt(bind, field));
  }
}

const COLUMNS: Readonly<Record<string, Column>> = { $shop: 'shop', $channel: 'channel', $source: 'source', $amount: 'amount' };

/** Names the engine reads as a part of a value (a type, a sub-object) even where they are bound: they fail, or end the process. */
const ENGINE_SYNTAX = /(?:^\^|:)`/;

/** The same reading for such a name, by its steps over the written object. */
function steppedSql(bind: Binder, property: string): string {
  const at = ['toJSONString(properties)', ...property.split('.').map(bind.text)].join(', ');
  const raw = `JSONExtractRaw(${at})`;
  return `multiIf(startsWith(${raw}, '"'), JSONExtractString(${at}), match(${raw}, '^[{n]|^[[]'), '', ${raw})`;
}

/** A property as text, '' where absent; the column names come from a fixed table, never from the tree. */
const propertySql = (bind: Binder, property: string): string => {
  const column = Object.hasOwn(COLUMNS, property) ? COLUMNS[property] : undefined;
  bind.columns.add(column ?? 'properties');
  if (column) return `ifNull(toString(${column}), '')`;
  if (ENGINE_SYNTAX.test(property)) return steppedSql(bind, property);
  const value = `getSubcolumn(properties, ${bind.text(property)})`;
  return `if(startsWith(dynamicType(${value}), 'Array'), '', ifNull(${value}::Nullable(String), ''))`;
};
// The same narrow notation as the evaluator's, so that 'inf', '0x1f' and '1_000' are text in both.
const decimalSql = (text: string): string => `toFloat64OrNull(if(match(${text}, '^-?[0-9]{1,15}([.][0-9]{1,15})?$'), ${text}, ''))`;

function filterSql(bind: Binder, { property, test }: PropertyFilter): string {
  const text = propertySql(bind, property);
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

/** One event condition is a few aggregates in the single scan of the history; a person without a row reads 0 there. */
function eventSql(bind: Binder, { event, where, window, of }: EventCondition, asOf: Day): string {
  const { from, to } = windowDays(window, asOf);
  const row = `e${bind.scans.length}`;
  bind.events.add(event);
  const mine = [`event = ${bind.text(event)}`, `day >= ${bind.day(from)}`, `day <= ${bind.day(to)}`, ...where.map((filter) => filterSql(bind, filter))].join(' AND ');
  const scan = (value: string): string => {
    bind.scans.push(`${value} AS ${row}`);
    return `h.${row}`;
  };
  switch (of.measure) {
    case 'count': return numberSql(bind, of.test, scan(`countIf(${mine})`), 'true');
    case 'days': return numberSql(bind, of.test, scan(`uniqExactIf(day, ${mine})`), 'true');
    case 'sum': return numberSql(bind, of.test, scan(`sumIf(ifNull(${decimalSql(propertySql(bind, of.property))}, 0), ${mine})`), 'true');
    case 'distinct': {
      const text = propertySql(bind, of.property);
      return numberSql(bind, of.test, scan(`uniqExactIf(${text}, ${mine} AND ${text} != '')`), 'true');
    }
    case 'first': case 'last': {
      const day = scan(`${of.measure === 'first' ? 'minIf' : 'maxIf'}(day, ${mine})`);
      bind.scans.push(`countIf(${mine}) AS ${row}n`);
      return daySql(bind, of.test, day, `h.${row}n > 0`, asOf);
    }
  }
}

function conditionSql(bind: Binder, condition: Condition, asOf: Day): string {
  switch (condition.kind) {
    case 'and': return condition.of.length === 0 ? 'true' : `(${condition.of.map((child) => conditionSql(bind, child, asOf)).join(' AND ')})`;
    case 'or': return condition.of.length === 0 ? 'false' : `(${condition.of.map((child) => conditionSql(bind, child, asOf)).join(' OR ')})`;
    case 'not': return not(conditionSql(bind, condition.of, asOf));
    case 'tag': return listSql(bind, condition.test, 'c.tags');
    case 'field': return fieldSql(bind, condition, asOf);
    case 'event': return eventSql(bind, condition, asOf);
  }
}

const CUSTOMERS = `customer_state AS c FINAL`;

function fromSql(bind: Binder, asOf: Day): string {
  if (bind.scans.length === 0) return CUSTOMERS;
  return `${CUSTOMERS}
  LEFT JOIN (
    SELECT customer, ${bind.scans.join(',\n           ')}
    FROM   ${activity(...bind.columns)}
    WHERE  event IN ${bind.texts([...bind.events])}
    AND    day <= ${bind.day(asOf)}
    GROUP  BY customer
  ) AS h ON h.customer = c.customer`;
}

/**
 * A tree as ClickHouse SQL over `customer_state` and the `activity` reading, read in one scan however many event
 * conditions it has. Every key and value is a bound parameter (`prefix` keeps two trees of one statement apart);
 * the text depends on the tree's outline alone. Refuses what `check` refuses.
 */
export function compile(tree: Tree, catalogue: Catalogue, asOf: Day, prefix = 'k'): Compiled {
  check(tree, catalogue);
  const bind = new Binder(prefix);
  const where = `c.workspace = {workspace:UUID} AND ${conditionSql(bind, tree.root, asOf)}`;
  const from = fromSql(bind, asOf);
  return { sql: `SELECT c.customer AS customer FROM ${from} WHERE ${where}`, from, where, params: bind.params };
}

/** One step of a funnel or cohort: an event and what its properties must be. */
export type EventFilter = { event: string; where: readonly PropertyFilter[] };

/** Filters as predicates over the rows of `activity`, with the list of their events to narrow the scan by and the columns they read. */
export function compileFilters(filters: readonly EventFilter[], prefix = 'f'): { predicates: string[]; events: string; columns: readonly Column[]; params: Readonly<Record<string, unknown>> } {
  const bind = new Binder(prefix);
  const predicates = filters.map(({ event, where }) => [`event = ${bind.text(event)}`, ...where.map((filter) => filterSql(bind, filter))].join(' AND '));
  return { predicates, events: bind.texts([...new Set(filters.map(({ event }) => event))]), columns: [...bind.columns], params: bind.params };
}
