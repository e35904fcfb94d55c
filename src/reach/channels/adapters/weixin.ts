import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { WorkspaceId } from '../../../kernel/ids.ts';
import type { Stores } from '../../../kernel/stores.ts';
import type { Outcome } from '../../core/message.ts';
import type { Outgoing, Provider, Sender, STAFF_STATES, StaffResult } from '../channel.ts';
import { some } from '../some.ts';
import { ask, checkEndpoint, judged, type Said } from './ask.ts';

const word = z.string().trim().min(1).max(200).regex(/^[\w-]+$/);
const endpoint = (usual: string) => z.url({ protocol: /^https?$/ }).max(300).default(usual);
const AT_ONCE = 5;

type Answer = { errcode?: number; errmsg?: string; access_token?: string; expires_in?: number; msgid?: unknown; fail_list?: string[] };
const AGAIN = /^(?:-1|40001|40014|42001|45009|45033|45047|60020)$/;
const SUPPRESS = /^(?:40003|43004|84061)$/;
const STALE = [40001, 40014, 42001];
const EARLY_MS = 300_000;

type Account = { tokenUrl: string; endpoint: string; prefix: 'wecom' | 'mp' };

/** A caller that keeps the access token as long as it is good, and takes a new one when it is told that it is not. */
function caller(stores: Stores, { tokenUrl, endpoint: base, prefix }: Account): (path: string, body: object) => Promise<Said<Answer>> {
  let held: { token: string; untilMs: number } | undefined;
  const token = async (): Promise<Said<string>> => {
    const nowMs = stores.clock.now().getTime();
    if (held && nowMs < held.untilMs) return { said: held.token };
    const answer = await ask<Answer>(stores, { url: tokenUrl, method: 'GET' }, { prefix });
    // Nothing of a message was said yet: a lost answer is no doubt.
    if ('outcome' in answer) return { outcome: answer.outcome.state === 'unknown' ? { state: 'retry', code: answer.outcome.code, detail: '', after: null } : answer.outcome };
    const { access_token: given, expires_in: seconds = 0, errcode = 0, errmsg = '' } = answer.said;
    if (!given) return { outcome: { state: 'retry', code: `${prefix}.login`, detail: `${errcode} ${errmsg}`.slice(0, 200), after: null } };
    held = { token: given, untilMs: nowMs + Math.max(0, seconds * 1_000 - EARLY_MS) };
    return { said: given };
  };
  return async (path, body) => {
    for (let attempt = 0; ; attempt++) {
      const given = await token();
      if ('outcome' in given) return given;
      const answer = await ask<Answer>(stores, { url: `${new URL(path, base).href}?access_token=${encodeURIComponent(given.said)}`, method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }, { prefix });
      if ('outcome' in answer || attempt > 0 || !STALE.includes(answer.said.errcode ?? 0)) return answer;
      held = undefined;
    }
  };
}

const refusal = ({ errcode = 0, errmsg = '' }: Answer, prefix: string): Outcome => judged({ code: String(errcode), detail: errmsg }, { again: AGAIN, suppress: SUPPRESS }, prefix);
const wrong = ({ content }: Outgoing): Outcome => ({ state: 'failed', code: 'wrong_channel', detail: content.channel, suppress: false });

const wecomConfig = z.strictObject({ corpId: word, secret: word, sender: word.nullable().default(null), endpoint: endpoint('https://qyapi.weixin.qq.com/') });
type WecomConfig = z.output<typeof wecomConfig>;

/** One task for staff a text: people whose text is the same are told together. Until staff press "send" nothing has been sent (`resultsOf`). */
async function broadcast({ sender }: WecomConfig, call: Call, messages: readonly Outgoing[]): Promise<Outcome[]> {
  const outcomes = new Map<Outgoing, Outcome>(messages.map((message) => [message, wrong(message)]));
  const texts = Map.groupBy(messages.filter(({ content }) => content.channel === 'wecom'), ({ content }) => JSON.stringify(content.channel === 'wecom' ? [content.text, content.url] : []));
  await some([...texts.values()], AT_ONCE, async (group) => {
    const { content } = group[0] as Outgoing;
    if (content.channel !== 'wecom') return;
    const attachments = content.url ? [{ msgtype: 'link', link: { title: content.text.slice(0, 60), url: content.url } }] : [];
    const answer = await call('/cgi-bin/externalcontact/add_msg_template', { chat_type: 'single', external_userid: group.map(({ to }) => to), ...(sender ? { sender } : {}), text: { content: content.text }, ...(attachments.length > 0 ? { attachments } : {}) });
    for (const message of group) outcomes.set(message, outcomeOf(answer, message));
  });
  return messages.map((message) => outcomes.get(message) as Outcome);
}

/** The provider's name of one message of a task; whom it went to stands in it as a digest only. */
const referenceOf = (task: string, to: string): string => `${task}:${createHash('sha256').update(`${task}\n${to}`).digest('hex').slice(0, 32)}`;

function outcomeOf(answer: Said<Answer>, { to }: Outgoing): Outcome {
  if ('outcome' in answer) return answer.outcome;
  const { errcode = 0, msgid, fail_list: failed = [] } = answer.said;
  if (errcode !== 0 && errcode !== 41048) return refusal(answer.said, 'wecom');
  return failed.includes(to) || errcode === 41048 ? { state: 'failed', code: 'wecom.no_friend', detail: '', suppress: false } : { state: 'accepted', providerId: referenceOf(String(msgid), to) };
}

