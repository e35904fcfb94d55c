import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { handClock } from '../../../kernel/clock.ts';
import { allowedHosts, openEgress } from '../../../kernel/egress/index.ts';
import { newId } from '../../../kernel/ids.ts';
import type { Stores } from '../../../kernel/stores.ts';
import type { Content, Outcome } from '../../core/message.ts';
import type { Outgoing, Provider } from '../channel.ts';
import { aliyunSms, tencentSms, twilioSms } from './sms.ts';
import { mpProvider, wecomProvider, wecomResults } from './weixin.ts';

/** Providers played after their public documentation: requests are checked byte by byte, answers are the documented ones. */
type Seen = { method: string; url: URL; headers: IncomingHttpHeaders; body: string };
let server: Server;
let base = '';
let seen: Seen[] = [];
let answer: (request: Seen) => { status?: number; json: unknown } | undefined = () => ({ json: {} });
const stores = { clock: handClock('2026-03-01T02:03:04.567Z'), egress: openEgress([]) } as unknown as Stores & { clock: ReturnType<typeof handClock> };

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const one = { method: request.method ?? '', url: new URL(request.url ?? '', base), headers: request.headers, body };
    seen.push(one);
    const told = answer(one);
    if (!told) return void response.destroy();
    response.writeHead(told.status ?? 200, { 'content-type': 'application/json' }).end(JSON.stringify(told.json));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  base = `http://127.0.0.1:${port}/`;
  stores.egress = openEgress(allowedHosts(`127.0.0.1:${port}`));
});
afterAll(() => { server.closeAllConnections(); server.close(); });
beforeEach(() => { seen = []; });

const message = (to: string, content: Content): Outgoing => ({ id: newId(), customer: newId(), to, purpose: 'marketing', attempt: 1, links: { unsubscribe: null, preferences: null, web: null }, content: { ...content, variant: 'a', language: 'zh-CN' } as Outgoing['content'] });
const sms = (to = '+8613800000001'): Outgoing => message(to, { channel: 'sms', text: '【茶语】新茶上市 50% off! *\'() 拒收请回复R' });
async function send<Config>(provider: Provider<Config>, config: object, ...messages: Outgoing[]): Promise<Outcome[]> {
  const sender = await provider.open(stores, newId(), provider.config.parse({ endpoint: base, ...config }));
  return sender.send(messages);
}
const first = (): Seen => seen[0] as Seen;

