import { expect, test } from 'vitest';
import type { Purpose } from '../message.ts';
import { CLAIMS, claimsIn } from './claims.ts';
import type { ChannelContent, TemplateDocument } from './document.ts';
import { lint, type LintRules } from './lint.ts';
import { lintSms } from './lintSms.ts';
import { firstNameOf } from './names.ts';
import { SMS_RULES, type SmsRules } from './rules.ts';
import { smsLength } from './smsLength.ts';

const rulesOf = (provider: string): SmsRules => SMS_RULES.find((one) => one.provider === provider) as SmsRules;
const codes = (text: string, purpose: Purpose, provider = 'aliyun', signature = '茶店'): string[] => lintSms(text, text.replace(/\{\{[^}]*\}\}/g, '张三'), { purpose, rules: rulesOf(provider), signature }).map(({ code }) => code);

test.each<[string, Purpose, string[]]>([
  ['春茶上新，满减进行中，拒收请回复R', 'marketing', []],
  ['春茶上新，满减进行中，拒收請回覆R', 'marketing', []],
  ['Spring tea is here. Reply STOP to opt out', 'marketing', []],
  ['春茶上新', 'marketing', ['sms_opt_out_missing']],
  ['拒收请回复R 春茶上新', 'marketing', ['sms_opt_out_missing']],
  ['春茶上新，退订回T', 'marketing', ['sms_opt_out_missing']],
  ['【茶店】春茶上新，拒收请回复R', 'marketing', ['sms_signature_typed']],
  ['春茶上新，拒收请回复R【茶店】', 'marketing', ['sms_signature_typed', 'sms_opt_out_missing']],
  ['您的订单 {{ event.order_no }} 已发货', 'transactional', []],
  ['您的订单已发货，拒收请回复R', 'transactional', ['sms_opt_out_unwanted']],
  ['您的订单已发货，回复TD退订', 'service', ['sms_opt_out_unwanted']],
  ['您的订单已发货，再送您优惠券', 'transactional', ['sms_notice_marketing']],
  ['Your order has left. Special offer inside', 'transactional', ['sms_notice_marketing']],
  ['祝您生日快乐', 'service', ['sms_care_is_marketing']],
  ['中秋节日快乐', 'service', ['sms_care_is_marketing']],
  ['祝您生日快乐，拒收请回复R', 'marketing', []],
  ['wholesale order shipped', 'transactional', []],
])('D5: a text message %j for %s: %j', (text, purpose, expected) => expect(codes(text, purpose)).toEqual(expected));

test('D5: what is charged is counted with the signature, 70 in one and 67 in each of several; elsewhere by GSM 03.38', () => {
  const at = (length: number) => smsLength('茶'.repeat(length), 'mainland');
  expect([at(70), at(71), at(134), at(135)].map(({ segments }) => segments)).toEqual([1, 2, 2, 3]);
  expect(smsLength('a'.repeat(71), 'mainland')).toMatchObject({ encoding: 'ucs2', segments: 2 });
  expect(['a'.repeat(160), 'a'.repeat(161), 'a'.repeat(306), 'a'.repeat(307), '€'.repeat(80), '€'.repeat(81), 'é'.repeat(160)].map((text) => smsLength(text, 'international').segments)).toEqual([1, 2, 2, 3, 1, 2, 1]);
  // An escaped character is never cut: 152 letters, then 76 of two places each beginning in a new part.
  expect(smsLength(`${'a'.repeat(152)}${'€'.repeat(77)}`, 'international')).toMatchObject({ encoding: 'gsm7', units: 306, segments: 3 });
  expect(smsLength('ê', 'international').encoding).toBe('ucs2');
  expect(smsLength('', 'mainland')).toMatchObject({ units: 0, segments: 0 });
  // 68 characters, and four of the signature: over 70 only with it.
  const text = `${'茶'.repeat(62)}拒收请回复R`;
  expect([codes(text, 'marketing', 'aliyun', ''), codes(text, 'marketing', 'aliyun', '茶店')]).toEqual([[], ['sms_segments']]);
  expect(codes(`${'茶'.repeat(500)}拒收请回复R`, 'marketing')).toEqual(['sms_too_long', 'sms_segments']);
});

test.each<[string, string, string[]]>([
  ['tencent', '送您一张优惠券', ['coupon']], ['tencent', '好久不见，回来看看', ['recall']], ['tencent', '积分即将到期，快来兑换', ['points']],
  ['tencent', '请填写问卷', ['survey']], ['tencent', '参与抽奖赢好礼', ['draw']], ['tencent', 'We miss you! Here is a coupon', ['coupon', 'recall']], ['tencent', '春茶上新', []],
  ['aliyun', '好久不见，送您一张优惠券', []], ['huawei', '好久不见，送您一张优惠券', []], ['twilio', '积分兑换', []],
])('D7: %s and %j: %j', (provider, words, topics) => {
  const found = lintSms(`${words}，拒收请回复R`, words, { purpose: 'marketing', rules: rulesOf(provider), signature: '' });
  expect(found.filter(({ code }) => code === 'sms_provider_topic').map(({ facts }) => facts.topic)).toEqual(topics);
  for (const one of found) expect(one).toMatchObject({ level: 'warning', facts: { provider, instead: ['wecom', 'push', 'email'] } });
});

