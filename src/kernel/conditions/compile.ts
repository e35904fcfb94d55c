import { Refusal } from '../errors.ts';
import type { Catalogue } from './catalogue.ts';
import { check } from './check.ts';
import { holds } from './evaluate.ts';
import { type AsOf, type Moment, momentOf } from './moments.ts';
import { NOBODY } from './person.ts';
import { Binder } from './sql/binder.ts';
import { Bits } from './sql/bits.ts';
import { sequenceSql, unfollowedSql } from './sql/chains.ts';
import { eventSql } from './sql/events.ts';
import { consentSql, fieldSql } from './sql/fields.ts';
import { keptSql } from './sql/kept.ts';
import { History } from './sql/history.ts';
import { type Column, filterSql, propertySql } from './sql/properties.ts';
import { STAGES, stageSql } from './sql/stages.ts';
import { listSql, not } from './sql/values.ts';
import type { PropertyFilter } from './tests.ts';
import type { Condition, Leaf, Tree } from './tree.ts';

/**
 * A compiled tree. `from` and `where` are parts for a caller's own SELECT over the alias `c` (customer_state);
 * `sql` is the finished list of customer ids. All of them read the parameter `workspace`, which the caller binds.
 */
export type Compiled = { sql: string; from: string; where: string; params: Readonly<Record<string, unknown>> };

const CUSTOMERS = 'customer_state AS c FINAL';

/** Conditions of one statement: equal ones are written once, and those on histories and stages are worked out beside the customers. */
class Statement {
  readonly bind: Binder;
  readonly #moment: Moment;
  readonly #history: History;
  readonly #done: Bits;
  readonly #stages: Bits;
  readonly #written = new Map<string, string>();

  constructor(prefix: string, asOf: AsOf) {
    this.bind = new Binder(prefix);
    this.#moment = momentOf(asOf);
    this.#history = new History(this.bind, this.#moment);
    this.#done = new Bits(this.bind, 'h');
    this.#stages = new Bits(this.bind, 'g');
  }

  /** A condition as a predicate over `c` and what is joined to it. */
  predicate(condition: Condition): string {
    switch (condition.kind) {
      case 'and': return condition.of.length === 0 ? 'true' : `(${condition.of.map((child) => this.predicate(child)).join(' AND ')})`;
      case 'or': return condition.of.length === 0 ? 'false' : `(${condition.of.map((child) => this.predicate(child)).join(' OR ')})`;
      case 'not': return not(this.predicate(condition.of));
      default: return this.#once(condition);
    }
  }

