import { z } from 'zod';
import { SUPPRESSIONS } from './core/person.ts';
import { CHANNELS, PURPOSES } from './core/message.ts';
import { CAP_WINDOWS, CONSENT_NEEDS, OPT_OUT_SCOPES, WECOM_LIMITS } from './core/rules.ts';
import { PERIODS } from './core/zones.ts';
import { MESSAGE_STATES } from './queries/messages.ts';

const instant = z.iso.datetime();
const count = z.number().int().nonnegative();
const channel = z.enum(CHANNELS);
const minute = z.number().int().min(0).max(1439);
const hours = z.object({ from: minute, to: minute });
const need = z.enum(CONSENT_NEEDS);
const needs = z.object({ email: need, sms: need, push: need, in_app: need, wecom: need, mp: need, webhook: need, call: need });
const day = z.iso.date();
const word = z.string().trim().min(1).max(100);
const share = z.number().min(0).max(1);

export const rulesShape = z.object({
  consent: z.object({ marketing: needs, service: needs, transactional: needs }),
  quiet: hours.extend({ on: z.boolean(), purposes: z.array(z.enum(PURPOSES)), channels: z.array(channel) }),
  providerHours: z.partialRecord(channel, hours),
  holidays: z.object({ calendar: z.enum(['none', 'chinese']), days: z.array(z.object({ from: day, to: day })).max(200) }),
  caps: z.object({
    window: z.enum(CAP_WINDOWS), limits: z.array(z.object({ channel: channel.nullable(), per: z.enum(PERIODS), limit: z.number().int().min(0).max(1_000) })).max(40),
    allow: z.object({ customers: z.array(z.uuid()).max(1_000), sources: z.array(z.string().max(200)).max(1_000) }),
  }),
  spacingMinutes: z.number().int().min(0).max(43_200),
  complaint: z.object({ on: z.boolean(), fields: z.array(word).max(20), tags: z.array(word).max(20) }),
  unhappy: z.object({ on: z.boolean(), csatBelow: z.number().nullable(), npsBelow: z.number().nullable() }),
  control: z.object({ share: z.number().min(0).max(0.5), salt: z.string().max(100) }),
  wecomPer: z.enum(WECOM_LIMITS), prices: z.partialRecord(channel, z.number().min(0).max(1_000_000)).describe('What one message of a channel costs, in minor units; may be a part of one'), best: z.array(channel).max(CHANNELS.length), optOut: z.enum(OPT_OUT_SCOPES),
  base: z.url({ protocol: /^https?$/ }).max(200).nullable(),
  health: z.object({ sends: z.number().int().min(1).max(1_000_000), bounceShare: share, complaintShare: share }),
});
export const rulesReply = z.object({ version: count, rules: rulesShape, changedAt: instant.nullable(), changedBy: z.string().nullable() });
export const rulesBody = z.object({ version: count, rules: rulesShape.partial() });

const facts = z.record(z.string(), z.unknown());
export const decisionShape = z.object({
  id: z.uuid(), customer: z.uuid(), name: z.string().nullable().describe('Null where the caller may not read customers, and for somebody erased'), source: z.object({ kind: z.string(), id: z.string(), version: z.number().int(), step: z.string(), enrolment: z.string().nullable() }), asked: z.string(), channel: channel.nullable(),
  purpose: z.enum(PURPOSES), templateId: z.string(), templateVersion: z.number().int().nullable(), topic: z.string().nullable(), priority: z.number().int(), dueAt: instant, expiresAt: instant.nullable(),
  state: z.enum(MESSAGE_STATES), reason: z.string().nullable(), facts, decidedAt: instant.nullable(), nextAt: instant.nullable(), attempts: count, unknowns: count, personalised: z.boolean().nullable(), variant: z.string().nullable(),
  language: z.string().nullable(), provider: z.string().nullable(), sentAt: instant.nullable(), receipt: z.string().nullable(), createdAt: instant,
  history: z.array(z.object({ at: instant, reason: z.string(), until: instant })).describe('each time it was put off, the oldest first; the last fifty'),
  blocks: z.record(z.string(), z.number().int()).nullable().describe('The shared blocks that stood in its text: their versions by key; null where none did'),
});
export type DecisionView = z.infer<typeof decisionShape>;
export const decisionDetail = decisionShape.extend({ receipts: z.array(z.object({ kind: z.string(), at: instant, code: z.string(), url: z.string() })) });

