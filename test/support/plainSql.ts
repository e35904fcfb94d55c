/** Plain SQL over the tables of plainBooks.ts: each figure said a second time, and differently. */

/** Heads and money of rows of `sale`, as 对账 shows them. */
export const SUMS = `
  count(*) filter (where paid)::int as orders, count(distinct (source, shop, document))::int as documents,
  count(distinct who) filter (where kept)::int as buyers, count(distinct who)::int as people,
  count(distinct who)::int - (count(distinct who) filter (where kept))::int as "neverBought",
  coalesce(sum(amount), 0) as "paidMinor", coalesce(sum(refunded), 0) as "refundsMinor", coalesce(sum(amount - refunded), 0) as "netMinor",
  coalesce(sum(amount - refunded) filter (where who is null), 0) as "nobodysMinor"`;

/** What each customer brought, refunds off. */
export const WORTH = 'select who, sum(amount - refunded) as net from plain.sale where who is not null group by who';

const BUYERS_IN = "select who, count(*) as orders, sum(amount) as paid, count(distinct day) as days, min(day) as first_in from plain.bought where day between $1 and $2 group by who";
export const FIRSTS = 'select who, min(day) as first from plain.bought group by who';
/** The stage a row `s` of `stood` was in on a day; null before it was first seen. */
export const STAGE_ON = (day: string): string => `(select x.stage from unnest(s.stages, s.entered) as x(stage, since) where x.since <= ${day} order by x.since desc limit 1)`;
const KEPT = (atLeast: number, sign: string): string => `
  select p.who, (${sign} (${STAGE_ON('$2::date')} = 'churned'))::int as top, 1 as bottom
    from (select who from plain.bought where day < $1::date group by who having count(distinct day) >= ${atLeast}) p
    join plain.stood s on s.customer = p.who
   where ${STAGE_ON('$1::date - 1')} not in ('prospect', 'churned')`;
const FIRST_90 = (again: string): string => `
  select f.who, (${again} exists (select 1 from plain.bought b where b.who = f.who and b.day > f.first and b.day <= f.first + 90))::int as top, 1 as bottom
    from (${FIRSTS}) f where f.first between $1 and $2 and f.first + 90 <= $3::date`;

/** Metrics: one row a customer counted with what it adds above and below the line, for days $1 to $2 of data up to $3. */
export const PLAIN: Record<string, string> = {
  customers: 'select distinct who, 1 as top, 1 as bottom from plain.bought where day <= $2',
  buyers: `select who, 1 as top, 1 as bottom from (${BUYERS_IN}) b`,
  active: 'select distinct who, 1 as top, 1 as bottom from plain.bought where day <= $2::date and day > $2::date - 30',
  new_first: `select who, 1 as top, 1 as bottom from (${FIRSTS}) f where first between $1 and $2`,
  new_platform: `select b.who, 1 as top, 1 as bottom from (${BUYERS_IN}) b where not exists (select 1 from plain.bought e where e.who = b.who and e.day < $1::date and e.day >= b.first_in - 365)`,
  returning: `select b.who, 1 as top, 1 as bottom from (${BUYERS_IN}) b
    where not exists (select 1 from plain.bought e where e.who = b.who and e.day < $1::date and e.day >= $1::date - ($2::date - $1::date + 1))
      and exists (select 1 from plain.bought e where e.who = b.who and e.day < $1::date - ($2::date - $1::date + 1))`,
  won_back: "select s.customer as who, 1 as top, 1 as bottom from plain.stood s where exists (select 1 from unnest(s.stages, s.entered) as x(stage, since) where x.stage = 'won_back' and x.since between $1 and $2)",
  orders: `select who, orders as top, 1 as bottom from (${BUYERS_IN}) b`,
  paid: `select who, paid as top, 1 as bottom from (${BUYERS_IN}) b`,
  net: 'select who, sum(amount - refunded) as top, 1 as bottom from plain.sale where who is not null and day between $1 and $2 group by who having bool_or(amount <> 0 or refunded <> 0)',
  aov: `select who, paid as top, 1 as bottom from (${BUYERS_IN}) b`,
  order_value: `select who, paid as top, orders as bottom from (${BUYERS_IN}) b`,
  orders_per_buyer: `select who, orders as top, 1 as bottom from (${BUYERS_IN}) b`,
  repurchase_first: FIRST_90(''),
  not_repeated: FIRST_90('not'),
  repurchase_period: `select who, (days >= 2)::int as top, 1 as bottom from (${BUYERS_IN}) b`,
  repurchase_existing: 'select p.who, exists (select 1 from plain.bought b where b.who = p.who and b.day between $1 and $2)::int as top, 1 as bottom from (select distinct who from plain.bought where day < $1::date) p',
  retention: KEPT(1, 'not'),
  churn_existing: KEPT(2, ''),
  referral: `select p.who, exists (select 1 from plain.did d where d.who = p.who and d.event = 'referral.made' and coalesce(d.valid, '') not in ('false', '0') and d.day between $1 and $2)::int as top, 1 as bottom
    from (select distinct who from plain.bought where day <= $2) p`,
  // The days of the period stand below the line once, whoever was seen.
  active_daily: "select who, count(*) as top, case when row_number() over (order by who) = 1 then $2::date - $1::date + 1 else 0 end as bottom from plain.seen where day between $1 and $2 group by who",
  active_monthly: 'select distinct who, 1 as top, 1 as bottom from plain.seen where day <= $2::date and day > $2::date - 30',
  stickiness: 'select who, count(*) as top, 30 as bottom from plain.seen where day <= $2::date and day > $2::date - 30 group by who',
};
/** What each customer brought and cost. Goods of an order given back went back too; other costs of it were spent. */
export const ENTRIES = `
  select who, 'sales' as kind, amount - refunded as minor from plain.sale where who is not null
  union all
  select b.who, 'product', l.cost from plain.lines l join plain.bought b using (source, shop, order_no)
  union all
  select coalesce(o.who, w.who), k.kind, k.amount
    from plain.costs k left join plain.sale_order o on o.order_no = k.order_no and k.order_no <> '' left join plain.owner w on w.subject = k.subject`;
export const LEDGER = ['sales', 'product', 'fulfilment', 'service', 'incentive', 'acquisition', 'retention'].map((kind) => `coalesce(sum(minor) filter (where kind = '${kind}'), 0) as ${kind}`).join(', ');

const bin = (value: string): string => `least(5, floor((2 * rank() over (order by ${value}) - 2 + count(*) over (partition by ${value}))::float8 / 2 / count(*) over () * 5) + 1)`;
/** Everybody's RFM scores and name on $1: five bins by the middle rank of equal values, high above the third. */
export const RFM = `
  with v as (
    select s.customer as who, s.rfm as kept, $1::date - max(b.day) as r, count(distinct b.day) filter (where b.day > $1::date - 365) as f,
           (select coalesce(sum(x.amount - x.refunded), 0) from plain.sale x where x.who = s.customer and x.day > $1::date - 365) as m
      from plain.stood s join plain.bought b on b.who = s.customer where s.branch <> 'b2b' group by s.customer, s.rfm),
  scored as (select who, kept, (6 - ${bin('r')})::int as recency, (${bin('f')})::int as frequency, (${bin('m')})::int as monetary, f from v)
  select *, case when monetary > 3 then 'key_' else 'gen_' end
            || case when recency > 3 then case when frequency > 3 then 'value' else 'develop' end else case when frequency > 3 then 'keep' else 'winback' end end as name
    from scored`;