/** What the provider's numbers say of one customer: not sent yet, sent, no friend any more, or full by its own limit (get_groupmsg_send_result). */
const STATES: readonly (typeof STAFF_STATES)[number][] = ['pending', 'sent', 'failed', 'over_limit'];
type SendList = Answer & { send_list?: { external_userid?: string; userid?: string; status?: number; send_time?: number }[]; next_cursor?: string };
type TaskList = Answer & { task_list?: { userid?: string; status?: number }[]; next_cursor?: string };
type Call = ReturnType<typeof caller>;

const withCall = (stores: Stores, { corpId, secret, endpoint: base }: WecomConfig): Call =>
  caller(stores, { endpoint: base, prefix: 'wecom', tokenUrl: `${new URL('/cgi-bin/gettoken', base).href}?${new URLSearchParams({ corpid: corpId, corpsecret: secret })}` });

/** All pages of a list; undefined where the provider does not say. */
async function pages<Page extends Answer & { next_cursor?: string }, Row>(call: Call, path: string, body: object, rowsOf: (page: Page) => readonly Row[] | undefined): Promise<Row[] | undefined> {
  const rows: Row[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const answer: Said<Answer> = await call(path, { ...body, limit: PAGE, ...(cursor ? { cursor } : {}) });
    if ('outcome' in answer || (answer.said.errcode ?? 0) !== 0) return undefined;
    const page = answer.said as Page;
    rows.push(...(rowsOf(page) ?? []));
    cursor = page.next_cursor || undefined;
  }
  return rows;
}
const PAGE = 1_000;

/** Who was given a task (get_groupmsg_task), and what each of them made of it, customer by customer (get_groupmsg_send_result). */
async function resultsOf(call: Call, task: string): Promise<StaffResult[] | undefined> {
  const staff = await pages<TaskList, string>(call, '/cgi-bin/externalcontact/get_groupmsg_task', { msgid: task }, ({ task_list: list }) => list?.flatMap(({ userid }) => userid ?? []));
  const results: StaffResult[] = [];
  for (const userid of staff ?? []) {
    const told = await pages<SendList, StaffResult>(call, '/cgi-bin/externalcontact/get_groupmsg_send_result', { msgid: task, userid }, ({ send_list: list }) => list?.map(({ external_userid: to = '', userid: by = userid, status = 0, send_time: at }) => (
      { task, reference: referenceOf(task, to), staff: by, state: STATES[status] ?? 'pending', at: at ? new Date(at * 1_000) : null })));
    if (!told) return undefined;
    results.push(...told);
  }
  return staff && results;
}

/** How far staff are with tasks; undefined once the provider does not say of one. */
export async function wecomResults(stores: Stores, config: WecomConfig, tasks: readonly string[]): Promise<StaffResult[] | undefined> {
  const call = withCall(stores, config), all: StaffResult[] = [];
  for (const task of tasks) {
    const results = await resultsOf(call, task);
    if (!results) return undefined;
    all.push(...results);
  }
  return all;
}

/** Broadcasts to friends on WeCom, as tasks that staff confirm. */
export const wecomProvider: Provider<WecomConfig> = {
  name: 'wecom', channel: 'wecom', tested: 'protocol', config: wecomConfig, address: 'external_userid', check: (stores, config) => checkEndpoint(stores, config.endpoint), results: wecomResults,
  open: async (stores: Stores, _: WorkspaceId, config): Promise<Sender> => {
    const call = withCall(stores, config);
    return { send: (messages) => broadcast(config, call, messages), close: () => Promise.resolve() };
  },
};

const mpConfig = z.strictObject({ appId: word, secret: word, endpoint: endpoint('https://api.weixin.qq.com/') });
type MpConfig = z.output<typeof mpConfig>;

async function sendMp(call: Call, message: Outgoing): Promise<Outcome> {
  const { to, content } = message;
  if (content.channel !== 'mp') return wrong(message);
  const page = content.url ? { page: content.url } : {};
  const answer = content.kind === 'service' ? await call('/cgi-bin/message/custom/send', { touser: to, msgtype: 'text', text: { content: content.text } })
    : await call('/cgi-bin/message/subscribe/bizsend', { touser: to, template_id: content.providerTemplate, ...page, data: Object.fromEntries(Object.entries(content.data).map(([key, value]) => [key, { value }])) });
  if ('outcome' in answer) return answer.outcome;
  return (answer.said.errcode ?? 0) === 0 ? { state: 'accepted', providerId: String(answer.said.msgid ?? message.id) } : refusal(answer.said, 'mp');
}

/** Service messages (within 48 hours of somebody's own word) and subscription messages of a WeChat service account. */
export const mpProvider: Provider<MpConfig> = {
  name: 'weixin', channel: 'mp', tested: 'protocol', config: mpConfig, address: 'openid', check: (stores, config) => checkEndpoint(stores, config.endpoint),
  open: async (stores, _, { appId, secret, endpoint: base }): Promise<Sender> => {
    const call = caller(stores, { endpoint: base, prefix: 'mp', tokenUrl: `${new URL('/cgi-bin/token', base).href}?${new URLSearchParams({ grant_type: 'client_credential', appid: appId, secret })}` });
    return { send: (messages) => some(messages, AT_ONCE, (message) => sendMp(call, message)), close: () => Promise.resolve() };
  },
};
