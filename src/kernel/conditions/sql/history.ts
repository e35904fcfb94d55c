import { type Day, dayNumber } from '../../day.ts';
import { activity } from '../../readings.ts';
import { type Moment, windowBounds } from '../moments.ts';
import type { PropertyFilter, Window } from '../tests.ts';
import type { Binder } from './binder.ts';
import { type Column, decimalSql, filterSql, propertySql } from './properties.ts';

/** Rows of one event that a condition counts. */
export type Picked = { event: string; where: readonly PropertyFilter[]; window: Window };

const FLAGS_PER_WORD = 32;
/** What the rows of one event carry beside their day: its number here, its filters, the properties measured, those compared. */
type Asked = { nth: number; flags: string[]; numbers: string[]; keys: string[]; arrays: Set<string> };
type Test = { arrays: string[]; names: string[]; tests: string[] };

/**
 * One reading of what people did for any number of conditions: each row becomes a few numbers (which event, which day, which filters it passes,
 * what is measured), a person's rows become arrays of these, and a condition asks the arrays of its own event. So properties are read once a
 * row however many conditions there are, and the memory is that of the rows, not of rows times conditions.
 */
export class History {
  readonly #bind: Binder;
  readonly #moment: Moment;
  readonly #asked = new Map<string, Asked>();
  readonly #columns = new Set<Column>(['customer', 'event', 'day']);
  readonly #properties = new Map<string, string>();
  readonly #filters = new Map<string, string>();
  /** The first day any condition looks at; null once one looks at all days. */
  #from: Day | null = '9999-12-31';

  constructor(bind: Binder, moment: Moment) {
    this.#bind = bind;
    this.#moment = moment;
  }

  /** The array of an event's own: `d` days, `t` moments (ms; of an order when it was paid), `v…` numbers, `k…` hashes of text (0 where absent), `f…` filters passed. */
  array(event: string, name: string): string {
    const asked = this.#eventOf(event);
    asked.arrays.add(name);
    return `${name}_${asked.nth}`;
  }

  readonly numbers = (event: string, property: string): string => this.array(event, `v${placeIn(this.#eventOf(event).numbers, property)}`);
  readonly keys = (event: string, property: string): string => this.array(event, `k${placeIn(this.#eventOf(event).keys, property)}`);

  /** What of `value` (an array expression of the event's) belongs to the rows picked; `extra` tests `x`, one of its items. */
  picked(picked: Picked, value: string, extra: readonly string[] = []): string {
    const { arrays, names, tests } = this.#testsOf(picked);
    const all = [...tests, ...extra];
    return all.length === 0 ? value : `arrayFilter((${['x', ...names].join(', ')}) -> ${all.join(' AND ')}, ${[value, ...arrays].join(', ')})`;
  }

  /** How many rows are picked. */
  count(picked: Picked): string {
    const { arrays, names, tests } = this.#testsOf(picked);
    return tests.length === 0 ? `length(${this.array(picked.event, 'd')})` : `arrayCount((${names.join(', ')}) -> ${tests.join(' AND ')}, ${arrays.join(', ')})`;
  }

  #eventOf(event: string): Asked {
    const known = this.#asked.get(event);
    if (known) return known;
    const made: Asked = { nth: this.#asked.size + 1, flags: [], numbers: [], keys: [], arrays: new Set() };
    this.#asked.set(event, made);
    return made;
  }

