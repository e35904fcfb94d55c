import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import type { CustomerId, WorkspaceId } from '../../../kernel/ids.ts';
import type { Dimension } from '../../core/money/score.ts';
import { OF_ONE } from '../../../kernel/readings.ts';
import type { Spread } from '../../core/money/spread.ts';
import { type Audience, audienceFilter, audienceParams } from '../../queries/audience.ts';
import type { Named } from '../../queries/habits.ts';
import { readSpreads } from '../../queries/spreads.ts';
import { referralsSql } from './referrals.ts';

/** What each dimension is made of; measures of one dimension weigh the same. `less`: the smaller the better. */
export const MEASURES = [
  { key: 'silent_days', dimension: 'behaviour', better: 'less' }, { key: 'purchase_days', dimension: 'behaviour', better: 'more' },
  { key: 'reach', dimension: 'attributes', better: 'more' }, { key: 'known_fields', dimension: 'attributes', better: 'more' },
  { key: 'net_minor', dimension: 'contribution', better: 'more' }, { key: 'recommended', dimension: 'contribution', better: 'more' },
] as const satisfies readonly { key: string; dimension: Dimension; better: 'more' | 'less' }[];
export type MeasureKey = (typeof MEASURES)[number]['key'];

/** What a person told of themselves, as fields: gender, birthday, place and whatever the workspace added. What the product works out is none. */
const OURS = ['stage', 'stage_since', 'branch', 'cycle', 'order_count', 'first_on', 'last_on', 'net_minor', 'gap_days', 'rfm', 'b2b', 'churn_probability', 'shops'];
const KNOWN = `arrayCount(key -> not has({ours:Array(String)}, key), arrayConcat(mapKeys(texts), mapKeys(numbers), mapKeys(days), mapKeys(lists)))`;

/** Buyers with their measures; `one`: the customer bound as {customer:UUID} alone, whose subjects are {subjects:Array(UUID)}. */
const MEASURED = (audience: Audience, { one = false } = {}): string => `
        select n.customer as customer, n.silent_days as silent_days, n.purchase_days as purchase_days, s.reach as reach, s.known_fields as known_fields, n.net as net_minor, r.recommended as recommended
          from (select customer, toInt64(dateDiff('day', last_on, toDate32({asOf:String}))) as silent_days, toInt64(arrayCount(d -> d > toInt32(toDate({asOf:String})) - 365, purchase_days)) as purchase_days, net
                  from stage_now final where ${audienceFilter(audience)} and occasions > 0${one ? ' and customer = {customer:UUID}' : ''}) as n
          left join (select customer, toInt64(arrayCount(channel -> channel != 'platform_only', reach)) as reach, toInt64(${KNOWN}) as known_fields from customer_state final where workspace = {workspace:UUID}${one ? ' and customer = {customer:UUID}' : ''}) as s on s.customer = n.customer
          left join (select customer, toInt64(count()) as recommended from ${referralsSql({ mine: one })} group by customer) as r on r.customer = n.customer`;

// Mid-rank: those below, and half of those equal, of all. The same as core/money/score.ts `percentiles`.
const standing = ({ key, better }: (typeof MEASURES)[number]): string =>
  `100 * (rank() over (order by ${key}${better === 'less' ? ' desc' : ''}) - 1 + count() over (partition by ${key}) / 2) / count() over () as at_${key}`;
const STANDINGS = (audience: Audience): string => `
      select customer, ${MEASURES.map(({ key }) => key).join(', ')}, ${MEASURES.map(standing).join(', ')}
        from (${MEASURED(audience)})`;
const meanOf = (dimension: Dimension): string => {
  const own = MEASURES.filter((measure) => measure.dimension === dimension);
  return `(${own.map(({ key }) => `at_${key}`).join(' + ')}) / ${own.length}`;
};
const DIMENSIONS_SQL = `${meanOf('behaviour')} as behaviour, ${meanOf('attributes')} as attributes, ${meanOf('contribution')} as contribution`;
const SCORE = '(behaviour * {behaviour:Float64} + attributes * {attributes:Float64} + contribution * {contribution:Float64}) / ({behaviour:Float64} + {attributes:Float64} + {contribution:Float64})';

export type Weights = Record<Dimension, number>;
type Asked = { audience: Audience; asOf: string; weights: Weights };
const params = (workspaceId: WorkspaceId, { audience, asOf, weights }: Asked): Record<string, unknown> => ({ ...audienceParams(workspaceId, audience), asOf, ours: OURS, ...weights });

export type ScoreBin = { from: number; customers: number } & Weights;

/** How many buyers score how much, in steps of ten, with the mean of each dimension in every step. */
export const scoreBins = (ch: ClickHouse, workspaceId: WorkspaceId, asked: Asked): Promise<ScoreBin[]> =>
  ch.rows(`
    select least(floor(score / 10), 9) * 10 as from_score, from_score as "from", count() as customers, avg(b.behaviour) as behaviour, avg(b.attributes) as attributes, avg(b.contribution) as contribution
      from (select *, ${SCORE} as score from (select customer, ${DIMENSIONS_SQL} from (${STANDINGS(asked.audience)}))) as b
     group by from_score
     order by from_score`, params(workspaceId, asked));

export type ScoredRow = { customerId: CustomerId; name: string; score: number } & Weights;

/** The highest scores. */
export const topScores = (ch: ClickHouse, workspaceId: WorkspaceId, asked: Asked, limit: number): Promise<ScoredRow[]> =>
  ch.rows(`
    select b.customer as customerId, s.name as name, b.score as score, b.behaviour as behaviour, b.attributes as attributes, b.contribution as contribution
      from (select *, ${SCORE} as score from (select customer, ${DIMENSIONS_SQL} from (${STANDINGS(asked.audience)})) order by score desc, customer limit {limit:UInt32}) as b
      left join (select customer, name from customer_state final where workspace = {workspace:UUID}) as s on s.customer = b.customer
     order by b.score desc, b.customer`, { ...params(workspaceId, asked), limit });

export type StandingRow = Record<MeasureKey, number> & Record<`at_${MeasureKey}`, number> & Weights;

/** How all buyers stand by each measure. */
export const readStandings = (ch: ClickHouse, workspaceId: WorkspaceId, asked: Asked): Promise<Record<MeasureKey, Spread>> =>
  readSpreads(ch, MEASURED(asked.audience), MEASURES.map(({ key }) => key), params(workspaceId, asked));

/** One buyer's own measures; nothing for somebody who never bought. */
export async function measuresOf(ch: ClickHouse, workspaceId: WorkspaceId, asked: Asked, { customers: [customer], subjects }: Named): Promise<Record<MeasureKey, number> | undefined> {
  const [row] = await ch.rows<Record<MeasureKey, number>>(`select * except customer from (${MEASURED(asked.audience, { one: true })}) ${OF_ONE}`, { ...params(workspaceId, asked), customer, subjects });
  return row;
}
