import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import type { Day } from '../../../kernel/day.ts';
import type { CustomerId, WorkspaceId } from '../../../kernel/ids.ts';
import { momentOf, OF_ONE, purchaseLines, tracked } from '../../../kernel/readings.ts';
import { ADVOCACY_EVENTS, LOGIN_EVENTS, SESSION_PAUSE_MINUTES, SURVEY_EVENT } from '../../core/signals/acts.ts';
import type { Spread } from '../../core/money/spread.ts';
import { among, rowsOf, type Whom } from '../../queries/habits.ts';
import { readSpreads } from '../../queries/spreads.ts';

export type Window = { from: Day; to: Day };
/** `shops`: only what happened in these; none means all. */
export type Where = Window & { shops: readonly string[] };

const ofOne = (whom: Whom): string => ('customers' in whom && whom.customers.length === 1 ? OF_ONE : '');
const BEHAVIOUR = "kind in ('track', 'page', 'screen')";
const IN_SHOPS = '(empty({shops:Array(String)}) or shop in {shops:Array(String)})';

/** What each customer did: days signed in, days seen, interactions, minutes and sessions (a long pause begins a new one). */
const DOINGS = (rows: string, whom: Whom | 'all' = 'all'): string => `
  select customer, uniqExactIf(day, event in {logins:Array(String)}) as logins, uniqExact(day) as visits, countIf(event not in {logins:Array(String)}) as interactions,
         arraySort(groupArray(toUnixTimestamp64Milli(time))) as moments, arrayPopFront(arrayDifference(moments)) as gaps,
         arraySum(arrayFilter(gap -> gap <= {pause:UInt32}, gaps)) / 60000 as minutes, 1 + arrayCount(gap -> gap > {pause:UInt32}, gaps) as sessions
    from ${among(whom, tracked, '{from:Date32}')('customer', 'subject', 'kind', 'event', 'day', 'time', 'shop')}
   where ${BEHAVIOUR} and day >= {from:Date32} and day <= {to:Date32} and ${IN_SHOPS} and ${rows}
   group by customer`;

const paramsOf = (workspaceId: WorkspaceId, { from, to, shops }: Where): Record<string, unknown> => ({ workspace: workspaceId, from, to, shops, logins: LOGIN_EVENTS, pause: SESSION_PAUSE_MINUTES * 60_000 });

export type Doings = { customer: CustomerId; logins: number; visits: number; interactions: number; minutes: number; sessions: number };
const COLUMNS = 'customer, logins, visits, interactions, minutes, sessions';

/** What customers did in some days; those who did nothing are absent. */
export const doingsOf = (ch: ClickHouse, workspaceId: WorkspaceId, whom: Whom, window: Window): Promise<Doings[]> =>
  ch.rows(`select ${COLUMNS} from (${DOINGS(rowsOf(whom), whom)}) order by customer ${ofOne(whom)}`, { ...paramsOf(workspaceId, { ...window, shops: [] }), ...whom });

export type Basis = 'logins' | 'visits';
/** Whether this workspace sends sign-ins at all; else days seen stand for them. */
export async function basisOf(ch: ClickHouse, workspaceId: WorkspaceId, { from, to }: Window): Promise<Basis> {
  const rows = await ch.rows(`
    select 1 from events final where workspace = {workspace:UUID} and event in {logins:Array(String)} and day >= {from:Date32} and day <= {to:Date32} and time >= ${momentOf('{from:Date32}')} limit 1`, { workspace: workspaceId, logins: LOGIN_EVENTS, from, to });
  return rows.length > 0 ? 'logins' : 'visits';
}

const RANKED = ['logins', 'visits', 'interactions', 'minutes'] as const;

/** How all who did anything in some days stand by each measure. */
export const readRanks = (ch: ClickHouse, workspaceId: WorkspaceId, window: Window): Promise<Record<(typeof RANKED)[number], Spread>> =>
  readSpreads(ch, DOINGS('true'), RANKED, paramsOf(workspaceId, { ...window, shops: [] }));

