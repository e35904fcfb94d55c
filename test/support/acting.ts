import { newId } from '../../src/kernel/ids.ts';
import { run, sql } from '../../src/kernel/sql.ts';
import type { World } from './everything.ts';
import { exit, inARow, send, wait } from './journeys.ts';
import { writtenTemplate } from './writtenTemplate.ts';

const at = '2026-03-15T04:00:00Z', far = '2027-03-15T04:00:00Z';
const TREE = { version: 1, root: { kind: 'event', event: 'order.paid', where: [], window: { kind: 'rolling', days: 365 }, of: { measure: 'count', test: { op: 'at_least', value: 2 } } } };
export const STATES = ['waiting', 'deferred', 'sending', 'accepted', 'unknown', 'failed', 'refused', 'withdrawn'] as const;
/** Whose address is suppressed in the other workspace, and who left its topic. */
export const OPTED_OUT = { phone: '13800139010', topic: 'news' };

/** Whom not to write to: by an address somebody has, by one nobody has, by the person; one lifted again. A topic that was left. */
async function optedOut({ api, owner }: World, people: readonly string[]): Promise<void> {
  const put = (body: object) => api.post('/api/v1/reach/suppressions', { reason: 'asked for it', ...body });
  await put({ kind: 'phone', value: OPTED_OUT.phone });
  await put({ kind: 'phone', value: '13700000000' });
  await put({ customer: people[6] });
  await put({ customer: people[7] });
  const { rows } = await api.get<{ rows: { id: string; customer: string | null }[] }>('/api/v1/reach/suppressions');
  await api.post(`/api/v1/reach/suppressions/${rows.find(({ customer }) => customer === people[7])?.id}/lift`, { reason: 'changed their mind' });
  const group = await api.post<{ id: string }>('/api/v1/reach/groups', { key: OPTED_OUT.topic, name: 'News' });
  for (const [customer, state] of [[people[8], 'left'], [people[9], 'joined']]) await api.post(`/api/v1/reach/groups/${group.id}/say`, { customer, state, proof: 'by letter' });
  await api.put('/api/v1/reach/rules', { version: 0, rules: { caps: { window: 'rolling', limits: [{ channel: 'sms', per: 'week', limit: 2 }], allow: { customers: [people[10]], sources: [] } }, spacingMinutes: 45 } });
  await owner.call('PUT', '/api/v1/journey-settings', { approvalPeople: 200 });
  await owner.call('PUT', '/api/v1/templates/rules', { claims: [{ phrase: 'best', except: [] }], smsProvider: 'aliyun', signature: 'Tea' });
  await api.post('/api/v1/reach/accounts', { channel: 'sms', provider: 'sandbox', name: 'Texts', config: { failed: 1 } });
}

/** A segment as it was, one that names it, and what stands for one of them as a person. */
async function kept({ api }: World): Promise<string> {
  const frozen = await api.post<{ id: string }>('/api/v1/segments/freeze', { name: 'Those of March', tree: TREE });
  const named = await api.post<{ id: string }>('/api/v1/segments', { name: 'Others', tree: { version: 1, root: { kind: 'not', of: { kind: 'segment', segment: frozen.id } } } });
  await api.post('/api/v1/personas', { segmentId: named.id, name: 'Mei', story: 'drinks green tea', goals: ['calm'], pains: ['late parcels'], channels: ['sms'] });
  return named.id;
}

/** A journey under way with two inside and one through, asked for twice; what it wants sent stands in the ledger in every state. */
async function underWay({ api, owner, stores, workspace }: World, people: readonly string[], { template, segment }: { template: string; segment: string }): Promise<void> {
  const definition = inARow([{ kind: 'segment', segment, when: 'entered', backlog: true }, { kind: 'api' }], [wait('rest', 30, 'days'), send('text', { template: { id: template, version: 1 }, channel: 'sms' }), exit('end')], { holdOut: 0.1 });
  const { id } = await api.post<{ id: string }>('/api/v1/journeys', { name: 'Second order', definition });
  await owner.call('POST', `/api/v1/journeys/${id}/approvals`, { note: 'to all' });
  const { account } = await stores.pg.tx(workspace, async (tx) => {
    await run(tx, sql`update journey set state = 'live', version = 1, launched_at = ${at}, looked_at = ${far} where workspace_id = ${workspace} and id = ${id}`);
    await run(tx, sql`insert into journey_version (workspace_id, journey_id, version, definition, made_by, made_at) select workspace_id, id, 1, draft, owner, ${at} from journey where workspace_id = ${workspace} and id = ${id}`);
    await run(tx, sql`insert into journey_approval values (${workspace}, ${newId()}, ${id}, 'digest', 900, 'please', ${newId()}, ${at}, 'approved', ${owner.userId}, ${at}, 'well')`);
    for (const [n, status] of (['inside', 'inside', 'done'] as const).entries()) {
      const enrolment = newId();
      await run(tx, sql`insert into enrolment (workspace_id, id, journey_id, version, customer_id, person_id, arm, zone, status, node, visit, arrived, entered_at, since, due_at, next_at, ended_at, occasion)
        values (${workspace}, ${enrolment}, ${id}, 1, ${people[n]}, ${people[n]}, 'treated', 'Asia/Taipei', ${status}, ${status === 'done' ? 'end' : 'rest'}, 1, true, ${at}, ${at}, ${far}, ${far}, ${status === 'done' ? at : null}, '{"kind": "api"}')`);
      await run(tx, sql`insert into enrolment_log values (${workspace}, ${enrolment}, 0, 'rest', 'entered', ${at}, ${id})`);
    }
    await run(tx, sql`insert into source_health values (${workspace}, 'journey', ${id}, 600, 30, 1, ${at}, 'bounced', null)`);
    return { account: newId() };
  });
  await stores.pg.tx(workspace, async (tx) => {
    for (const [n, state] of STATES.entries()) {
      const message = newId(), isDone = n > 2;
      await run(tx, sql`insert into message (workspace_id, id, customer_id, source_kind, source_id, source_version, step, asked, channel, purpose, template_id, template_version, params, priority, if_blocked, due_at, state, reason, decided_at, next_at,
          account_id, counted_at, address, provider, provider_id, sent_at, receipt, created_at)
        values (${workspace}, ${message}, ${people[n]}, 'journey', ${id}, 1, 'text', 'sms', 'sms', 'marketing', ${template}, 1, ${isDone ? '{}' : '{"code": "SPRING"}'}::jsonb, 0, 'queue', ${at}, ${state}, ${state === 'accepted' || !isDone ? null : 'expired'}, ${at}, ${far},
          ${state === 'waiting' ? account : null}, ${state === 'accepted' ? at : null}, ${people[n]}, 'sandbox', ${`p:${n}`}, ${state === 'accepted' ? at : null}, ${state === 'accepted' ? 'delivered' : null}, ${at})`);
      if (state === 'accepted') await run(tx, sql`insert into message_receipt values (${workspace}, ${message}, 'delivered', ${at}, '', '', true)`);
    }
  });
}

/** All that acts on people, in every state it can be in. */
export async function fillActing(world: World, people: readonly string[]): Promise<void> {
  await optedOut(world, people);
  const segment = await kept(world), template = await writtenTemplate(world.owner);
  await underWay(world, people, { template, segment });
}
