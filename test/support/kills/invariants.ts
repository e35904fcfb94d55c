import type pg from 'pg';
import { brokenLink } from '../../../src/kernel/audit.ts';
import type { Opened } from '../../../src/kernel/open.ts';
import { adminOf, type Folder, openFolder, type Server, until } from './installation.ts';
import type { Body, Ledger } from './load.ts';

/** The promises that are counted: what is written against each is what breaks it. */
export const PROMISES = {
  I1: 'acknowledged events are stored, each once', I2: 'accepted in Postgres = distinct in ClickHouse', I7: 'the audit chain verifies',
  I8: 'the neighbour\'s rows are unchanged', I9: 'jobs in = done + failed visibly + pending', money: 'orders, lines and refunds are those that were sent', people: 'customers, stages and news are told once and alike in both stores',
} as const;
export type Faults = Record<keyof typeof PROMISES, string[]>;
export type Figures = { sent: number; acknowledged: number; stored: number; duplicates: number };

const rows = async <Row>(client: pg.Client, text: string, values: unknown[] = []): Promise<Row[]> => (await client.query(text, values)).rows as Row[];
const some = (what: string, ids: readonly string[]): string[] => (ids.length === 0 ? [] : [`${ids.length} ${what}: ${ids.slice(0, 5).join(', ')}`]);
const differ = (what: string, a: unknown, b: unknown): string[] => (JSON.stringify(a) === JSON.stringify(b) ? [] : [`${what}: ${JSON.stringify(a)} against ${JSON.stringify(b)}`]);

/** Waits until nothing that can begin now, or soon by the clock, waits any more: bodies, facts before a reaction, jobs. An import asks for scores five seconds after it. */
export async function drained({ api, child }: Server, look: pg.Client): Promise<void> {
  const waits = async (): Promise<boolean> => (await look.query(`
    select 1 where exists (select 1 from ingest_body where projected_at is null) or exists (select 1 from ingest_batch where done_at is null)
        or exists (select 1 from graphile_worker.jobs where locked_at is not null or (attempts < max_attempts and run_at <= now() + interval '10 seconds'))`)).rowCount !== 0;
  // A job ends with facts, and a reaction may ask for a job: both have to be quiet at once.
  await until('everything dealt with', async () => !(await waits()) && (await api.get<{ settled: boolean }>('/api/v1/standing')).settled && !(await waits()), 120_000, () => child.output().slice(-6_000));
}

/** What can be counted while the server goes on, after everything is dealt with: enough to say after which kill something went wrong. */
export async function quickFaults({ ours }: Folder, { api }: Server, look: pg.Client, ledger: Ledger): Promise<string[]> {
  const [told] = await rows<{ accepted: number; waiting: number; open: number; locked: number }>(look, `
    select (select coalesce(sum(events), 0)::int from ingest_minute where workspace_id = $1) as accepted,
           (select count(*)::int from ingest_body where projected_at is null) as waiting, (select count(*)::int from ingest_batch where done_at is null) as open,
           (select count(*)::int from graphile_worker.jobs where locked_at is not null) as locked`, [ours]);
  const names = await api.get<{ rows: { count: number; sources: string[] }[] }>('/api/v1/events/schema');
  const stored = names.rows.filter(({ sources }) => sources.includes('shop')).reduce((sum, { count }) => sum + count, 0);
  const distinct = (bodies: readonly Body[]): number => new Set(bodies.flatMap(({ events }) => events)).size;
  const [least, most] = [distinct(ledger.bodies.filter(({ state }) => state === 'acknowledged')), distinct(ledger.bodies)];
  const { intact } = await api.get<{ intact: boolean }>('/api/v1/audit/verify');
  return [
    ...differ('I2 accepted and stored', told?.accepted, stored), ...(stored < least || stored > most ? [`I1 ${stored} stored, ${least} acknowledged, ${most} sent`] : []),
    ...differ('left over', [told?.waiting, told?.open, told?.locked], [0, 0, 0]), ...(intact ? [] : ['I7 the chain is broken']),
  ];
}

/** A sum over everything one workspace has in both stores, table by table. */
export async function rowsOf({ stores }: Opened, client: pg.Client, workspace: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const tables = await rows<{ name: string }>(client, "select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id' where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1");
  for (const { name } of tables) {
    const [row] = await rows<{ sum: string }>(client, `select count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) as sum from "${name}" t where workspace_id = $1`, [workspace]);
    found[`pg.${name}`] = row?.sum ?? '';
  }
  const kinds = await stores.ch.rows<{ name: string; engine: string }>("select name, engine from system.tables where database = 'default' and engine like '%MergeTree' and name in (select table from system.columns where database = 'default' and name = 'workspace') order by name");
  for (const { name, engine } of kinds) {
    const [row] = await stores.ch.rows<{ sum: string }>(`select concat(toString(count()), ' ', toString(sum(cityHash64(*)))) as sum from ${name}${engine === 'MergeTree' ? '' : ' final'} where workspace = {workspace:UUID}`, { workspace });
    found[`ch.${name}`] = row?.sum ?? '';
  }
  return found;
}