const ALIYUN = { accessKeyId: 'testId', accessKeySecret: 'testSecret', signName: '茶语', templateCode: 'SMS_1' };
test('Alibaba Cloud: the signature is theirs, byte by byte, and their codes are understood', async () => {
  answer = () => ({ json: { Code: 'OK', BizId: '9006^0', Message: 'OK', RequestId: 'R' } });
  expect(await send(aliyunSms, ALIYUN, sms())).toEqual([{ state: 'accepted', providerId: '9006^0' }]);
  const pairs = first().body.split('&').map((pair) => pair.split('=') as [string, string]);
  const { Signature, ...rest } = Object.fromEntries(pairs);
  const sorted = Object.keys(rest).sort().map((key) => `${key}=${rest[key]}`).join('&');
  const expected = createHmac('sha1', 'testSecret&').update(`POST&%2F&${sorted.replaceAll('%', '%25').replaceAll('=', '%3D').replaceAll('&', '%26')}`).digest('base64');
  expect(decodeURIComponent(Signature ?? '')).toBe(expected);
  expect(first().body).not.toMatch(/[!'()*+]/);
  const said = new URLSearchParams(first().body);
  expect([said.get('PhoneNumbers'), said.get('Timestamp'), JSON.parse(said.get('TemplateParam') ?? '{}'), said.get('Action'), said.get('Version')]).toEqual(['13800000001', '2026-03-01T02:03:04Z', { text: '【茶语】新茶上市 50% off! *\'() 拒收请回复R' }, 'SendSms', '2017-05-25']);
  for (const [Code, status, state, suppress] of [['isv.BUSINESS_LIMIT_CONTROL', 200, 'retry'], ['isv.MOBILE_NUMBER_ILLEGAL', 200, 'failed', true], ['isv.SMS_SIGNATURE_ILLEGAL', 200, 'failed', false], ['Throttling.User', 400, 'retry'], ['SignatureDoesNotMatch', 400, 'failed', false]] as const) {
    answer = () => ({ status, json: { Code, Message: 'no' } });
    expect(await send(aliyunSms, ALIYUN, sms()), Code).toMatchObject([suppress === undefined ? { state } : { state, suppress }]);
  }
});

const TENCENT = { secretId: 'AKIDtest', secretKey: 'key', sdkAppId: '1400006666', signName: '茶语', templateId: '449739' };
test('Tencent Cloud: the signature is theirs, byte by byte, and their codes are understood', async () => {
  answer = () => ({ json: { Response: { SendStatusSet: [{ SerialNo: '5000:1', PhoneNumber: '+8613800000001', Code: 'Ok', Message: 'send success' }], RequestId: 'R' } } });
  expect(await send(tencentSms, TENCENT, sms('13800000001'))).toEqual([{ state: 'accepted', providerId: '5000:1' }]);
  const { headers, body } = first();
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
  const request = `POST\n/\n\ncontent-type:${headers['content-type']}\nhost:${headers.host}\nx-tc-action:sendsms\n\ncontent-type;host;x-tc-action\n${hash(body)}`;
  const stamp = Math.floor(Date.parse('2026-03-01T02:03:04Z') / 1_000);
  const mac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const signature = mac(mac(mac(mac('TC3key', '2026-03-01'), 'sms'), 'tc3_request'), `TC3-HMAC-SHA256\n${stamp}\n2026-03-01/sms/tc3_request\n${hash(request)}`).toString('hex');
  expect(headers.authorization).toBe(`TC3-HMAC-SHA256 Credential=AKIDtest/2026-03-01/sms/tc3_request, SignedHeaders=content-type;host;x-tc-action, Signature=${signature}`);
  expect([headers['x-tc-timestamp'], headers['x-tc-version'], JSON.parse(body)]).toMatchObject([String(stamp), '2021-01-11', { PhoneNumberSet: ['+8613800000001'], SmsSdkAppId: '1400006666' }]);
  for (const [json, expected] of [
    [{ Response: { SendStatusSet: [{ Code: 'FailedOperation.PhoneNumberInBlacklist', Message: 'x' }] } }, { state: 'failed', suppress: true }], [{ Response: { Error: { Code: 'AuthFailure.SignatureFailure', Message: 'x' } } }, { state: 'failed', suppress: false }],
    [{ Response: { SendStatusSet: [{ Code: 'LimitExceeded.PhoneNumberDailyLimit', Message: 'x' }] } }, { state: 'retry' }], [{}, { state: 'unknown', code: 'sms.unreadable' }],
  ] as const) {
    answer = () => ({ json });
    expect(await send(tencentSms, TENCENT, sms())).toMatchObject([expected]);
  }
});

const TWILIO = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'token', from: '+15005550006' };
test('Twilio: asked as documented; who said STOP is left alone; an answer that is lost is in doubt', async () => {
  answer = () => ({ status: 201, json: { sid: 'SM1', status: 'queued' } });
  expect(await send(twilioSms, TWILIO, sms('+14155550100'))).toEqual([{ state: 'accepted', providerId: 'SM1' }]);
  const { url, headers, body } = first();
  expect([url.pathname, headers.authorization, new URLSearchParams(body).get('To'), new URLSearchParams(body).get('From')]).toEqual([`/2010-04-01/Accounts/${TWILIO.accountSid}/Messages.json`, `Basic ${Buffer.from(`${TWILIO.accountSid}:token`).toString('base64')}`, '+14155550100', '+15005550006']);
  for (const [status, code, expected] of [[400, 21610, { state: 'failed', suppress: true }], [400, 21211, { state: 'failed', suppress: true }], [400, 21606, { state: 'failed', suppress: false }], [429, 20429, { state: 'retry' }], [503, 0, { state: 'retry' }]] as const) {
    answer = () => ({ status, json: { code, message: 'no', status } });
    expect(await send(twilioSms, TWILIO, sms()), String(code)).toMatchObject([expected]);
  }
  answer = () => undefined;
  expect(await send(twilioSms, TWILIO, sms())).toMatchObject([{ state: 'unknown', code: 'sms.unreachable' }]);
  await expect(twilioSms.check?.(stores, { ...TWILIO, endpoint: 'http://10.0.0.1/' })).rejects.toMatchObject({ code: 'egress.not_public' });
});

test('D8: WeCom: one task a text for staff to send; a stale token is renewed once; what staff made of it is told customer by customer', async () => {
  let tokens = 0;
  const config = { corpId: 'ww1', secret: 's1' };
  answer = ({ url, body }) => {
    if (url.pathname === '/cgi-bin/gettoken') return { json: { errcode: 0, errmsg: 'ok', access_token: `T${++tokens}`, expires_in: 7_200 } };
    if (url.searchParams.get('access_token') === 'T1') return { json: { errcode: 42001, errmsg: 'access_token expired' } };
    if (url.pathname.endsWith('get_groupmsg_task')) return { json: { errcode: 0, task_list: [{ userid: 'li', status: 2 }, { userid: 'wang', status: 0 }] } };
    if (url.pathname.endsWith('get_groupmsg_send_result') && (JSON.parse(body) as { userid: string }).userid === 'wang') return { json: { errcode: 0, send_list: [{ external_userid: 'wm5', userid: 'wang', status: 0 }] } };
    if (url.pathname.endsWith('get_groupmsg_send_result')) {
      const cursor = (JSON.parse(body) as { cursor?: string }).cursor;
      return { json: cursor ? { errcode: 0, send_list: [{ external_userid: 'wm3', userid: 'li', status: 2 }, { external_userid: 'wm4', userid: 'li', status: 3 }] } : { errcode: 0, send_list: [{ external_userid: 'wm1', userid: 'li', status: 1, send_time: 1_772_330_400 }, { external_userid: 'wm2', userid: 'li', status: 0 }], next_cursor: 'C' } };
    }
    return { json: { errcode: 0, errmsg: 'ok', fail_list: ['wm3'], msgid: 'msg1' } };
  };
  const text = (to: string, said: string) => message(to, { channel: 'wecom', text: said, url: 'https://shop.example/' });
  const outcomes = await send(wecomProvider, config, text('wm1', 'a'), text('wm2', 'a'), text('wm3', 'a')), [first1, first2] = outcomes.map((one) => (one.state === 'accepted' ? one.providerId : ''));
  expect(outcomes).toMatchObject([{ state: 'accepted', providerId: expect.stringMatching(/^msg1:[0-9a-f]{32}$/) }, { state: 'accepted' }, { state: 'failed', code: 'wecom.no_friend' }]);
  const tasks = seen.filter(({ url }) => url.pathname.endsWith('add_msg_template'));
  expect([tokens, tasks.length, JSON.parse(tasks[1]?.body ?? '{}')]).toEqual([2, 2, { chat_type: 'single', external_userid: ['wm1', 'wm2', 'wm3'], text: { content: 'a' }, attachments: [{ msgtype: 'link', link: { title: 'a', url: 'https://shop.example/' } }] }]);
  expect(first().url.search).toBe('?corpid=ww1&corpsecret=s1');
  const results = await wecomResults(stores, wecomProvider.config.parse({ ...config, endpoint: base }), ['msg1']) ?? [];
  expect(results.map(({ staff, state, at }) => [staff, state, at?.toISOString() ?? null])).toEqual([['li', 'sent', '2026-03-01T02:00:00.000Z'], ['li', 'pending', null], ['li', 'failed', null], ['li', 'over_limit', null], ['wang', 'pending', null]]);
  expect(results.slice(0, 2).map(({ reference }) => reference), 'by the name the message was given, which does not name the customer').toEqual([first1, first2]);
});

test('WeChat: service and subscription messages as documented, and what their codes mean', async () => {
  const config = { appId: 'wx1', secret: 's1' };
  let errcode = 0;
  answer = ({ url }) => ({ json: url.pathname === '/cgi-bin/token' ? { access_token: 'T', expires_in: 7_200 } : { errcode, errmsg: 'x', msgid: 7 } });
  const service = message('openid1', { channel: 'mp', kind: 'service', providerTemplate: '', text: '您好', data: {}, url: '' });
  const subscribe = message('openid1', { channel: 'mp', kind: 'subscribe', providerTemplate: 'tpl1', text: '', data: { thing1: '新茶', time2: '2026-03-01' }, url: 'pages/index' });
  expect(await send(mpProvider, config, service, subscribe)).toMatchObject([{ state: 'accepted' }, { state: 'accepted', providerId: '7' }]);
  const bodies = Object.fromEntries(seen.filter(({ method }) => method === 'POST').map(({ url, body }) => [url.pathname, JSON.parse(body) as unknown]));
  expect(bodies).toEqual({ '/cgi-bin/message/custom/send': { touser: 'openid1', msgtype: 'text', text: { content: '您好' } }, '/cgi-bin/message/subscribe/bizsend': { touser: 'openid1', template_id: 'tpl1', page: 'pages/index', data: { thing1: { value: '新茶' }, time2: { value: '2026-03-01' } } } });
  expect(seen.filter(({ url }) => url.pathname === '/cgi-bin/token').every(({ url }) => url.search === '?grant_type=client_credential&appid=wx1&secret=s1')).toBe(true);
  for (const [code, expected] of [[45015, { state: 'failed', suppress: false }], [43101, { state: 'failed', suppress: false }], [40003, { state: 'failed', suppress: true }], [-1, { state: 'retry' }], [45009, { state: 'retry' }]] as const) {
    errcode = code;
    expect(await send(mpProvider, config, service), String(code)).toMatchObject([expected]);
  }
  answer = () => ({ json: { errcode: 40125, errmsg: 'invalid appsecret' } });
  expect(await send(mpProvider, config, service)).toMatchObject([{ state: 'retry', code: 'mp.login' }]);
});
