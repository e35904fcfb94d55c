import type { ClickHouse } from '../clickhouse/index.ts';
import type { Day } from '../day.ts';
import { type CustomerId, NOBODY_SQL, type WorkspaceId } from '../ids.ts';
import { activity } from '../readings.ts';
import { type AsOf, momentOf } from './moments.ts';
import { firstDayOf, type Needs } from './needs.ts';
import type { Activity, Person, StageEntry } from './person.ts';
import { Binder } from './sql/binder.ts';
import { type Column, propertySql } from './sql/properties.ts';

type Read = { ch: ClickHouse; params: { workspace: WorkspaceId; customers: readonly CustomerId[] } };
type State = Omit<Person, 'stages' | 'activity' | 'kept'> & { customer: CustomerId };
type Entry = StageEntry & { customer: CustomerId };
type Line = { customer: CustomerId; day: Day; at: number; event: string; source: string; shop: string; channel: string; amount: number | null; texts: string[] };

const statesOf = ({ ch, params }: Read): Promise<State[]> => ch.rows(`
SELECT customer, name, toString(created_on) AS createdOn, texts, numbers, mapApply((k, v) -> (k, toString(v)), days) AS days, lists, tags, reach
FROM   customer_state FINAL
WHERE  workspace = {workspace:UUID} AND customer IN {customers:Array(UUID)}`, params);

const entriesOf = ({ ch, params }: Read): Promise<Entry[]> => ch.rows(`
SELECT customer, toString(one.1) AS stage, toString(one.2) AS since, one.3 AS cycle
FROM   (SELECT customer, stages, entered, cycles FROM stage_now FINAL WHERE workspace = {workspace:UUID} AND customer IN {customers:Array(UUID)})
ARRAY JOIN arrayZip(arrayMap(s -> toString(s), stages), entered, cycles) AS one`, params);

/** Subjects of the customers: their own ids, and what was merged into them. Keys are found first, since reading with FINAL goes by the sorting key alone. */
const subjectsOf = async ({ ch, params }: Read): Promise<string[]> => {
  const rows = await ch.rows<{ subject: string }>(`
SELECT subject
FROM   subject_owner FINAL
WHERE  workspace = {workspace:UUID} AND customer IN {customers:Array(UUID)}
AND    subject IN (SELECT subject FROM subject_owner WHERE workspace = {workspace:UUID} AND customer IN {customers:Array(UUID)})`, params);
  return [...new Set([...params.customers, ...rows.map(({ subject }) => subject)])];
};

/** Which of some frozen lists they stand on, themselves or by who was merged into them. */
async function keptOf(read: Read, lists: readonly string[]): Promise<{ customer: CustomerId; list: string }[]> {
  const subjects = await subjectsOf(read);
  return read.ch.rows(`
SELECT DISTINCT if(w.customer = ${NOBODY_SQL}, k.anchor, w.customer) AS customer, k.list AS list
FROM   (SELECT anchor, list FROM segment_kept WHERE workspace = {workspace:UUID} AND list IN {lists:Array(UUID)} AND anchor IN {subjects:Array(UUID)}) AS k
LEFT JOIN (SELECT subject, customer FROM subject_owner FINAL WHERE workspace = {workspace:UUID} AND subject IN {subjects:Array(UUID)}) AS w ON w.subject = k.anchor`, { ...read.params, subjects, lists });
}

async function linesOf(read: Read, { events, properties, windows }: Needs, asOf: AsOf): Promise<Line[]> {
  const bind = new Binder('p');
  const columns = new Set<Column>(['customer', 'event', 'day', 'moment', 'source', 'shop', 'channel', 'amount']);
  const texts = properties.filter((property) => !Object.hasOwn(OWN, property)).map((property) => propertySql(bind, property, columns));
  const moment = momentOf(asOf);
  const from = firstDayOf(windows, moment);
  const subjects = await subjectsOf(read);
  return read.ch.rows(`
SELECT a.customer AS customer, toString(a.day) AS day, toUnixTimestamp64Milli(a.moment) AS at, toString(a.event) AS event, toString(a.source) AS source, toString(a.shop) AS shop, toString(a.channel) AS channel, a.amount AS amount,
       CAST([${texts.join(', ')}], 'Array(String)') AS texts
FROM   ${activity.mine(...columns)} AS a
WHERE  a.event IN ${bind.texts(events)} AND a.customer IN {customers:Array(UUID)} AND a.day <= ${bind.day(moment.day)}${from === null ? '' : ` AND a.day >= ${bind.day(from)}`}`, { ...read.params, ...bind.params, subjects });
}

const OWN = { $shop: true, $channel: true, $source: true, $amount: true } as const;

/** Each row with the texts the analytics store has of its properties, by their paths: the very texts the compiled SQL compares. */
function doingOf({ texts, customer: _, ...line }: Line, paths: readonly string[]): Activity {
  return { ...line, properties: Object.fromEntries(paths.flatMap((path, at) => (texts[at] ? [[path, texts[at]]] : []))) };
}

/**
 * What `evaluate` must know of some customers for trees with these needs, as the analytics store has it: merges are applied, and of their history
 * only the events, properties and days that are asked for are read. Customers who do not exist (any more) are left out.
 */
export async function peopleOf(ch: ClickHouse, workspaceId: WorkspaceId, customers: readonly CustomerId[], needs: Needs, asOf: AsOf): Promise<Map<CustomerId, Person>> {
  if (customers.length === 0) return new Map();
  const read: Read = { ch, params: { workspace: workspaceId, customers } };
  const [states, entries, lines, kept] = await Promise.all([statesOf(read), needs.stages ? entriesOf(read) : [], needs.events.length > 0 ? linesOf(read, needs, asOf) : [], needs.kept.length > 0 ? keptOf(read, needs.kept) : []]);
  const [ways, doings, standing] = [Map.groupBy(entries, ({ customer }) => customer), Map.groupBy(lines, ({ customer }) => customer), Map.groupBy(kept, ({ customer }) => customer)];
  const paths = needs.properties.filter((property) => !Object.hasOwn(OWN, property));
  return new Map(states.map(({ customer, ...state }) => [customer, {
    ...state, kept: (standing.get(customer) ?? []).map(({ list }) => list), stages: (ways.get(customer) ?? []).map(({ customer: _, ...entry }) => entry), activity: (doings.get(customer) ?? []).map((line) => doingOf(line, paths)),
  }]));
}
