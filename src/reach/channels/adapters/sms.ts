import { createHash, createHmac } from 'node:crypto';
import { z } from 'zod';
import { newId } from '../../../kernel/ids.ts';
import type { Stores } from '../../../kernel/stores.ts';
import type { Outcome } from '../../core/message.ts';
import type { Outgoing, Provider } from '../channel.ts';
import { some } from '../some.ts';
import { ask, checkEndpoint, type Codes, judged } from './ask.ts';

const word = z.string().trim().min(1).max(200).regex(/^[^\u0000-\u001f\u007f]*$/);
const endpoint = (usual: string) => z.url({ protocol: /^https?$/ }).max(300).default(usual);
const AT_ONCE = 5;
/** An answer that says neither yes nor no. */
const DOUBT: Outcome = { state: 'unknown', code: 'sms.unreadable', detail: '' };

type SendOne<Config> = (stores: Stores, config: Config, sms: { id: string; to: string; text: string }) => Promise<Outcome>;

/** An SMS provider that is asked message by message. Telephones are given as they are kept: +8613800000001. */
const provider = <Config extends { endpoint: string }>(name: string, config: z.ZodType<Config>, sendOne: SendOne<Config>): Provider<Config> => ({
  name, channel: 'sms', tested: 'protocol', config, address: 'phone', check: (stores, given) => checkEndpoint(stores, given.endpoint),
  open: async (stores, _, given) => ({
    close: () => Promise.resolve(),
    send: (messages) => some(messages, AT_ONCE, ({ id, to, content }: Outgoing): Promise<Outcome> => (content.channel === 'sms'
      ? sendOne(stores, given, { id, to: to.startsWith('+') ? to : `+86${to}`, text: content.text })
      : Promise.resolve({ state: 'failed', code: 'wrong_channel', detail: content.channel, suppress: false }))),
  }),
});

const aliyunConfig = z.strictObject({ accessKeyId: word, accessKeySecret: word, signName: word, templateCode: word, textParam: z.string().regex(/^\w{1,30}$/).default('text'), endpoint: endpoint('https://dysmsapi.aliyuncs.com/') });
const ALIYUN: Codes = { again: /LIMIT_CONTROL$|^Throttling|AMOUNT_NOT_ENOUGH|SYSTEM_ERROR|ServiceUnavailable|InternalError/, suppress: /MOBILE_NUMBER_ILLEGAL|MOBILE_COUNT_OVER_LIMIT|BLACK_LIST|UNSUBSCRIBED/ };

/** Percent-encoding as Alibaba Cloud's RPC signature asks (RFC 3986). */
const encode = (text: string): string => encodeURIComponent(text).replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

/** Alibaba Cloud SMS, SendSms of 2017-05-25, signature version 1.0 (HMAC-SHA1). */
export const aliyunSms = provider('aliyun', aliyunConfig, async (stores, { accessKeyId, accessKeySecret, signName, templateCode, textParam, endpoint: url }, { id, to, text }) => {
  const params: Record<string, string> = {
    AccessKeyId: accessKeyId, Action: 'SendSms', Format: 'JSON', OutId: id, PhoneNumbers: to.replace(/^\+86/, '').replace(/^\+/, '00'), SignName: signName, SignatureMethod: 'HMAC-SHA1', SignatureNonce: newId(), SignatureVersion: '1.0',
    TemplateCode: templateCode, TemplateParam: JSON.stringify({ [textParam]: text }), Timestamp: stores.clock.now().toISOString().replace(/\.\d+Z$/, 'Z'), Version: '2017-05-25',
  };
  const canonical = Object.keys(params).sort().map((key) => `${encode(key)}=${encode(params[key] ?? '')}`).join('&');
  const signature = createHmac('sha1', `${accessKeySecret}&`).update(`POST&${encode('/')}&${encode(canonical)}`).digest('base64');
  const answer = await ask<{ Code?: string; Message?: string; BizId?: string }>(stores, { url, method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: `${canonical}&Signature=${encode(signature)}` }, { prefix: 'sms', errors: true });
  if ('outcome' in answer) return answer.outcome;
  const { Code, Message = '', BizId = '' } = answer.said;
  if (Code === undefined) return DOUBT;
  return Code === 'OK' ? { state: 'accepted', providerId: BizId } : judged({ code: Code, detail: Message }, ALIYUN, 'sms');
});

