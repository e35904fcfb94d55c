-- The readings every report shares, with merges and cuts of people applied. One definition each, so that no two pages
-- count differently. The owner of a subject is itself unless subject_owner says otherwise.

-- Orders that count as a purchase: paid or later, not wholly refunded, more than free gifts, by somebody known.
create or replace view purchases as
select o.workspace as workspace,
       if(w.customer = toUUID('00000000-0000-0000-0000-000000000000'), o.subject, w.customer) as customer,
       o.subject as subject, o.source as source, o.shop as shop, o.channel as channel, o.order_no as order_no,
       o.status as status, o.day as day, o.ordered_at as ordered_at, o.paid_at as paid_at,
       o.amount as amount, o.refunded as refunded, o.amount - o.refunded as net, o.shipping as shipping, o.discount as discount,
       o.measures as measures, o.promo as promo, o.coupon as coupon, o.province as province, o.city as city,
       o.receivers as receivers, o.b2b as b2b, o.full_refund = 'pending' as provisional, o.import_id as import_id
from (
  select * from orders final
  where workspace = {workspace:UUID}
    and status in ('paid', 'shipped', 'done')
    and full_refund in ('', 'pending') and not free
    and subject != toUUID('00000000-0000-0000-0000-000000000000')
) as o
left join (select subject, customer from subject_owner final where workspace = {workspace:UUID}) as w on w.subject = o.subject;

-- Every order, and every refund and adjustment that no order holds, with its money, also those of nobody. `purchase` marks what purchases shows.
create or replace view sales as
select s.workspace as workspace,
       if(w.customer = toUUID('00000000-0000-0000-0000-000000000000'), s.subject, w.customer) as customer,
       s.subject as subject, s.kind as kind, s.source as source, s.shop as shop, s.channel as channel, s.order_no as order_no,
       s.refund_no as refund_no, s.document_no as document_no, s.status as status, s.day as day, s.time as time, s.amount as amount, s.refunded as refunded,
       s.amount - s.refunded as net, s.purchase as purchase, s.promo as promo, s.b2b as b2b, s.measures as measures,
       s.province as province, s.city as city, s.full_refund as full_refund, s.import_id as import_id
from (
  select d.workspace as workspace, d.subject as subject, 'order' as kind, d.source as source, d.shop as shop, d.channel as channel,
         d.order_no as order_no, '' as refund_no, d.order_no as document_no, d.status as status, d.day as day, d.ordered_at as time,
         if(d.status in ('paid', 'shipped', 'done'), d.amount, 0) as amount,
         if(d.status in ('paid', 'shipped', 'done'), d.refunded, 0) as refunded,
         toUInt8(d.status in ('paid', 'shipped', 'done') and d.full_refund in ('', 'pending') and not d.free) as purchase,
         d.promo as promo, d.b2b as b2b, d.measures as measures, d.province as province, d.city as city, d.full_refund as full_refund, d.import_id as import_id
  from orders as d final
  where d.workspace = {workspace:UUID}
  union all
  select r.workspace as workspace, r.subject as subject, 'refund' as kind, r.source as source, r.shop as shop, '' as channel, '' as order_no,
         r.refund_no as refund_no, r.document_no as document_no, r.status as status, r.day as day, r.refunded_at as time,
         0 as amount, if(r.status = 'done', r.amount, 0) as refunded, 0 as purchase,
         '' as promo, 0 as b2b, map() :: Map(LowCardinality(String), Int64) as measures, '' as province, '' as city, '' as full_refund, r.import_id as import_id
  from refunds as r final
  where r.workspace = {workspace:UUID} and r.order_no = ''
  union all
  select l.workspace as workspace, l.subject as subject, 'adjustment' as kind, l.source as source, l.shop as shop, '' as channel,
         l.order_no as order_no, '' as refund_no, l.order_no as document_no, 'done' as status, min(l.day) as day, toDateTime64(min(l.day), 3, 'UTC') as time,
         sum(l.amount) as amount, 0 as refunded, 0 as purchase, '' as promo, 0 as b2b, map() :: Map(LowCardinality(String), Int64) as measures,
         '' as province, '' as city, '' as full_refund, any(l.import_id) as import_id
  from order_lines as l final
  where l.workspace = {workspace:UUID} and l.loose
  group by l.workspace, l.subject, l.source, l.shop, l.order_no
) as s
left join (select subject, customer from subject_owner final where workspace = {workspace:UUID}) as w on w.subject = s.subject;

-- Lines of purchases, for what people buy.
create or replace view purchase_lines as
select l.workspace as workspace,
       if(w.customer = toUUID('00000000-0000-0000-0000-000000000000'), l.subject, w.customer) as customer,
       l.subject as subject, l.source as source, l.shop as shop, l.order_no as order_no, l.sku as sku, l.occurrence as occurrence,
       l.name as name, l.category as category, l.kind as kind, l.quantity as quantity, l.amount as amount, l.refunded as refunded,
       l.amount - l.refunded as net, l.cost as cost, l.day as day
from (
  select * from order_lines final
  where workspace = {workspace:UUID}
    and subject != toUUID('00000000-0000-0000-0000-000000000000')
    and (source, shop, order_no) in (
      select source, shop, order_no from orders final
      where workspace = {workspace:UUID} and status in ('paid', 'shipped', 'done') and full_refund in ('', 'pending') and not free)
) as l
left join (select subject, customer from subject_owner final where workspace = {workspace:UUID}) as w on w.subject = l.subject;

-- Everything a known person did, in one shape: tracked events, purchases as 'order.paid', refunds as 'order.refunded'.
create or replace view activity as
select a.workspace as workspace,
       if(w.customer = toUUID('00000000-0000-0000-0000-000000000000'), a.subject, w.customer) as customer,
       a.subject as subject, a.time as time, a.day as day, a.kind as kind, a.event as event, a.reference as reference,
       a.source as source, a.shop as shop, a.channel as channel, a.amount as amount, a.properties as properties
from (
  select workspace, subject, time, day, kind, event, message_id as reference, source, shop, channel, amount, properties
  from events final
  where workspace = {workspace:UUID} and subject != toUUID('00000000-0000-0000-0000-000000000000')
  union all
  select workspace, subject, ordered_at as time, day, 'order' as kind, 'order.paid' as event, order_no as reference, source, shop, channel,
         amount - refunded as amount,
         toJSONString(mapConcat(properties, map('order_no', order_no, 'coupon', coupon, 'promo', promo, 'province', province, 'city', city))) :: JSON as properties
  from orders final
  where workspace = {workspace:UUID}
    and status in ('paid', 'shipped', 'done')
    and full_refund in ('', 'pending') and not free
    and subject != toUUID('00000000-0000-0000-0000-000000000000')
  union all
  select workspace, subject, refunded_at as time, day, 'refund' as kind, 'order.refunded' as event, refund_no as reference, source, shop, '' as channel,
         amount, toJSONString(map('order_no', order_no, 'sku', sku, 'reason', reason)) :: JSON as properties
  from refunds final
  where workspace = {workspace:UUID} and status = 'done' and subject != toUUID('00000000-0000-0000-0000-000000000000')
) as a
left join (select subject, customer from subject_owner final where workspace = {workspace:UUID}) as w on w.subject = a.subject;