  #once(leaf: Leaf): string {
    const key = JSON.stringify(leaf);
    const known = this.#written.get(key);
    if (known !== undefined) return known;
    const made = this.#leaf(leaf);
    this.#written.set(key, made);
    return made;
  }

  #leaf(leaf: Leaf): string {
    const asking = { bind: this.bind, history: this.#history, moment: this.#moment };
    const none = (): boolean => holds(leaf, NOBODY, this.#moment);
    switch (leaf.kind) {
      case 'tag': return listSql(this.bind, leaf.test, 'c.tags');
      case 'field': return fieldSql(this.bind, leaf, this.#moment.day);
      case 'consent': return consentSql(this.bind, leaf);
      case 'kept': return keptSql(this.bind, leaf);
      case 'event': return this.#done.add(eventSql(asking, leaf), none());
      case 'sequence': return this.#done.add(sequenceSql(asking, leaf), none());
      case 'unfollowed': return this.#done.add(unfollowedSql(asking, leaf), none());
      case 'stage': return this.#stages.add(stageSql(this.bind, leaf, this.#moment), none());
      case 'segment': throw new Refusal('condition.segment_unresolved', { segment: leaf.segment });
    }
  }

  /** Asked for once, after every predicate. `among` says which customers' histories are read. */
  from(among?: string): string {
    const history = this.#done.isEmpty ? '' : `
  LEFT JOIN (
    SELECT customer, ${this.#done.words().join(',\n           ')}
    FROM (${this.#history.sql(among)})
  ) AS h ON h.customer = c.customer`;
    const stages = this.#stages.isEmpty ? '' : `
  LEFT JOIN (
    SELECT customer, ${this.#stages.words().join(',\n           ')}
    FROM ${STAGES}
  ) AS g ON g.customer = c.customer`;
    return `${CUSTOMERS}${history}${stages}`;
  }
}

/**
 * A tree as ClickHouse SQL over `customer_state`, the `activity` reading and `stage_now`, each read once however many conditions there are. Every
 * key and value is a bound parameter (`prefix` keeps two trees of one statement apart); the text depends on the tree's outline alone: kinds,
 * operators, and which of its parts are equal. Refuses what `check` refuses, and `condition.segment_unresolved` (see resolve.ts).
 */
export function compile(tree: Tree, catalogue: Catalogue, asOf: AsOf, prefix = 'k'): Compiled {
  check(tree, catalogue);
  const statement = new Statement(prefix, asOf);
  const where = `c.workspace = {workspace:UUID} AND ${statement.predicate(tree.root)}`;
  const from = statement.from();
  return { sql: `SELECT c.customer AS customer FROM ${from} WHERE ${where}`, from, where, params: statement.bind.params };
}

/** The nth of so many shares of the customers, from 0. */
export type Share = { nth: number; of: number };

/**
 * Many trees in one pass over customers, events and stages: rows of (customer UUID, trees Array(UInt16)), the numbers of the trees each customer fits,
 * from 0, in order; whoever fits none has no row. Equal conditions of different trees are worked out once. It holds about 180 bytes of memory for each event asked
 * for: with `share` it looks at one of so many shares of the customers, so that all shares together are everybody. Refuses what `compile` refuses.
 */
export function compileMany(trees: readonly Tree[], catalogue: Catalogue, asOf: AsOf, { prefix = 'k', share }: { prefix?: string; share?: Share } = {}): Pick<Compiled, 'sql' | 'params'> {
  for (const tree of trees) check(tree, catalogue);
  const statement = new Statement(prefix, asOf);
  const fits = trees.map((tree) => `toUInt8(${statement.predicate(tree.root)})`);
  const ours = share && `= ${statement.bind.whole(share.nth)}`;
  const among = (customer: string): string => (share ? `cityHash64(${customer}) % ${statement.bind.whole(share.of)} ${ours}` : '');
  const from = statement.from(among('customer'));
  const numbers = statement.bind.marks(trees.map((_, at) => at));
  const sql = `SELECT customer, arrayFilter((n, fits) -> fits, ${numbers}, flags) AS trees
FROM (
  SELECT c.customer AS customer, CAST([${fits.join(',\n    ')}], 'Array(UInt8)') AS flags
  FROM   ${from}
  WHERE  c.workspace = {workspace:UUID}${share ? ` AND ${among('c.customer')}` : ''})
WHERE notEmpty(trees)`;
  return { sql, params: statement.bind.params };
}

/** One step of a funnel or cohort: an event and what its properties must be. */
export type EventFilter = { event: string; where: readonly PropertyFilter[] };

/** Filters as predicates over the rows of `activity`, with the list of their events to narrow the scan by and the columns they read. */
export function compileFilters(filters: readonly EventFilter[], prefix = 'f'): { predicates: string[]; events: string; columns: readonly Column[]; params: Readonly<Record<string, unknown>> } {
  const bind = new Binder(prefix);
  const columns = new Set<Column>(['customer', 'event', 'day']);
  const predicates = filters.map(({ event, where }) => [`event = ${bind.text(event)}`, ...where.map((filter) => filterSql(bind, filter, propertySql(bind, filter.property, columns)))].join(' AND '));
  return { predicates, events: bind.texts([...new Set(filters.map(({ event }) => event))]), columns: [...columns], params: bind.params };
}