export type Overall = { people: number; minutes: number; sessions: number };
/** How many did anything in some days, and their minutes and sessions together. */
export async function overallOf(ch: ClickHouse, workspaceId: WorkspaceId, where: Where): Promise<Overall> {
  const [row] = await ch.rows<Overall>(`select count() as people, sum(minutes) as minutes, sum(sessions) as sessions from (${DOINGS('true')})`, paramsOf(workspaceId, where));
  return row ?? { people: 0, minutes: 0, sessions: 0 };
}

/** People active on each day; days without anybody are absent. */
export const dailyActive = (ch: ClickHouse, workspaceId: WorkspaceId, where: Where): Promise<{ day: Day; people: number }[]> =>
  ch.rows(`
    select toString(seen) as day, people
      from (
        select day as seen, uniqExact(customer) as people
          from ${tracked.since('{from:Date32}', 'customer', 'kind', 'day', 'shop')}
         where ${BEHAVIOUR} and day >= {from:Date32} and day <= {to:Date32} and ${IN_SHOPS}
         group by seen
      )
     order by seen`, paramsOf(workspaceId, where)).then((rows) => rows as { day: Day; people: number }[]);

/** Different products bought in some days, customer by customer added up, and by how many. */
export async function productsBought(ch: ClickHouse, workspaceId: WorkspaceId, { from, to, shops }: Where): Promise<{ products: number; customers: number }> {
  const [row] = await ch.rows<{ products: number; customers: number }>(`
    select uniqExact(customer, sku) as products, uniqExact(customer) as customers
      from ${purchaseLines('customer', 'day', 'sku', 'kind', 'shop')}
     where kind = 'goods' and sku != '' and day >= {from:Date32} and day <= {to:Date32} and ${IN_SHOPS}`, { workspace: workspaceId, from, to, shops });
  return row ?? { products: 0, customers: 0 };
}

export type Acts = { customer: CustomerId; reviews: number; rating: number | null; shares: number; convertingShares: number; referrals: number; mentions: number; nps: number | null };

const property = (name: string): string => `ifNull(getSubcolumn(properties, '${name}')::Nullable(String), '')`;
const isOf = (names: readonly string[]): string => `event in (${names.map((name) => `'${name}'`).join(', ')})`;
const stars = `if(${isOf(ADVOCACY_EVENTS.reviews)}, toFloat64OrNull(coalesce(nullIf(${property('rating')}, ''), ${property('stars')})), null)`;
const isNps = `event = '${SURVEY_EVENT}' and ${property('kind')} = 'nps' and toFloat64OrNull(${property('score')}) between 0 and 10`;

/** What customers said and did for us in some days; those who did nothing of it are absent. */
export const actsOf = (ch: ClickHouse, workspaceId: WorkspaceId, whom: Whom, { from, to }: Window): Promise<Acts[]> =>
  ch.rows(`
    select customer, countIf(${isOf(ADVOCACY_EVENTS.reviews)}) as reviews, avg(if(${stars} between 1 and 5, ${stars}, null)) as rating,
           countIf(${isOf(ADVOCACY_EVENTS.shares)}) as shares, countIf(${isOf(ADVOCACY_EVENTS.convertingShares)}) as convertingShares,
           countIf(${isOf(ADVOCACY_EVENTS.referrals)} and ${property('valid')} not in ('false', '0')) as referrals, countIf(${isOf(ADVOCACY_EVENTS.mentions)}) as mentions,
           if(countIf(${isNps}) = 0, null, argMaxIf(toFloat64OrNull(${property('score')}), time, ${isNps})) as nps
      from ${among(whom, tracked, '{from:Date32}')('customer', 'subject', 'event', 'day', 'time', 'properties')}
     where event in {acts:Array(String)} and day >= {from:Date32} and day <= {to:Date32} and ${rowsOf(whom)}
     group by customer
     order by customer ${ofOne(whom)}`, { workspace: workspaceId, from, to, acts: [...Object.values(ADVOCACY_EVENTS).flat(), SURVEY_EVENT], ...whom });