  #testsOf({ event, where, window }: Picked): Test {
    const bounds = windowBounds(window, this.#moment);
    this.#from = bounds.kind === 'all' || this.#from === null ? null : bounds.day < this.#from ? bounds.day : this.#from;
    const asked: Test = { arrays: [], names: [], tests: [] };
    const test = (name: string, tests: readonly string[]): void => {
      asked.arrays.push(this.array(event, name));
      asked.names.push(name);
      asked.tests.push(...tests);
    };
    if (bounds.kind === 'days') test('d', [`d >= ${this.#bind.whole(dayNumber(bounds.day))}`, `d <= ${this.#bind.whole(dayNumber(bounds.to))}`]);
    if (bounds.kind === 'moments') test('t', [`t > ${this.#bind.whole(bounds.after)}`, `t <= ${this.#bind.whole(this.#moment.at)}`]);
    for (const [word, mask] of this.#masksOf(event, where)) test(`f${word}`, [`bitAnd(f${word}, ${mask}) = ${mask}`]);
    return asked;
  }

  #masksOf(event: string, where: readonly PropertyFilter[]): Map<number, number> {
    const places = new Set(where.map((filter) => placeIn(this.#eventOf(event).flags, this.#filterOf(filter))));
    const masks = new Map<number, number>();
    for (const place of places) masks.set(Math.floor(place / FLAGS_PER_WORD), (masks.get(Math.floor(place / FLAGS_PER_WORD)) ?? 0) + 2 ** (place % FLAGS_PER_WORD));
    return masks;
  }

  /** The predicate of a filter, made once. */
  #filterOf(filter: PropertyFilter): string {
    const key = JSON.stringify(filter);
    const known = this.#filters.get(key);
    if (known !== undefined) return known;
    const made = filterSql(this.#bind, filter, this.#propertyOf(filter.property));
    this.#filters.set(key, made);
    return made;
  }

  #propertyOf(property: string): string {
    const known = this.#properties.get(property);
    if (known !== undefined) return known;
    const made = propertySql(this.#bind, property, this.#columns);
    this.#properties.set(property, made);
    return made;
  }

  /** An expression of each row by its event: `each` gives an event's own, `none` where it has none. */
  #byEvent(each: (asked: Asked) => string | undefined, none: string): string {
    const branches = [...this.#asked.values()].flatMap((asked) => {
      const own = each(asked);
      return own === undefined ? [] : [`nth = ${asked.nth}, ${own}`];
    });
    return `multiIf(${branches.join(', ')}, ${none})`;
  }

  #columnSql(name: string): string {
    const at = Number(name.slice(1));
    if (name === 'd') return 'toInt32(day)';
    if (name === 't') return 'toUnixTimestamp64Milli(moment)';
    if (name.startsWith('v')) return this.#byEvent(({ numbers }) => numbers[at] === undefined ? undefined : `ifNull(${decimalSql(this.#propertyOf(numbers[at]))}, nan)`, 'nan');
    if (name.startsWith('k')) return this.#byEvent(({ keys }) => keys[at] === undefined ? undefined : hashSql(this.#propertyOf(keys[at])), 'toUInt64(0)');
    const own = ({ flags }: Asked): string | undefined => flags.slice(at * FLAGS_PER_WORD, (at + 1) * FLAGS_PER_WORD).map((flag, bit) => `toUInt64(${flag}) * ${2 ** bit}`).join(' + ') || undefined;
    return this.#byEvent(own, 'toUInt64(0)');
  }

  get isEmpty(): boolean {
    return this.#asked.size === 0;
  }

  /** The arrays of every customer (or of those for whom `among` holds) who did any of it, as a subquery. Asked for last: it reads what the conditions have asked for. */
  sql(among = ''): string {
    const events = [...this.#asked.keys()];
    const names = [...new Set([...this.#asked.values()].flatMap(({ arrays }) => [...arrays]))].sort();
    if (names.includes('t')) this.#columns.add('moment');
    const columns = names.map((name) => `${this.#columnSql(name)} AS ${name}`);
    const rows = this.#from === null ? activity(...this.#columns) : activity.since(this.#bind.day(this.#from), ...this.#columns);
    const bound = this.#bind.texts(events);
    const own = [...this.#asked.values()].flatMap(({ nth, arrays }) => [...arrays].map((name) => `arrayFilter((x, nth) -> nth = ${nth}, ${name}s, nths) AS ${name}_${nth}`));
    return `SELECT customer, ${own.join(', ')}
    FROM (
      SELECT customer, ${['nth', ...names].map((name) => `groupArray(${name}) AS ${name}s`).join(', ')}
      FROM (
        SELECT customer, transform(event, ${bound}, ${this.#bind.marks(events.map((_, at) => at + 1))}, 0) AS nth, ${columns.join(', ')}
        FROM   ${rows}
        WHERE  event IN ${bound} AND day <= ${this.#bind.day(this.#moment.day)}${this.#from === null ? '' : ` AND day >= ${this.#bind.day(this.#from)}`}${among && ` AND ${among}`})
      GROUP  BY customer)`;
  }
}

const hashSql = (text: string): string => `if(${text} = '', toUInt64(0), sipHash64(${text}))`;

/** Where something stands in a list; it is added where it is not there. */
function placeIn(list: string[], item: string): number {
  const at = list.indexOf(item);
  return at >= 0 ? at : list.push(item) - 1;
}
