import { expect, test } from 'vitest';
import { dayNumber } from '../../kernel/day.ts';
import { seeded } from '../../kernel/random.ts';
import { inControl } from './control.ts';
import { DELAY_RULES, delayOf } from './delays.ts';
import { holidaysAround } from './holidays.ts';
import { CHANNELS, type ChannelName, PURPOSES } from './message.ts';
import { permit, type Decision, type Scene } from './permit.ts';
import type { Candidate, Person, Sent, Way } from './person.ts';
import type { Reason } from './reasons.ts';
import { type Cap, DEFAULT_RULES, type Rules } from './rules.ts';
import { daysInMonth, instantOf, localOf, periodStart } from './zones.ts';

const SHANGHAI = 'Asia/Shanghai';
const at = (text: string): number => Date.parse(text);
const NOON = at('2026-06-10T12:00:00+08:00');
const PLAIN: Rules = { ...DEFAULT_RULES, caps: { ...DEFAULT_RULES.caps, limits: [] }, spacingMinutes: 0, control: { share: 0, salt: '' } };
const everywhere = CHANNELS.map((channel) => ({ channel, purpose: 'marketing', state: 'given' as const }));
const person = (more: Partial<Person> = {}): Person => ({
  id: 'p1', zone: SHANGHAI, consents: everywhere, suppressed: [], topicsLeft: [], sent: [], openComplaint: false, csat: null, nps: null, openings: [], traitsRefused: false, ...more,
});
const way = (channel: ChannelName, more: Partial<Way> = {}): Way => ({ channel, address: `${channel}-1`, account: `${channel}-account`, accountState: 'on', ...more });
const candidate = (more: Partial<Candidate> = {}): Candidate => ({
  id: 'm1', purpose: 'marketing', priority: 0, ifBlocked: 'queue', dueMs: 0, expiresMs: null, source: { kind: 'journey', id: 'j1' }, topic: null, ways: [way('email')], isWanted: true, isSourceWell: true, mp: null, ...more,
});
const scene = (rules: Partial<Rules> = {}, nowMs = NOON): Scene => { const all = { ...PLAIN, ...rules }; return { rules: all, holidays: holidaysAround(all, nowMs), nowMs }; };
const decided = (rules: Partial<Rules>, who: Partial<Person>, what: Partial<Candidate>, nowMs = NOON): Decision => permit(scene(rules, nowMs), person(who), [candidate(what)])[0] as Decision;
const said = (decision: Decision): string => (decision.act === 'send' ? 'send' : decision.act === 'refuse' ? `no: ${decision.reason}` : `${decision.reason} until ${new Date(decision.untilMs).toISOString()}`);
const consent = (channel: string, state: 'given' | 'withdrawn', purpose = 'marketing') => ({ consents: [{ channel, purpose, state }] });
const sentAt = (...times: string[]): { sent: Sent[] } => ({ sent: times.map((text) => ({ atMs: at(text), channel: 'email', purpose: 'marketing' })) });
const mp = (kind: 'service' | 'subscribe') => ({ ways: [way('mp')], mp: { kind, providerTemplate: kind === 'subscribe' ? 'T1' : '' } });
const opening = (kind: 'wrote' | 'acted' | 'grant', left: number, untilMs = NOON + 1_000) => ({ openings: [{ id: `o-${kind}`, kind, providerTemplate: kind === 'grant' ? 'T1' : '', untilMs, left }] });
const perDay = (limit: number, channel: ChannelName | null = null): Partial<Rules> => ({ caps: { ...PLAIN.caps, limits: [{ channel, per: 'day', limit }] } });
const LOW_TIER: Partial<Person> = { touch: { tier: 'low', channels: ['email'], human: { reason: 'tier_automated', facts: { tier: 'low' } } } };
const SOLD = { purpose: 'transactional' as const };

