import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import type { Compiled } from '../../../kernel/conditions/index.ts';
import { addDays, type Day } from '../../../kernel/day.ts';
import type { CustomerId, WorkspaceId } from '../../../kernel/ids.ts';
import { activity, purchases } from '../../../kernel/readings.ts';
import { DRIFTING, type LayerFacts } from '../../core/layers/assign.ts';
import { type Cuts, LAYER_KEYS, type LayerKey, type Layers, LEARNED_SHARES, LEAST } from '../../core/layers/definitions.ts';
import { INDUSTRIES, industryOf } from '../../core/layers/industry.ts';
import { ADVOCACY_EVENTS, SURVEY_EVENT } from '../../core/signals/acts.ts';
import { COMPLAINT_CLOSING, COMPLAINT_PREFIX } from '../../scoring/signals.ts';

/** Everybody, a share of everybody (by a hash of the id), or a few. */
export type Among = 'all' | { nth: number; of: number } | readonly CustomerId[];
/** As of the end of a day of the data, over the days of the window up to it. */
export type LayerQuestion = { workspaceId: WorkspaceId; asOf: Day; windowDays: number; among: Among };

const NEVER_REACHED = Number.MAX_SAFE_INTEGER;

const isSome = (among: Among): among is readonly CustomerId[] => Array.isArray(among);
const whom = (among: Among): string => (among === 'all' ? '' : isSome(among) ? ' and c.customer in {among:Array(UUID)}' : ' and cityHash64(c.customer) % {shares:UInt32} = {share:UInt32}');

/** Industries as they are written in a workspace, with the section each belongs to. */
async function industriesOf(ch: ClickHouse, workspaceId: WorkspaceId): Promise<{ written: string[]; sections: string[] }> {
  const rows = await ch.rows<{ written: string }>("select distinct arrayJoin(lists['account_industry']) as written from customer_state final where workspace = {workspace:UUID}", { workspace: workspaceId });
  const known = rows.flatMap(({ written }) => { const section = industryOf(written); return section ? [{ written, section }] : []; });
  return { written: known.map(({ written }) => written), sections: known.map(({ section }) => section) };
}

const score = (name: string): string => `toFloat64OrNull(ifNull(toString(properties.${name}), ''))`;
/** A word of 5 (or of 10, for a recommendation) is good from 4 (9) and bad up to 2 (6). */
const WORD = `multiIf(
      startsWith(event, {complaint:String}), if(event in {closing:Array(String)}, 0, -1),
      event = {survey:String} and ifNull(toString(properties.kind), '') = 'nps', multiIf(${score('score')} >= 9, 1, ${score('score')} <= 6, -1, 0),
      event = {survey:String}, multiIf(${score('score')} >= 4, 1, ${score('score')} <= 2, -1, 0),
      multiIf(coalesce(${score('rating')}, ${score('score')}) >= 4, 1, coalesce(${score('rating')}, ${score('score')}) <= 2, -1, 0))`;

/** One row a customer: what the layers are made of. */
const facts = (among: Among): string => `
  select c.customer as customer, c.texts as texts,
         toUInt8(c.numbers['b2b'] = 1 or notEmpty(c.lists['contact_role']) or notEmpty(c.lists['account_industry'])) as business,
         toUInt32(p.orders) as orders, toInt64(p.spend) as spend, toUInt32(c.numbers['order_count']) as all_orders, toInt64(c.numbers['net_minor']) as net, c.texts['stage'] as stage, toInt8(f.word) as word,
         arrayFirst(one -> one != '', arraySort(arrayMap(one -> transform(toString(one), {written:Array(String)}, {sections:Array(String)}, ''), c.lists['account_industry']))) as industry
  from   customer_state as c final
  left join (
    select customer, uniqExact(day) as orders, sum(net) as spend
    from   ${purchases('customer', 'day', 'net')}
    where  day > toDate32({from:String}) and day <= toDate32({as_of:String})
    group  by customer) as p on p.customer = c.customer
  left join (
    select customer, argMax(said, time) as word
    from (
      select customer, time, ${WORD} as said
      from   ${activity.since('{from:String}', 'customer', 'event', 'time', 'day', 'properties')}
      where  (startsWith(event, {complaint:String}) or event = {survey:String} or event in {reviews:Array(String)}) and day > toDate32({from:String}) and day <= toDate32({as_of:String}))
    where  said != 0
    group  by customer) as f on f.customer = c.customer
  where  c.workspace = {workspace:UUID}${whom(among)}`;