test('D7: Huawei\'s promotions hold no variables; a warning proposes another channel; notices may', () => {
  expect(codes('{{ customer.name }}，春茶上新，拒收请回复R', 'marketing', 'huawei')).toEqual(['sms_provider_no_variables']);
  expect(codes('春茶 https://t.cn/{{ event.code }} 拒收请回复R', 'marketing', 'huawei')).toEqual(['sms_provider_no_variables']);
  expect(codes('春茶 https://t.cn/abc 拒收请回复R', 'marketing', 'huawei')).toEqual([]);
  expect(codes('订单 {{ event.order_no }} 已发货', 'transactional', 'huawei')).toEqual([]);
  const fixed = { ...rulesOf('huawei'), promoVariables: true };
  expect(lintSms('春茶 https://t.cn/{{ event.code }} 拒收请回复R', '', { purpose: 'marketing', rules: fixed, signature: '' }).map(({ code }) => code)).toEqual(['sms_provider_fixed_links']);
});

test.each<[string, string[]]>([
  ['全网最好的茶', ['最']], ['最近您买过的茶', []], ['您最后一次下单', []], ['最 好的茶', ['最']], ['最\u200b好', ['最']], ['行业第一', ['第一']], ['第一次光临', []], ['１００％有效', ['100%']],
  ['100 % effective', ['100%']], ['100% cotton shirt', []], ['1100% up', ['100%']], ['国家级非遗', ['国家级']], ['The best tea', ['the best']], ['The bestseller', []], ['Our #1 tea', ['#1']], ['Guaranteed fresh', ['guaranteed']],
  ['國家級', ['國家級']], ['普通的茶', []], ['最近最好', ['最']],
])('R76: the claims in %j are %j', (text, expected) => expect(claimsIn(text, CLAIMS)).toEqual(expected));

const documentOf = (contents: ChannelContent[], change: Partial<TemplateDocument> = {}): TemplateDocument => ({
  language: 'zh-CN', sample: {}, variants: [{ key: 'all', name: '', when: { stages: [], segments: [], angles: [], arms: [] }, contents: contents.map((content) => ({ language: 'zh-CN', content })) }], ...change,
});
const rules = (purpose: Purpose = 'marketing', brought: readonly string[] | null = null): LintRules => ({
  purpose, claims: CLAIMS, sms: rulesOf('aliyun'), signature: '', fields: new Set(['name', 'first_name', 'city']), names: new Set(['name', 'first_name']),
  brought: brought && new Set(brought), book: { blocks: new Map(), footer: () => ({ unsubscribe: '', preferences: '' }) },
  analyse: (text) => ({ variables: [...new Set([...text.matchAll(/(?:customer|event|links|workspace|env)\.[a-z_.]+/g)].map(([path]) => path))] }),
});
const found = (document: TemplateDocument, purpose?: Purpose) => lint(document, rules(purpose)).map(({ code, level, facts }) => [level, code, facts.variable ?? facts.word ?? '']);
const wecom = (text: string): ChannelContent => ({ channel: 'wecom', text, url: '' });

test('R72: lint tells variables that nobody knows, ones that may be missing, and fallbacks that say nothing', () => {
  expect(found(documentOf([wecom('{{ customer.phone }}')]))).toEqual([['error', 'unknown_variable', 'customer.phone']]);
  expect(found(documentOf([wecom('{{ env.home }}')]))).toEqual([['error', 'unknown_variable', 'env.home']]);
  expect(found(documentOf([wecom('{{ customer.name }}')]))).toEqual([['warning', 'no_fallback', 'customer.name']]);
  expect(found(documentOf([wecom('{{ customer.name | default: "朋友" }}')]))).toEqual([]);
  expect(found(documentOf([wecom('{{ customer.name | default: "" }}')]))).toEqual([['error', 'empty_fallback', 'customer.name']]);
  expect(found(documentOf([wecom('{% if customer.city %}{{ customer.city }}{% endif %}茶')]))).toEqual([]);
  // Those who want nothing based on their traits get the general text.
  expect(found(documentOf([wecom('{{ customer.city }}')]))).toEqual([['error', 'general_needs_fallback', 'customer.city']]);
  expect(found(documentOf([wecom('{{ customer.city }}')]), 'transactional')).toEqual([['warning', 'no_fallback', 'customer.city']]);
  expect(found(documentOf([wecom('{{ event.a.b }}{{ event.c }}')], { sample: { a: { b: 1 } } }))).toEqual([['warning', 'not_in_sample', 'event.c']]);
});