const page = { cursor: z.string().max(500).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) };
export const decisionsQuery = z.object({
  customer: z.uuid().optional(), source: z.string().max(200).optional(), enrolment: z.string().max(200).optional(), state: z.enum(MESSAGE_STATES).optional(), reason: z.string().max(100).optional(), channel: channel.optional(),
  from: instant.optional(), to: instant.optional(), ...page,
});
export const countsQuery = z.object({ source: z.string().max(200).optional(), from: instant.optional(), to: instant.optional() });
export const countsReply = z.object({
  total: count, unknown: count, states: z.array(z.object({ state: z.enum(MESSAGE_STATES), count })), reasons: z.array(z.object({ state: z.enum(MESSAGE_STATES), reason: z.string(), count })),
  channels: z.array(z.object({ channel: z.string(), count, sent: count, failed: count, bounced: count, complained: count })), receipts: z.array(z.object({ receipt: z.string(), count })),
});

export const suppressionShape = z.object({
  id: z.uuid(), shown: z.string().nullable(), customer: z.uuid().nullable(), kind: z.string().nullable(), reason: z.enum(SUPPRESSIONS), source: z.string(), at: instant, liftedAt: instant.nullable(), liftedBy: z.string().nullable(), liftReason: z.string().nullable(),
});
export const suppressionsQuery = z.object({ reason: z.enum(SUPPRESSIONS).optional(), lifted: z.enum(['yes', 'no']).default('no'), ...page });
const why = z.string().trim().min(1).max(500);
export const suppressBody = z.union([
  z.strictObject({ customer: z.uuid(), reason: why }), z.strictObject({ kind: z.enum(['email', 'phone', 'openid', 'external_userid']), value: z.string().trim().min(1).max(254), reason: why }),
]);
export const whyBody = z.object({ reason: why });

export const groupShape = z.object({ id: z.uuid(), key: z.string(), name: z.string(), description: z.string(), createdAt: instant, archived: z.boolean(), left: count });
export const newGroup = z.object({ key: z.string().regex(/^[a-z][a-z0-9_-]{0,59}$/), name: word, description: z.string().max(500).default('') });
export const groupChange = z.object({ name: word.optional(), description: z.string().max(500).optional(), archived: z.boolean().optional() });
export const sayBody = z.object({ customer: z.uuid(), state: z.enum(['joined', 'left']), proof: z.string().max(500).default('') });

const tested = z.enum(['live', 'protocol']);
export const providerShape = z.object({ name: z.string(), channel, tested, sandbox: z.boolean(), address: z.string().nullable(), config: z.record(z.string(), z.unknown()).describe('JSON Schema of what it takes to connect') });
export const accountShape = z.object({
  id: z.uuid(), channel, provider: z.string(), name: z.string(), state: z.enum(['on', 'paused']), pausedReason: z.string().nullable(), perSecond: z.number().int().nullable(), perDay: z.number().int().nullable().describe('Messages a day (UTC), at most; what is over waits for the next'), tested: tested.nullable(), sandbox: z.boolean(), createdAt: instant,
  today: z.object({ used: count, most: count, warmUp: z.object({ day: count, days: count }).nullable() }).nullable().describe('How much of today\'s allowance is used, and the how-manieth day of a warm-up it is; null where nothing limits the day'),
});
const config = z.record(z.string(), z.unknown());
const perSecond = z.number().int().min(1).max(10_000).nullable(), perDay = z.number().int().min(1).max(10_000_000).nullable();
export const newAccount = z.object({ channel, provider: z.string().max(60), name: word, config: config.default({}), perSecond: perSecond.default(null), perDay: perDay.default(null) });
export const accountChange = z.object({ name: word.optional(), config: config.optional(), perSecond: perSecond.optional(), perDay: perDay.optional(), state: z.enum(['on', 'paused']).optional() });
export const tryReply = z.object({ well: z.boolean(), code: z.string().nullable(), detail: z.string(), facts: z.record(z.string(), z.unknown()) });

/** A task that staff were given, and how far each is with it. */
export const broadcastShape = z.object({ task: z.string(), at: instant, staff: z.array(z.object({ staff: z.string(), pending: count, sent: count, failed: count, overLimit: count })) });

export const healthShape = z.object({ kind: z.string(), id: z.string(), sends: count, bounces: count, complaints: count, unwellAt: instant.nullable(), reason: z.string().nullable(), liftedAt: instant.nullable() });
export const liftBody = z.object({ kind: z.string().max(20), id: z.string().max(200), reason: why });
/** What a message to somebody would meet on each channel, were it due now. */
export const mayQuery = z.object({ customer: z.uuid(), purpose: z.enum(PURPOSES).default('marketing') });
export const mayReply = z.object({
  customer: z.uuid(), purpose: z.enum(PURPOSES),
  ways: z.array(z.object({ channel, act: z.enum(['send', 'defer', 'refuse']), reason: z.string().nullable(), facts, until: instant.nullable() })),
});
export const controlReply = z.object({ share: z.number(), customer: z.object({ id: z.uuid(), inControl: z.boolean() }).nullable() });