const tencentConfig = z.strictObject({ secretId: word, secretKey: word, sdkAppId: word, signName: word, templateId: word, region: z.string().regex(/^[a-z0-9-]{1,40}$/).default('ap-guangzhou'), endpoint: endpoint('https://sms.tencentcloudapi.com/') });
const TENCENT: Codes = { again: /^LimitExceeded|^RequestLimitExceeded|^InternalError|InsufficientBalance/, suppress: /PhoneNumberInBlacklist|IncorrectPhoneNumber|PhoneNumberOnUnsubscribe|InvalidPhoneNumber/ };
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Tencent Cloud SMS, SendSms of 2021-01-11, signed by TC3-HMAC-SHA256. */
export const tencentSms = provider('tencent', tencentConfig, async (stores, { secretId, secretKey, sdkAppId, signName, templateId, region, endpoint: url }, { id, to, text }) => {
  const body = JSON.stringify({ PhoneNumberSet: [to], SmsSdkAppId: sdkAppId, SignName: signName, TemplateId: templateId, TemplateParamSet: [text], SessionContext: id });
  const now = stores.clock.now(), stamp = String(Math.floor(now.getTime() / 1_000)), day = now.toISOString().slice(0, 10), { host } = new URL(url);
  const [type, scope, names] = ['application/json; charset=utf-8', `${day}/sms/tc3_request`, 'content-type;host;x-tc-action'];
  const canonical = ['POST', '/', '', `content-type:${type}`, `host:${host}`, 'x-tc-action:sendsms', '', names, sha256(body)].join('\n');
  const key = hmac(hmac(hmac(`TC3${secretKey}`, day), 'sms'), 'tc3_request');
  const signature = hmac(key, ['TC3-HMAC-SHA256', stamp, scope, sha256(canonical)].join('\n')).toString('hex');
  const headers = { 'content-type': type, authorization: `TC3-HMAC-SHA256 Credential=${secretId}/${scope}, SignedHeaders=${names}, Signature=${signature}`, 'x-tc-action': 'SendSms', 'x-tc-timestamp': stamp, 'x-tc-version': '2021-01-11', 'x-tc-region': region };
  const answer = await ask<{ Response?: { Error?: { Code: string; Message: string }; SendStatusSet?: { Code: string; Message: string; SerialNo: string }[] } }>(stores, { url, method: 'POST', headers, body }, { prefix: 'sms' });
  if ('outcome' in answer) return answer.outcome;
  const { Error: error, SendStatusSet: [sent] = [] } = answer.said.Response ?? {};
  if (sent?.Code === 'Ok') return { state: 'accepted', providerId: sent.SerialNo };
  const code = error?.Code ?? sent?.Code;
  return code === undefined ? DOUBT : judged({ code, detail: error?.Message ?? sent?.Message ?? '' }, TENCENT, 'sms');
});

const twilioConfig = z.strictObject({ accountSid: z.string().regex(/^AC[0-9a-f]{32}$/), authToken: word, from: z.string().regex(/^(?:\+\d{5,15}|MG[0-9a-f]{32})$/), endpoint: endpoint('https://api.twilio.com/') });
const TWILIO: Codes = { again: /^(?:20429|20003|20500|20503|30001|30022)$/, suppress: /^(?:21211|21610|21614|21217|21612)$/ };

/** Twilio's Messages of 2010-04-01, by account and token. */
export const twilioSms = provider('twilio', twilioConfig, async (stores, { accountSid, authToken, from, endpoint: base }, { to, text }) => {
  const url = new URL(`/2010-04-01/Accounts/${accountSid}/Messages.json`, base).href;
  const body = new URLSearchParams({ To: to, Body: text, [from.startsWith('MG') ? 'MessagingServiceSid' : 'From']: from }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}` };
  const answer = await ask<{ sid?: string; code?: number; message?: string }>(stores, { url, method: 'POST', headers, body }, { prefix: 'sms', errors: true });
  if ('outcome' in answer) return answer.outcome;
  const { sid, code, message = '' } = answer.said;
  if (sid !== undefined && typeof code !== 'number') return { state: 'accepted', providerId: sid };
  return code === undefined ? DOUBT : judged({ code: String(code), detail: message }, TWILIO, 'sms');
});
