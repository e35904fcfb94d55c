import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { Compiled } from '../../kernel/conditions/index.ts';
import { addDays, type Day } from '../../kernel/day.ts';
import { activity, purchases, sales } from '../../kernel/readings.ts';
import { NOBODY_SQL, type WorkspaceId } from '../../kernel/ids.ts';
import type { Period } from '../core/periods.ts';

/** Where a report's answers are read. */
export type Reader = Pick<ClickHouse, 'rows'>;

/** By what a figure may be split. */
export const DIMENSIONS = ['none', 'shop', 'channel', 'source'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Whose doings are counted, ready for a query: no shops or channels means all of them. `people` is a compiled filter with the prefix `p`. */
export type Asked = {
  workspaceId: WorkspaceId;
  asOf: Day;
  shops: readonly string[];
  channels: readonly string[];
  withoutB2b: boolean;
  people: Compiled | null;
};

const PARTS: Readonly<Record<Dimension, string>> = { none: "''", shop: 'toString(shop)', channel: 'toString(channel)', source: 'toString(source)' };
export const partSql = (by: Dimension): string => PARTS[by];

const WITHOUT_B2B = `
    AND NOT b2b
    AND customer NOT IN (SELECT customer FROM customer_state FINAL WHERE workspace = {workspace:UUID} AND numbers['b2b'] = 1)`;

const peopleSql = ({ people }: Asked): string => (people ? `
    AND customer IN (${people.sql})` : '');

/** Conditions on rows of `purchases` (the order's own B2B mark counts too). */
export const purchaseScope = (asked: Asked): string => `day <= {as_of:Date32}
    AND (empty({shops:Array(String)}) OR shop IN {shops:Array(String)})
    AND (empty({channels:Array(String)}) OR channel IN {channels:Array(String)})${asked.withoutB2b ? WITHOUT_B2B : ''}${peopleSql(asked)}`;

/** The columns that `activityScope` reads. */
export const ACTIVITY_SCOPE = ['customer', 'day', 'shop', 'channel'] as const;

/** The same for rows of `activity`, which know no B2B mark of their own. */
export const activityScope = (asked: Asked): string => purchaseScope(asked).replace('AND NOT b2b', '');

export const scopeParams = ({ workspaceId, asOf, shops, channels, people }: Asked): Record<string, unknown> =>
  ({ workspace: workspaceId, as_of: asOf, shops, channels, ...people?.params });

/** What rows of a figure are made of: purchases, every movement of money (purchases marked), or what people did. */
export type Base = 'purchases' | 'money' | 'doings';

const KNOWN = `customer != ${NOBODY_SQL}`;
/** The periods asked for, each with its place among them. */
export const PERIODS = 'arrayZip({starts:Array(Date32)}, {stops:Array(Date32)}, arrayEnumerate({starts:Array(Date32)}))';

const BOUGHT = ['customer', 'day', 'amount', 'net', 'b2b', 'shop', 'channel', 'source'] as const;
/** Purchases in scope. `money` reads every movement of money of known customers instead, with purchases marked. */
export const soldSql = (asked: Asked, by: Dimension, money: boolean): string => `
    SELECT customer, ${partSql(by)} AS part, day, amount, net, ${money ? 'purchase' : 'true AS purchase'}
    FROM   ${money ? sales(...BOUGHT, 'purchase') : purchases(...BOUGHT)}
    WHERE  ${KNOWN} AND ${purchaseScope(asked)}`;

/** The same beside every period asked for; `inside`: each only beside those it falls into, for metrics that look no further. */
export const boughtSql = (asked: Asked, by: Dimension, money: boolean, inside = false): string => `bought AS (
  SELECT customer, part, day, amount, net, purchase, period.1 AS start, period.2 AS stop
  FROM (${soldSql(asked, by, money)})
  ARRAY JOIN ${inside ? `arrayFilter(one -> day >= one.1 AND day <= one.2, ${PERIODS})` : PERIODS} AS period)`;

/** Kinds of events that somebody does; the rest say who somebody is. */
const DONE = "kind IN ('track', 'page', 'screen')";

/** What people did: one row a customer, part and day on which anything was seen of them, from `since` on. */
export const doneSql = (asked: Asked, by: Dimension): string => `
    SELECT DISTINCT customer, ${partSql(by)} AS part, day
    FROM   ${activity.since('{since:Date32}', 'customer', 'day', 'kind', 'shop', 'channel', 'source')}
    WHERE  ${DONE} AND day >= {since:Date32} AND ${KNOWN} AND ${activityScope(asked)}`;

/** `since` is the first day that any period looks at: `back` so many days before its end, where those are more than its own. */
export const periodParams = (periods: readonly Period[], back: number): Record<string, unknown> =>
  ({ starts: periods.map((one) => one.from), stops: periods.map((one) => one.to), since: periods.flatMap(({ from, to }) => [from, addDays(to, -back)]).sort()[0] ?? '1970-01-01' });