test.each<[string, Partial<Rules>, Partial<Person>, Partial<Candidate>, number, string]>([
  ['nothing is against it', {}, {}, {}, NOON, 'send'],
  ['its source does not want it any more', {}, {}, { isWanted: false }, NOON, 'no: not_wanted'],
  ['its time is over', {}, {}, { expiresMs: NOON }, NOON, 'no: expired'],
  ['there is no connection', {}, {}, { ways: [way('sms', { account: null })] }, NOON, 'no: no_account'],
  ['they have no address', {}, {}, { ways: [way('sms', { address: null })] }, NOON, 'no: no_address'],
  ['a paused connection is looked at again', {}, {}, { ways: [way('sms', { accountState: 'paused' })] }, NOON, 'channel_paused until 2026-06-10T04:15:00.000Z'],
  ['R140: marketing needs a yes', {}, { consents: [] }, {}, NOON, 'no: consent_missing'],
  ['R140: a no counts', {}, consent('email', 'withdrawn'), {}, NOON, 'no: consent_withdrawn'],
  ['a yes for another channel is none', {}, consent('sms', 'given'), {}, NOON, 'no: consent_missing'],
  ['service needs no yes', {}, { consents: [] }, { purpose: 'service' }, NOON, 'send'],
  ['service heeds a no to service', {}, consent('email', 'withdrawn', 'service'), { purpose: 'service' }, NOON, 'no: consent_withdrawn'],
  ['an order is told whatever was said', {}, consent('email', 'withdrawn'), SOLD, NOON, 'send'],
  ['a rule may ask a yes for it, too', { consent: { ...PLAIN.consent, transactional: PLAIN.consent.marketing } }, { consents: [] }, SOLD, NOON, 'no: consent_missing'],
  ['an address that bounced takes nothing', {}, { suppressed: [{ reason: 'bounced', address: 'email-1' }] }, SOLD, NOON, 'no: suppressed'],
  ['another address does', {}, { suppressed: [{ reason: 'bounced', address: 'email-2' }] }, {}, NOON, 'send'],
  ['who complained hears of orders alone', {}, { suppressed: [{ reason: 'complained', address: null }] }, { purpose: 'service' }, NOON, 'no: suppressed'],
  ['who complained hears of orders', {}, { suppressed: [{ reason: 'complained', address: null }] }, SOLD, NOON, 'send'],
  ['who unsubscribed gets service', {}, { suppressed: [{ reason: 'unsubscribed', address: null }] }, { purpose: 'service' }, NOON, 'send'],
  ['who unsubscribed gets no marketing', {}, { suppressed: [{ reason: 'unsubscribed', address: null }] }, {}, NOON, 'no: suppressed'],
  ['staff said no', {}, { suppressed: [{ reason: 'staff', address: null }] }, SOLD, NOON, 'no: suppressed'],
  ['a topic was left', {}, { topicsLeft: ['news'] }, { topic: 'news' }, NOON, 'no: topic_left'],
  ['another topic was', {}, { topicsLeft: ['news'] }, { topic: 'tips' }, NOON, 'send'],
  ['D4: the control group gets no marketing', { control: { share: 1, salt: '' } }, {}, {}, NOON, 'no: control_group'],
  ['D4: and everything else', { control: { share: 1, salt: '' } }, {}, { purpose: 'service' }, NOON, 'send'],
  ['a complaint is open', {}, { openComplaint: true }, {}, NOON, 'no: open_complaint'],
  ['a complaint is open and an order is told', {}, { openComplaint: true }, SOLD, NOON, 'send'],
  ['unhappy by CSAT', {}, { csat: 2 }, {}, NOON, 'no: unhappy'],
  ['unhappy by NPS', {}, { nps: 6 }, {}, NOON, 'no: unhappy'],
  ['content enough', {}, { csat: 3, nps: 7 }, {}, NOON, 'send'],
  ['its source does harm', {}, {}, { isSourceWell: false }, NOON, 'no: source_unhealthy'],
  ['R26: nobody of the low tier is called', {}, LOW_TIER, { ways: [way('call')], purpose: 'service' }, NOON, 'no: tier_automated'],
  ['R26: not even about an order', {}, LOW_TIER, { ways: [way('call')], ...SOLD }, NOON, 'no: tier_automated'],
  ['R26: marketing comes by the channels of the tier', {}, LOW_TIER, {}, NOON, 'send'],
  ['R26: and by no other', {}, LOW_TIER, { ways: [way('sms')] }, NOON, 'no: tier_channel'],
  ['R26: what is no marketing comes by any', {}, LOW_TIER, { ways: [way('sms')], purpose: 'service' }, NOON, 'send'],
  ['quiet hours, until their morning', {}, {}, {}, at('2026-06-10T23:30:00+08:00'), 'quiet_hours until 2026-06-11T00:00:00.000Z'],
  ['quiet hours after midnight', {}, {}, {}, at('2026-06-11T02:00:00+08:00'), 'quiet_hours until 2026-06-11T00:00:00.000Z'],
  ['their own zone counts', {}, { zone: 'America/New_York' }, {}, at('2026-06-10T12:00:00Z'), 'send'],
  ['theirs is asleep', {}, { zone: 'America/New_York' }, {}, at('2026-06-10T11:00:00Z'), 'quiet_hours until 2026-06-10T12:00:00.000Z'],
  ['orders are told at night', {}, {}, SOLD, at('2026-06-10T23:30:00+08:00'), 'send'],
  ['a page shows its banner at night', {}, {}, { ways: [way('in_app')] }, at('2026-06-10T23:30:00+08:00'), 'send'],
  ['D6: promotional SMS at 21:05 goes at 08:00', { quiet: { ...PLAIN.quiet, on: false } }, {}, { ways: [way('sms')] }, at('2026-06-10T21:05:00+08:00'), 'provider_hours until 2026-06-11T00:00:00.000Z'],
  ['D6: at 20:59 it goes', { quiet: { ...PLAIN.quiet, on: false } }, {}, { ways: [way('sms')] }, at('2026-06-10T20:59:00+08:00'), 'send'],
  ['D6: a notice is no promotion', { quiet: { ...PLAIN.quiet, on: false } }, {}, { ways: [way('sms')], purpose: 'service' }, at('2026-06-10T21:05:00+08:00'), 'send'],
  ['D1: holidays are left alone, then quiet hours', { holidays: { calendar: 'chinese', days: [] } }, {}, {}, at('2026-10-02T12:00:00+08:00'), 'holiday until 2026-10-04T00:00:00.000Z'],
  ['a holiday of one’s own', { holidays: { calendar: 'none', days: [{ from: '2026-06-10', to: '2026-06-10' }] } }, {}, {}, NOON, 'holiday until 2026-06-11T00:00:00.000Z'],
  ['an ordinary day after one', { holidays: { calendar: 'chinese', days: [] } }, {}, {}, at('2026-10-04T12:00:00+08:00'), 'send'],
  ['D1: the cap is reached', perDay(1), sentAt('2026-06-10T09:00:00+08:00'), {}, NOON, 'frequency_capped until 2026-06-11T00:00:00.000Z'],
  ['D2: by the calendar, yesterday evening is over', perDay(1), sentAt('2026-06-09T20:00:00+08:00'), {}, NOON, 'send'],
  ['D2: rolling, it is not', { caps: { ...PLAIN.caps, window: 'rolling', limits: [{ channel: null, per: 'day', limit: 1 }] } }, sentAt('2026-06-09T20:00:00+08:00'), {}, NOON, 'frequency_capped until 2026-06-10T12:00:00.000Z'],
  ['D2: the calendar is theirs', perDay(1), { zone: 'America/New_York', ...sentAt('2026-06-10T13:00:00Z') }, {}, at('2026-06-11T03:30:00Z'), 'quiet_hours until 2026-06-11T12:00:00.000Z'],
  ['D1: another channel’s cap', perDay(1, 'sms'), sentAt('2026-06-10T09:00:00+08:00'), {}, NOON, 'send'],
  ['D1: only marketing counts', perDay(1), { sent: [{ atMs: NOON - 1, channel: 'email', purpose: 'service' }] }, {}, NOON, 'send'],
  ['D1: orders are not capped', perDay(1), sentAt('2026-06-10T09:00:00+08:00'), SOLD, NOON, 'send'],
  ['D1: who is on the list is not capped', { caps: { ...PLAIN.caps, limits: [{ channel: null, per: 'day', limit: 1 }], allow: { customers: ['p1'], sources: [] } } }, sentAt('2026-06-10T09:00:00+08:00'), {}, NOON, 'send'],
  ['D1: what is on the list is not', { caps: { ...PLAIN.caps, limits: [{ channel: null, per: 'day', limit: 1 }], allow: { customers: [], sources: ['j1'] } } }, sentAt('2026-06-10T09:00:00+08:00'), {}, NOON, 'send'],
  ['D3: capped and to be dropped, it is refused', perDay(1), sentAt('2026-06-10T09:00:00+08:00'), { ifBlocked: 'drop' }, NOON, 'no: frequency_capped'],
  ['capped beyond its own end', perDay(1), sentAt('2026-06-10T09:00:00+08:00'), { expiresMs: NOON + 3_600_000 }, NOON, 'no: frequency_capped'],
  ['a cap of none', perDay(0), {}, {}, NOON, 'no: frequency_capped'],
  ['a better one went before', { spacingMinutes: 60 }, { sent: [{ atMs: NOON - 600_000, channel: 'sms', purpose: 'marketing' }] }, {}, NOON, 'outranked until 2026-06-10T04:50:00.000Z'],
  ['D8: one a day', { wecomPer: 'day' }, { sent: [{ atMs: NOON - 1, channel: 'wecom', purpose: 'service' }] }, { ways: [way('wecom')] }, NOON, 'wecom_limit until 2026-06-11T00:00:00.000Z'],
  ['D9: no window is open', {}, {}, mp('service'), NOON, 'no: window_closed'],
  ['D9: they wrote', {}, opening('wrote', 1), mp('service'), NOON, 'send'],
  ['D9: the sixth', {}, opening('wrote', 0), mp('service'), NOON, 'no: window_used_up'],
  ['D9: too late', {}, opening('wrote', 5, NOON), mp('service'), NOON, 'no: window_closed'],
  ['D10: a grant is one message', {}, opening('grant', 1), { ...mp('subscribe'), purpose: 'service' }, NOON, 'send'],
  ['D10: a used grant is none', {}, opening('grant', 0), { ...mp('subscribe'), purpose: 'service' }, NOON, 'no: grant_missing'],
  ['D10: no marketing by template', {}, opening('grant', 1), mp('subscribe'), NOON, 'no: marketing_forbidden'],
  ['the best of several ways', {}, consent('sms', 'given'), { ways: [way('email'), way('sms')] }, NOON, 'send'],
  ['the way that opens first', { providerHours: { sms: { from: 9 * 60, to: 21 * 60 } } }, {}, { ways: [way('sms'), way('email')] }, at('2026-06-10T06:00:00+08:00'), 'quiet_hours until 2026-06-10T00:00:00.000Z'],
])('%s', (_, rules, who, what, nowMs, expected) => expect(said(decided(rules, who, what, nowMs))).toBe(expected));