type StoredOrder = { no: string; amount: number; refunded: number; lines: number };

async function moneyFaults({ stores }: Opened, ours: string, bodies: readonly Body[], ledger: Ledger): Promise<string[]> {
  const stored = new Map((await stores.ch.rows<StoredOrder>(`
    select order_no as no, amount, refunded, 0 as lines
      from orders final where workspace = {ours:UUID} and source = 'shop'`, { ours })).map((row) => [row.no, row]));
  for (const { no, lines } of await stores.ch.rows<{ no: string; lines: number }>("select order_no as no, count() as lines from order_lines final where workspace = {ours:UUID} and source = 'shop' group by no", { ours })) Object.assign(stored.get(no) ?? {}, { lines });
  const sent = bodies.flatMap(({ orders, refunds }) => orders.map(({ no, minor, lines }): StoredOrder => ({ no, amount: minor, refunded: refunds.includes(no) ? minor : 0, lines })));
  const wrong = sent.filter((order) => JSON.stringify(stored.get(order.no)) !== JSON.stringify(order)).map((order) => `${JSON.stringify(order)} is ${JSON.stringify(stored.get(order.no))}`);
  const [files] = await stores.ch.rows<{ orders: number; minor: number }>("select count() as orders, sum(amount) as minor from orders final where workspace = {ours:UUID} and source = 'files'", { ours });
  const sum = (list: Ledger['imports']) => list.reduce((all, { orders, minor }) => ({ orders: all.orders + orders, minor: all.minor + minor }), { orders: 0, minor: 0 });
  const [least, most] = [sum(ledger.imports.filter(({ state }) => state === 'accepted')), sum(ledger.imports)];
  const isOutside = !files || files.orders < least.orders || files.orders > most.orders || (least.orders === most.orders && files.minor !== most.minor);
  return [...some('orders are not as they were sent', wrong), ...differ('orders', stored.size, new Set(sent.map(({ no }) => no)).size), ...(isOutside ? [`files: ${JSON.stringify([files, least, most])}`] : [])];
}

async function peopleFaults({ stores }: Opened, client: pg.Client, ours: string, bodies: readonly Body[], ledger: Ledger): Promise<string[]> {
  const customers = await rows<{ id: string; stage: string | null }>(client, 'select id, stage from customer where workspace_id = $1 and merged_into is null order by id', [ours]);
  const mirrored = await stores.ch.rows<{ id: string; stage: string }>("select toString(customer) as id, texts['stage'] as stage from customer_state final where workspace = {ours:UUID} order by id", { ours });
  const judged = await stores.ch.rows<{ id: string; stage: string }>('select toString(customer) as id, toString(stage) as stage from stage_now final where workspace = {ours:UUID} order by id', { ours });
  const unlike = (others: readonly { id: string; stage: string }[]): string[] => {
    const known = new Map(others.map(({ id, stage }) => [id, stage]));
    return customers.filter(({ id, stage }) => known.get(id) !== stage).map(({ id, stage }) => `${id} ${stage} / ${known.get(id)}`);
  };
  const expected = new Set(bodies.flatMap(({ users }) => users)).size + (ledger.imports.length > 0 ? 40 : 0);
  const facts = await rows<{ customer: string; news: string }>(client, "select payload ->> 'customerId' as customer, payload::text as news from fact where workspace_id = $1 and kind = 'stage.changed' order by id", [ours]);
  const twice = [...Map.groupBy(facts, ({ customer }) => customer)].filter(([, own]) => own.some(({ news }, i) => news === own[i - 1]?.news)).map(([id, own]) => `${id} ${own.map(({ news }) => news).join(' ')}`);
  return [
    ...differ('customers', customers.length, expected), ...differ('mirrored', mirrored.length, customers.length), ...some('published stages are not analytics\'', unlike(judged)),
    ...some('mirrored stages are not the published', unlike(mirrored)), ...some('stage news are told twice', twice),
  ];
}