async function paramsOf(ch: ClickHouse, { workspaceId, asOf, windowDays, among }: LayerQuestion): Promise<Record<string, unknown>> {
  return {
    workspace: workspaceId, as_of: asOf, from: addDays(asOf, -windowDays), complaint: COMPLAINT_PREFIX, closing: COMPLAINT_CLOSING, survey: SURVEY_EVENT, reviews: ADVOCACY_EVENTS.reviews, ...await industriesOf(ch, workspaceId),
    ...(isSome(among) ? { among } : among !== 'all' && { share: among.nth, shares: among.of }),
  };
}

/** How many customers there are. */
export async function peopleCount(ch: ClickHouse, workspaceId: WorkspaceId): Promise<number> {
  const [row] = await ch.rows<{ people: number }>('select count() as people from customer_state final where workspace = {workspace:UUID}', { workspace: workspaceId });
  return row?.people ?? 0;
}

/** The cuts that the shop's own buyers give, by `LEARNED_SHARES`: of the window those who bought in it, of all time those who ever did; companies left out. Null where nobody did. */
export async function learnCuts(ch: ClickHouse, question: LayerQuestion): Promise<Cuts> {
  const at = (share: number, column: string, of: string): string => `quantileExactHighIf(${share})(${column}, ${of})`, { frequencyOrders, spendMinor, highEndMinor, levelHighMinor, levelMiddleMinor, loyaltyOrders } = LEARNED_SHARES;
  const lately = 'orders > 0 and not business', ever = 'all_orders > 0 and not business';
  const [row] = await ch.rows<Record<keyof Cuts | 'lately' | 'ever', number>>(`
select countIf(${lately}) as lately, countIf(${ever}) as ever,
       greatest(${LEAST.frequencyOrders}, toInt64(${at(frequencyOrders, 'orders', lately)})) as "frequencyOrders", toInt64(${at(spendMinor, 'spend', lately)}) as "spendMinor", toInt64(${at(highEndMinor, 'spend', lately)}) as "highEndMinor",
       toInt64(${at(levelHighMinor, 'net', ever)}) as "levelHighMinor", toInt64(${at(levelMiddleMinor, 'net', ever)}) as "levelMiddleMinor", greatest(${LEAST.loyaltyOrders}, toInt64(${at(loyaltyOrders, 'all_orders', ever)})) as "loyaltyOrders"
from (${facts(question.among)})`, await paramsOf(ch, question));
  const known = (key: keyof Cuts, people: number | undefined): number | null => (people ? Number(row?.[key]) : null);
  return {
    frequencyOrders: known('frequencyOrders', row?.lately), spendMinor: known('spendMinor', row?.lately), highEndMinor: known('highEndMinor', row?.lately),
    levelHighMinor: known('levelHighMinor', row?.ever), levelMiddleMinor: known('levelMiddleMinor', row?.ever), loyaltyOrders: known('loyaltyOrders', row?.ever),
  };
}