test('R140: who refuses to be judged by traits gets a general text, not silence', () => {
  expect(decided({}, { traitsRefused: true }, {})).toMatchObject({ act: 'send', personalised: false });
});

test('of several messages the best goes first, and the rest wait or are dropped as their sources say', () => {
  const all = [candidate({ id: 'c', priority: 1 }), candidate({ id: 'a', priority: 5 }), candidate({ id: 'b', priority: 3, ifBlocked: 'drop' }), candidate({ id: 'd', purpose: 'transactional' })];
  expect(permit(scene({ spacingMinutes: 30 }), person(), all).map((one) => `${one.id} ${said(one)}`)).toEqual(['c outranked until 2026-06-10T04:30:00.000Z', 'a send', 'b no: outranked', 'd send']);
});

test('D1: ten a month let a weekly journey of three send once in its fourth week', () => {
  const rules: Partial<Rules> = { caps: { ...PLAIN.caps, limits: [{ channel: null, per: 'month', limit: 10 }] } };
  let sent: Sent[] = [];
  const weeks = [0, 7, 14, 21].map((later) => {
    const nowMs = at('2026-06-01T12:00:00+08:00') + later * 86_400_000;
    const went = permit(scene(rules, nowMs), person({ sent }), ['x', 'y', 'z'].map((id) => candidate({ id, ways: [way('sms')] }))).filter(({ act }) => act === 'send').length;
    sent = [...sent, ...Array.from({ length: went }, (): Sent => ({ atMs: nowMs, channel: 'sms', purpose: 'marketing' }))];
    return went;
  });
  expect(weeks).toEqual([3, 3, 3, 1]);
});

