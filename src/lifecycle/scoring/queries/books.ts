import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import { NOBODY_SQL, type WorkspaceId } from '../../../kernel/ids.ts';
import { momentOf, OF_ONE, ofMine, owned, ownedOfMine, purchases } from '../../../kernel/readings.ts';
import { among, filterOf, type Named, rowsOf, type Whom } from '../../queries/habits.ts';
import { SURVEY_EVENT } from '../../core/signals/acts.ts';
import { COMPLAINT_CLOSING, COMPLAINT_PREFIX, SATISFACTION_EVENT, SATISFACTION_KIND, SATISFACTION_PROPERTY, WEEKS_READ } from '../signals.ts';

/** The cells of one row, in order; `compute/books.ts` reads them. */
const COLUMNS = {
  customer: 'UUID', business: 'UInt8', channel: 'String',
  bought: 'Array(Tuple(Int32, Int64, Int64, Int64, UInt8))',
  deeds: 'Array(UInt16)', feedback: 'Array(Tuple(UInt16, UInt32, Int64, Float64, UInt32))',
  gender: 'String', birthday: 'Int32', province: 'String', city: 'String',
};

const MINE = 'subject in {subjects:Array(UUID)}';

// Purchase days with what was paid, what is left after refunds, the discount, and whether a promotion ran.
const BOUGHT = (whom: Whom | 'all', filter: string): string => `
    select customer, toUInt8(max(business) = 1 or max(paid) > {most:Int64}) as business, argMin(door, d) as channel,
           arraySort(groupArray((d, paid, kept, saved, promotion))) as bought
      from (
        select customer, toInt32(day) as d, sum(amount) as paid, sum(net) as kept, sum(discount) as saved, toUInt8(max(promo != '')) as promotion, max(b2b) as business, min(toString(channel)) as door
          from ${among(whom, purchases)('customer', 'subject', 'day', 'amount', 'net', 'discount', 'promo', 'b2b', 'channel')}
         where customer != ${NOBODY_SQL} and day <= toDate({asOf:Int32}) and ${filter}
         group by customer, d
      )
     group by customer`;

// Weeks count back from the day of looking: 0 is the newest.
const WEEK = 'toUInt16(intDiv({asOf:Int32} - toInt32(day), 7))';
const LATELY = 'day <= toDate({asOf:Int32}) and day > toDate({since:Int32})';
const HERE = `workspace = {workspace:UUID} and subject != ${NOBODY_SQL}`;
const DEEDS = "kind in ('track', 'page', 'screen')";

const isNamed = (whom: Whom | 'all'): whom is Named => whom !== 'all' && 'customers' in whom;
const ofEvents = (whom: Whom | 'all'): string => `events final where ${HERE} and time >= ${momentOf('toDate32({since:Int32})')} and ${LATELY}${isNamed(whom) ? ` and ${MINE}` : ''}`;
const ofRefunds = (whom: Whom | 'all'): string => `${isNamed(whom) ? ofMine('refunds', ['workspace', 'subject', 'status', 'day', 'amount']) : 'refunds final'} where ${HERE} and status = 'done' and ${LATELY}`;
const ownersOf = (whom: Whom | 'all'): typeof owned => (isNamed(whom) ? ownedOfMine : owned);

// The week of every deed, two bytes each. Added up by subject before anybody is asked whose it is: deeds are many times as many, and so are weeks of customers.
const DONE = (whom: Whom | 'all', filter: string): string => `
    select customer, arraySort(groupArrayArray(weeks)) as deeds
      from ${ownersOf(whom)(`(
        select subject, groupArray(${WEEK}) as weeks from ${ofEvents(whom)} and ${DEEDS} group by subject
      )`, 'weeks')}
     where ${filter}
     group by customer`;

// Complaints, money given back and answers to surveys, which few give. Scores stand in events alone.
const FEEDBACK = (whom: Whom | 'all', filter: string): string => `
    select customer, arraySort(groupArray((week, complaints, refunded, score, answers))) as feedback
      from (
        select customer, week, toUInt32(sum(complaint)) as complaints, sum(back) as refunded, sum(told) as score, toUInt32(countIf(answer)) as answers
          from ${ownersOf(whom)(`(
            select subject, ${WEEK} as week, 1 as complaint, toInt64(0) as back, toFloat64(0) as told, 0 as answer
              from ${ofEvents(whom)} and ${DEEDS} and startsWith(event, {complaint:String}) and event not in {closing:Array(String)}
            union all
            select subject, ${WEEK}, 0, amount, 0, 0 from ${ofRefunds(whom)}
            union all
            select subject, ${WEEK}, 0, 0, assumeNotNull(score), 1
              from (
                select subject, day, toFloat64OrNull(toString(properties.${SATISFACTION_PROPERTY})) as score
                  from ${ofEvents(whom)} and (event = {satisfaction:String} or event = {survey:String} and toString(properties.kind) = {satisfied:String})
              )
             where score >= 0
          )`, 'week', 'complaint', 'back', 'told', 'answer')}
         where ${filter}
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
  select p.customer as customer, p.business as business, p.channel as channel, p.bought as bought, d.deeds as deeds, f.feedback as feedback, ${trait('gender', "''")}, ${trait('birthday', 'toInt32(-100000)')}, ${trait('province', "''")}, ${trait('city', "''")}
    from (${BOUGHT(whom, rows)}) as p
    left join (${DONE(whom, by)}) as d on d.customer = p.customer
    left join (${FEEDBACK(whom, by)}) as f on f.customer = p.customer
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