async function jobFaults(client: pg.Client, ours: string, ledger: Ledger): Promise<string[]> {
  const lost = await rows<{ id: string }>(client, `
    select i.id from watch.job i
     where i.op = 'INSERT' and not exists (select 1 from watch.job d where d.id = i.id and d.op = 'DELETE') and not exists (select 1 from graphile_worker._private_jobs j where j.id = i.id)`);
  const twice = await rows<{ id: string }>(client, "select id from watch.job where op = 'DELETE' group by id having count(*) > 1");
  const held = await rows<{ id: string }>(client, "select concat_ws(' ', id, task_identifier, last_error) as id from graphile_worker.jobs where locked_at is not null or (attempts < max_attempts and run_at <= now())");
  const imports = await rows<{ status: string; n: number }>(client, 'select status, count(*)::int as n from import where workspace_id = $1 group by status', [ours]);
  const finished = imports.find(({ status }) => status === 'finished')?.n ?? 0, all = imports.reduce((sum, { n }) => sum + n, 0);
  const accepted = ledger.imports.filter(({ state }) => state === 'accepted').length;
  return [
    ...some('jobs vanished', lost.map(({ id }) => id)), ...some('jobs ended twice', twice.map(({ id }) => id)), ...some('jobs wait though nobody works', held.map(({ id }) => id)),
    ...(finished !== all || all < accepted || all > ledger.imports.length ? [`imports: ${JSON.stringify(imports)}, ${accepted} accepted, ${ledger.imports.length} asked for`] : []),
  ];
}

/** Counts everything in the stores of a folder whose server has stopped. */
export async function countAll(folder: Folder, ledger: Ledger, neighbourBefore: Record<string, string>): Promise<{ faults: Faults; figures: Figures }> {
  const { ours, neighbour } = folder;
  const opened = await openFolder(folder), client = await adminOf(folder);
  const { stores: { ch, pg } } = opened;
  try {
    const inStore = await ch.rows<{ id: string; n: number }>("select message_id as id, count() as n from events final where workspace = {ours:UUID} and source = 'shop' group by id", { ours });
    const stored = new Set(inStore.map(({ id }) => id)), sent = new Set(ledger.bodies.flatMap(({ events }) => events));
    const there = ledger.bodies.filter(({ state, events }) => state === 'acknowledged' || events.some((id) => stored.has(id)));
    const acknowledged = new Set(ledger.bodies.flatMap(({ state, events }) => (state === 'acknowledged' ? events : [])));
    const [ids] = await ch.rows<{ n: number }>("select uniqExact(message_id) as n from event_ids where workspace = {ours:UUID} and source = 'shop'", { ours });
    const [accepted] = await rows<{ n: number }>(client, 'select coalesce(sum(events), 0)::int as n from ingest_minute where workspace_id = $1', [ours]);
    const [aside] = await rows<{ n: number; places: number }>(client, 'select count(*)::int as n, count(distinct (file, line))::int as places from quarantine where workspace_id = $1', [ours]);
    const renamed = await rows<{ n: number }>(client, "select count(*)::int as n from audit where workspace_id = $1 and action = 'source.change'", [ours]);
    const broken = await Promise.all([ours, neighbour].map((id) => pg.tx(id, (tx) => brokenLink(tx, id))));
    const duplicates = inStore.reduce((sum, { n }) => sum + n - 1, 0);
    const after = await rowsOf(opened, client, neighbour);
    const faults: Faults = {
      I1: [
        ...some('acknowledged events are not stored', [...acknowledged].filter((id) => !stored.has(id))), ...some('events are stored twice', inStore.filter(({ n }) => n > 1).map(({ id }) => id)),
        ...some('stored events were never sent', [...stored].filter((id) => !sent.has(id))), ...some('bodies are stored in part', there.filter(({ events }) => events.some((id) => !stored.has(id))).map(({ events }) => events[0] ?? '')),
        ...differ('rows aside and their places', aside?.n, aside?.places), ...((aside?.n ?? 0) < there.reduce((sum, { refused }) => sum + refused, 0) ? [`${aside?.n} aside`] : []),
      ],
      I2: [...differ('accepted and distinct', accepted?.n, stored.size), ...differ('ids and events', ids?.n, stored.size)],
      I7: [...differ('broken links', broken, [undefined, undefined]), ...((renamed[0]?.n ?? 0) < ledger.renamed ? [`${renamed[0]?.n} lines of ${ledger.renamed} acts`] : [])],
      I8: Object.keys(after).filter((table) => after[table] !== neighbourBefore[table]).map((table) => `${table}: ${neighbourBefore[table]} is now ${after[table]}`),
      I9: await jobFaults(client, ours, ledger),
      money: await moneyFaults(opened, ours, there, ledger),
      people: await peopleFaults(opened, client, ours, there, ledger),
    };
    return { faults, figures: { sent: sent.size, acknowledged: acknowledged.size, stored: stored.size, duplicates } };
  } finally {
    await client.end();
    await opened.close();
  }
}