test('D8: as many a month as it has days, then the next month', () => {
  const month = (days: number): Sent[] => Array.from({ length: days }, (_, i) => ({ atMs: at('2026-02-01T09:00:00+08:00') + i * 1_000, channel: 'wecom', purpose: 'service' }));
  const nowMs = at('2026-02-20T12:00:00+08:00');
  expect(said(decided({}, { sent: month(27) }, { ways: [way('wecom')] }, nowMs))).toBe('send');
  expect(said(decided({}, { sent: month(28) }, { ways: [way('wecom')] }, nowMs))).toBe('wecom_limit until 2026-03-01T00:00:00.000Z');
});

test('D9: within one decision the sixth message of a window is refused', () => {
  const all = Array.from({ length: 6 }, (_, i) => candidate({ id: `m${i}`, purpose: 'service', ...mp('service') }));
  expect(permit(scene(), person(opening('wrote', 5)), all).map(said)).toEqual(['send', 'send', 'send', 'send', 'send', 'no: window_used_up']);
});

test('D4: five in a hundred, the same ones for ever, and more only by adding', () => {
  const ids = Array.from({ length: 20_000 }, (_, i) => `customer-${i}`);
  const five = ids.filter((id) => inControl(id, { share: 0.05, salt: 'w1' })), ten = new Set(ids.filter((id) => inControl(id, { share: 0.1, salt: 'w1' })));
  expect(five.length / ids.length).toBeCloseTo(0.05, 2);
  expect(five.every((id) => ten.has(id))).toBe(true);
  expect(five.filter((id) => inControl(id, { share: 0.05, salt: 'w2' })).length / five.length).toBeLessThan(0.1);
});