/** Each layering as an expression over the facts: the rules of `layersOf`. */
const VALUES: Readonly<Record<LayerKey, string>> = {
  layer_type: "multiIf(business, 'enterprise', spend >= {highEndMinor:Float64}, 'high_end', 'individual')",
  layer_frequency: "if(orders >= {frequencyOrders:Float64}, 'high', 'low')",
  layer_spend: "if(spend >= {spendMinor:Float64}, 'high', 'low')",
  layer_feedback: "multiIf(word > 0, 'positive', word < 0, 'negative', 'silent')",
  layer_level: "multiIf(net >= {levelHighMinor:Float64}, 'high', net >= {levelMiddleMinor:Float64}, 'middle', 'low')",
  layer_industry: "if(industry = '', 'unknown', industry)",
  layer_loyalty: "multiIf(all_orders = 0, 'none', all_orders < {loyaltyOrders:Float64}, 'occasional', stage in {drifting:Array(String)}, 'wavering', 'loyal')",
};
const cutParams = (cuts: Cuts): Record<string, unknown> => ({ ...Object.fromEntries(Object.entries(cuts).map(([key, cut]) => [key, cut ?? NEVER_REACHED])), drifting: DRIFTING });

export type Layered = Layers & { customer: CustomerId };

/** Whose layers are others than their fields say, with the layers they should have. */
export const changedLayers = async (ch: ClickHouse, question: LayerQuestion, cuts: Cuts): Promise<Layered[]> => ch.rows(`
select customer, ${LAYER_KEYS.map((key) => `${VALUES[key]} as ${key}`).join(', ')}
from (${facts(question.among)})
where ${LAYER_KEYS.map((key) => `texts['${key}'] != ${key}`).join(' or ')}
order by customer`, { ...await paramsOf(ch, question), ...cutParams(cuts) });

type FactRow = { customer: CustomerId; business: number; orders: number; spend: number; all_orders: number; net: number; stage: string; word: number; industry: string };
const isIndustry = (text: string): text is (typeof INDUSTRIES)[number] => (INDUSTRIES as readonly string[]).includes(text);

/** What the layers of some customers are made of. */
export async function layerFacts(ch: ClickHouse, question: LayerQuestion): Promise<Map<CustomerId, LayerFacts>> {
  const rows = await ch.rows<FactRow>(`select customer, business, orders, spend, all_orders, net, stage, word, industry from (${facts(question.among)})`, await paramsOf(ch, question));
  return new Map(rows.map(({ customer, business, orders, spend, all_orders: allOrders, net, stage, word, industry }) => [customer, {
    isBusiness: Boolean(business), orders: Number(orders), spendMinor: Number(spend), allOrders: Number(allOrders), netMinor: Number(net), stage, word: Math.sign(Number(word)) as LayerFacts['word'], industry: isIndustry(industry) ? industry : null,
  }]));
}

export type LayerCount = { layer: LayerKey; value: string; people: number };

/** How many of those who fit a filter bear each value of each layering; the empty value is of those who were not looked at yet. */
export const layerCounts = (ch: ClickHouse, workspaceId: WorkspaceId, { from, where, params }: Compiled): Promise<LayerCount[]> => ch.rows(`
SELECT one.1 AS layer, one.2 AS value, sum(alike) AS people
FROM  (SELECT [${LAYER_KEYS.map((key) => `('${key}', c.texts['${key}'])`).join(', ')}] AS every, count() AS alike FROM ${from} WHERE ${where} GROUP BY every)
ARRAY JOIN every AS one
GROUP BY layer, value
ORDER BY layer, people DESC, value`, { ...params, workspace: workspaceId });

/** How many bear each pair of values of two layerings. */
export const crossCounts = (ch: ClickHouse, workspaceId: WorkspaceId, { from, where, params }: Compiled, { a, b }: { a: LayerKey; b: LayerKey }): Promise<{ a: string; b: string; people: number }[]> => ch.rows(`
SELECT c.texts[{layer_a:String}] AS a, c.texts[{layer_b:String}] AS b, count() AS people
FROM   ${from}
WHERE  ${where} AND c.texts[{layer_a:String}] != '' AND c.texts[{layer_b:String}] != ''
GROUP  BY a, b
ORDER  BY a, b`, { ...params, workspace: workspaceId, layer_a: a, layer_b: b });