test('R72: where the event is known that sends a template, lint tells what such events do not bring', () => {
  const said = (text: string, brought: readonly string[] | null) => lint(documentOf([wecom(text)], { event: 'cart.left', sample: { c: 1 } }), rules('marketing', brought)).map(({ level, code, facts }) => [level, code, facts.variable]);
  expect(said('{{ event.cart.total }}{{ event.items }}', ['cart.total', 'items'])).toEqual([]);
  expect(said('{{ event.c }}', ['cart.total'])).toEqual([['warning', 'not_in_event', 'event.c']]);
  expect(said('{{ event.cart }}', ['cart.total'])).toEqual([]);
  expect(said('{{ event.items.name }}', ['items'])).toEqual([]);
  expect(said('{{ event.cart.totals }}', ['cart.total'])).toEqual([['warning', 'not_in_event', 'event.cart.totals']]);
  // Nothing seen of it yet: the sample is what there is to go by.
  expect(said('{{ event.d }}', null)).toEqual([['warning', 'not_in_sample', 'event.d']]);
});

test('R72: everybody must find a text; a test\'s arms may share that', () => {
  const [variant] = documentOf([wecom('茶')]).variants as [TemplateDocument['variants'][number]];
  const when = (change: object) => ({ ...variant, when: { ...variant.when, ...change } });
  expect(found({ ...documentOf([]), variants: [when({ stages: ['new'] })] })).toEqual([['error', 'no_general_variant', '']]);
  expect(found({ ...documentOf([]), variants: [{ ...when({ arms: ['a'] }), key: 'a' }, { ...when({ arms: ['b'] }), key: 'b' }] })).toEqual([]);
  expect(found({ ...documentOf([]), variants: [{ ...when({ arms: ['a'] }), key: 'a' }, { ...when({ arms: ['b'], stages: ['new'] }), key: 'b' }] })).toEqual([['error', 'no_general_variant', '']]);
  expect(found(documentOf([]))).toEqual([['error', 'nothing_written', '']]);
  expect(found({ ...documentOf([wecom('茶')]), variants: [variant, variant] })).toEqual([['error', 'variant_twice', '']]);
});

test('R76: claims are found in every text people read, also across tags and beside variables, and never in addresses', () => {
  const email = (change: object): ChannelContent => ({ channel: 'email', subject: '茶', preheader: '', text: '', body: { kind: 'mjml', mjml: '<mjml><mj-body><mj-section><mj-column><mj-text>茶 {{ links.unsubscribe }}</mj-text></mj-column></mj-section></mj-body></mjml>' }, ...change });
  expect(found(documentOf([email({})]))).toEqual([]);
  expect(found(documentOf([email({ subject: '全网最低价' })]))).toEqual([['error', 'banned_claim', '最'], ['error', 'banned_claim', '全网最低']]);
  expect(found(documentOf([email({ body: { kind: 'mjml', mjml: '<mjml><mj-body><mj-text>国<b>家</b>级&nbsp; {{ links.unsubscribe }}</mj-text></mj-body></mjml>' } })]))).toEqual([['error', 'banned_claim', '国家级']]);
  expect(found(documentOf([{ channel: 'push', title: '茶', body: '行业第一', url: 'https://x.example/最' }]))).toEqual([['error', 'banned_claim', '第一']]);
  expect(lint(documentOf([wecom('国家级')]), rules())[0]).toMatchObject({ overridable: true, level: 'error' });
});

test('D10: subscribe messages do not advertise; a marketing e-mail has a way out', () => {
  expect(found(documentOf([{ channel: 'mp', kind: 'subscribe', providerTemplate: 't', text: '', data: { thing1: '新茶' }, url: '' }]))).toEqual([['error', 'mp_marketing', '']]);
  const body = { kind: 'blocks' as const, accent: '#1E6B52', blocks: [{ kind: 'text' as const, text: '茶' }] };
  expect(found(documentOf([{ channel: 'email', subject: '茶', preheader: '', text: '', body }]))).toEqual([['error', 'email_no_unsubscribe', '']]);
  expect(found(documentOf([{ channel: 'email', subject: '茶', preheader: '', text: '', body: { ...body, blocks: [...body.blocks, { kind: 'footer', text: '' }] } }]))).toEqual([]);
});

test.each([['林小雨', '小雨'], ['欧阳娜娜', '娜娜'], ['李雷', '李雷'], ['林女士', '林女士'], ['王小明老师', '王小明老师'], ['Ada Lovelace', 'Ada'], ['林*', undefined], ['', undefined], ['上官云', '上官云']])('%s is called %s', (name, expected) => {
  expect(firstNameOf(name)).toBe(expected);
});