test('clocks that are set forward and back, and months', () => {
  const shown = (zone: string, day: string, minute: number): string => new Date(instantOf(zone, { day: dayNumber(day), minute })).toISOString();
  expect(shown('America/New_York', '2026-03-08', 150)).toBe('2026-03-08T07:30:00.000Z');
  expect(shown('America/New_York', '2026-11-01', 90)).toBe('2026-11-01T05:30:00.000Z');
  expect(shown('Asia/Kathmandu', '2026-06-10', 480)).toBe('2026-06-10T02:15:00.000Z');
  expect(new Date(periodStart('Europe/Berlin', 'week', at('2026-03-29T12:00:00Z'), 1)).toISOString()).toBe('2026-03-29T22:00:00.000Z');
  expect([2024, 2026].map((year) => daysInMonth(dayNumber(`${year}-02-10`)))).toEqual([29, 28]);
  expect(localOf('Pacific/Apia', at('2026-06-10T12:00:00Z'))).toEqual({ day: dayNumber('2026-06-11'), minute: 60 });
});

const ZONES = [SHANGHAI, 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Chatham', 'Europe/London'];
const random = seeded(20_260_610);
const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
const int = (most: number): number => Math.floor(random() * most);
const someRules = (): Rules => ({
  ...PLAIN, quiet: { ...PLAIN.quiet, on: random() < 0.7, from: int(1440), to: int(1440) }, providerHours: { sms: { from: 480, to: 1260 }, email: { from: int(1440), to: int(1440) } },
  holidays: { calendar: pick(['none', 'chinese'] as const), days: random() < 0.3 ? [{ from: '2026-10-20', to: '2026-10-25' }] : [] }, spacingMinutes: pick([0, 0, 30, 600]), wecomPer: pick(['month', 'week', 'day'] as const),
  caps: { window: pick(['calendar', 'rolling'] as const), allow: { customers: [], sources: [] }, limits: Array.from({ length: int(4) }, (): Cap => ({ channel: pick([null, null, 'email', 'sms'] as const), per: pick(['minute', 'hour', 'day', 'week', 'month'] as const), limit: 1 + int(5) })) },
});
const START = at('2026-09-25T00:00:00Z'), SPAN = 45 * 86_400_000;

test('a deferred time is allowed by every rule, whatever the rules, zone and past', () => {
  for (let round = 0; round < 1_500; round++) {
    const rules = someRules(), nowMs = START + int(SPAN), purpose = pick(PURPOSES), channel = pick(['email', 'sms', 'wecom'] as const);
    const who = person({ zone: pick(ZONES), sent: Array.from({ length: int(12) }, (): Sent => ({ atMs: nowMs - int(31 * 86_400_000), channel: pick(['email', 'sms', 'wecom'] as const), purpose: pick(PURPOSES) })) });
    const moment = { rules, holidays: holidaysAround(rules, nowMs), person: who, sent: who.sent, candidate: candidate({ purpose }), way: way(channel) };
    const delay = delayOf(moment, nowMs);
    if (!delay || !Number.isFinite(delay.untilMs)) continue;
    expect(delay.untilMs).toBeGreaterThan(nowMs);
    expect(DELAY_RULES.flatMap((rule) => rule(moment, delay.untilMs) ?? []), JSON.stringify({ rules, nowMs, who })).toEqual([]);
  }
});

/** Counted plainly: of the messages of a period that ends with one of them, how many. */
function mostIn(times: readonly number[], { per }: Cap, window: Rules['caps']['window'], zone: string): number {
  const lengths = { minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000, month: 2_592_000_000 };
  const key = (ms: number): string => { const local = new Date(localOf(zone, ms).day * 86_400_000).toISOString().slice(0, per === 'month' ? 7 : 10); return per === 'hour' ? `${local} ${Math.floor(localOf(zone, ms).minute / 60)} ${periodStart(zone, 'hour', ms)}` : per === 'minute' ? String(Math.floor(ms / 60_000)) : per === 'week' ? String(Math.floor((localOf(zone, ms).day + 3) / 7)) : local; };
  return Math.max(0, ...(window === 'rolling' ? times.map((end) => times.filter((one) => one <= end && one > end - lengths[per]).length) : [...Map.groupBy(times, key).values()].map(({ length }) => length)));
}

test('no cap is exceeded over a random stream, and the order of candidates changes nothing', () => {
  const reasons = new Set<Reason>();
  for (let story = 0; story < 60; story++) {
    const rules = someRules(), zone = pick(ZONES);
    let sent: Sent[] = [], waiting: Candidate[] = [], nowMs = START;
    for (let step = 0; step < 60; step++) {
      nowMs += int(12 * 3_600_000);
      waiting = [...waiting, ...Array.from({ length: int(3) }, (_, i) => candidate({ id: `${step}-${i}`, priority: int(3), ways: [way(pick(['email', 'sms', 'wecom'] as const))], ifBlocked: pick(['queue', 'drop'] as const), dueMs: nowMs, purpose: pick(['marketing', 'marketing', 'service'] as const) }))];
      const who = person({ zone, sent }), decisions = permit({ rules, holidays: holidaysAround(rules, nowMs), nowMs }, who, waiting);
      const turned = permit({ rules, holidays: holidaysAround(rules, nowMs), nowMs }, who, [...waiting].reverse()).reverse();
      expect(turned).toEqual(decisions);
      for (const one of decisions) if (one.act !== 'send') reasons.add(one.reason);
      sent = [...sent, ...decisions.flatMap((one, i): Sent[] => (one.act === 'send' ? [{ atMs: nowMs, channel: one.channel, purpose: waiting[i]?.purpose ?? 'marketing' }] : []))];
      waiting = waiting.filter((_, i) => decisions[i]?.act === 'defer');
    }
    for (const cap of rules.caps.limits) {
      const times = sent.filter(({ purpose, channel }) => purpose === 'marketing' && (cap.channel ?? channel) === channel).map(({ atMs }) => atMs);
      expect(mostIn(times, cap, rules.caps.window, zone), JSON.stringify({ cap, zone, window: rules.caps.window })).toBeLessThanOrEqual(cap.limit);
    }
  }
  expect([...reasons].sort()).toEqual(['frequency_capped', 'holiday', 'never_allowed', 'outranked', 'provider_hours', 'quiet_hours', 'wecom_limit']);
});
