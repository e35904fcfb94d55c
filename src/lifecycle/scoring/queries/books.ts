import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import type { WorkspaceId } from '../../../kernel/ids.ts';
import { activity, momentOf, OF_ONE, purchases } from '../../../kernel/readings.ts';
import { among, filterOf, type Named, rowsOf, type Whom } from '../../queries/habits.ts';
import { SURVEY_EVENT } from '../../core/signals/acts.ts';
import { COMPLAINT_CLOSING, COMPLAINT_PREFIX, SATISFACTION_EVENT, SATISFACTION_KIND, SATISFACTION_PROPERTY, WEEKS_READ } from '../signals.ts';

/** The cells of one row, in order; `compute/books.ts` reads them. */
const COLUMNS = {
  customer: 'UUID', business: 'UInt8', channel: 'String',
  bought: 'Array(Tuple(Int32, Int64, Int64, Int64, UInt8))',
  weeks: 'Array(Tuple(UInt16, UInt32, UInt32, UInt32, Int64, Float64, UInt32))',
  gender: 'String', birthday: 'Int32', province: 'String', city: 'String',
};

// Purchase days with what was paid, what is left after refunds, the discount, and whether a promotion ran.
const BOUGHT = (whom: Whom | 'all', filter: string): string => `
    select customer, toUInt8(max(business) = 1 or max(paid) > {most:Int64}) as business, argMin(door, d) as channel,
           arraySort(groupArray((d, paid, kept, saved, promotion))) as bought
      from (
        select customer, toInt32(day) as d, sum(amount) as paid, sum(net) as kept, sum(discount) as saved, toUInt8(max(promo != '')) as promotion, max(b2b) as business, min(toString(channel)) as door
          from ${among(whom, purchases)('customer', 'subject', 'day', 'amount', 'net', 'discount', 'promo', 'b2b', 'channel')}
         where customer != toUUID('00000000-0000-0000-0000-000000000000') and day <= toDate({asOf:Int32}) and ${filter}
         group by customer, d
      )
     group by customer`;

// Weeks count back from the day of looking: 0 is the newest. Scores stand in events alone.
const WEEKS = (whom: Whom | 'all', filter: string): string => `
    select customer, arraySort(groupArray((week, deeds, complaints, refunds, refunded, score, answers))) as weeks
      from (
        select customer, week, sum(deeds) as deeds, sum(complaints) as complaints, sum(refunds) as refunds, sum(refunded) as refunded, sum(score) as score, sum(answers) as answers
          from (
            select customer, toUInt16(intDiv({asOf:Int32} - toInt32(day), 7)) as week, toUInt32(countIf(kind in ('track', 'page', 'screen'))) as deeds,
                   toUInt32(countIf(startsWith(event, {complaint:String}) and event not in {closing:Array(String)})) as complaints, toUInt32(countIf(kind = 'refund')) as refunds,
                   toInt64(sumIf(ifNull(amount, 0), kind = 'refund')) as refunded, toFloat64(0) as score, toUInt32(0) as answers
              from ${among(whom, activity, 'toDate32({since:Int32})')('customer', 'subject', 'day', 'kind', 'event', 'amount')}
             where kind in ('track', 'page', 'screen', 'refund') and day <= toDate({asOf:Int32}) and day > toDate({since:Int32}) and ${filter}
             group by customer, week
            union all
            select if(w.customer = toUUID('00000000-0000-0000-0000-000000000000'), e.subject, w.customer) as customer, toUInt16(intDiv({asOf:Int32} - toInt32(e.day), 7)) as week,
                   toUInt32(0), toUInt32(0), toUInt32(0), toInt64(0), sum(ifNull(e.told, 0)), toUInt32(count())
              from (
                select subject, day, toFloat64OrNull(toString(properties.${SATISFACTION_PROPERTY})) as told
                  from events final
                 where workspace = {workspace:UUID} and (event = {satisfaction:String} or event = {survey:String} and toString(properties.kind) = {satisfied:String}) and day <= toDate({asOf:Int32}) and day > toDate({since:Int32}) and time >= ${momentOf('toDate32({since:Int32})')} and told >= 0${whom !== 'all' && 'customers' in whom ? ' and subject in {subjects:Array(UUID)}' : ''}
              ) as e
              left join (select subject, customer from subject_owner final where workspace = {workspace:UUID}) as w on w.subject = e.subject
             group by customer, week
          )
         group by customer, week
      )
     group by customer`;

const TRAITS = `
    select customer, texts['gender'] as gender, if(mapContains(days, 'birthday'), toInt32(days['birthday']), -100000) as birthday, texts['province'] as province, texts['city'] as city
      from customer_state final
     where workspace = {workspace:UUID}`;

export type BooksQuery = { workspaceId: WorkspaceId; asOf: number; whom: Whom | 'all'; b2bPurchaseMinor: number | null; traits: boolean };

/** What the models need of customers who ever bought, in one statement, as bytes that only `compute/books.ts` opens. */
export function loadBooks(ch: ClickHouse, { workspaceId, asOf, whom, b2bPurchaseMinor, traits }: BooksQuery): Promise<Uint8Array> {
  const [rows, by] = whom === 'all' ? ['1', '1'] : [rowsOf(whom), filterOf(whom)];
  const trait = (name: string, none: string): string => `${traits ? `c.${name}` : none} as ${name}`;
  return ch.bytes(`
  select p.customer as customer, p.business as business, p.channel as channel, p.bought as bought, s.weeks as weeks, ${trait('gender', "''")}, ${trait('birthday', 'toInt32(-100000)')}, ${trait('province', "''")}, ${trait('city', "''")}
    from (${BOUGHT(whom, rows)}) as p
    left join (${WEEKS(whom, rows)}) as s on s.customer = p.customer
    ${traits ? `left join (${TRAITS} and ${by}) as c on c.customer = p.customer` : ''}`, COLUMNS, {
    workspace: workspaceId, asOf, since: asOf - 7 * WEEKS_READ, most: b2bPurchaseMinor ?? Number.MAX_SAFE_INTEGER, complaint: COMPLAINT_PREFIX, closing: COMPLAINT_CLOSING, satisfaction: SATISFACTION_EVENT, survey: SURVEY_EVENT, satisfied: SATISFACTION_KIND,
    ...(whom === 'all' ? {} : whom),
  });
}

/** Days on which one customer bought up to `asOf`, in order: all subjects are theirs, so nobody need be asked whose they are. */
export async function purchaseDays(ch: ClickHouse, workspaceId: WorkspaceId, whom: Named, asOf: number): Promise<Int32Array> {
  const rows = await ch.rows<{ bought: number }>(`
    select distinct toInt32(day) as bought from ${purchases.mine('day')}
     where day <= toDate({asOf:Int32})
     order by bought ${OF_ONE}`, { workspace: workspaceId, asOf, subjects: whom.subjects });
  return Int32Array.from(rows, ({ bought }) => bought);
}
