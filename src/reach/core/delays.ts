import { cappedBy, wecomCapped } from './caps.ts';
import type { Candidate, Person, Sent, Way } from './person.ts';
import type { Block, Delay } from './reasons.ts';
import type { DayRange, Hours, Rules } from './rules.ts';
import { instantOf, localOf } from './zones.ts';

const MINUTE = 60_000;
/** A paused channel is looked at again after so long. */
const PAUSED_MS = 15 * MINUTE;

/** What rules of time look at: the hour, the days, what was sent. */
export type Moment = { rules: Rules; holidays: readonly DayRange[]; person: Person; sent: readonly Sent[]; candidate: Candidate; way: Way };

const isWithin = ({ from, to }: Hours, minute: number): boolean => (from === to ? false : from < to ? minute >= from && minute < to : minute >= from || minute < to);

/** When hours that hold this instant end. */
function endOf({ from, to }: Hours, zone: string, atMs: number): number {
  const { day, minute } = localOf(zone, atMs);
  const end = instantOf(zone, { day: day + (from > to && minute >= from ? 1 : 0), minute: to });
  // Where clocks are set back the same hour comes twice.
  return end > atMs ? end : instantOf(zone, { day: day + 1, minute: to });
}

const clockOf = (minute: number): string => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
const hoursFacts = ({ from, to }: Hours): Block['facts'] => ({ from: clockOf(from), to: clockOf(to) });

type Rule = (moment: Moment, atMs: number) => Delay | undefined;


const quiet: Rule = ({ rules: { quiet: hours }, candidate, way, person }, atMs) =>
  (hours.on && hours.purposes.includes(candidate.purpose) && hours.channels.includes(way.channel) && isWithin(hours, localOf(person.zone, atMs).minute)
    ? { reason: 'quiet_hours', facts: hoursFacts(hours), untilMs: endOf(hours, person.zone, atMs) } : undefined);

const providerHours: Rule = ({ rules, candidate, way, person }, atMs) => {
  const hours = rules.providerHours[way.channel];
  if (!hours || candidate.purpose !== 'marketing' || hours.from === hours.to || isWithin(hours, localOf(person.zone, atMs).minute)) return undefined;
  return { reason: 'provider_hours', facts: { channel: way.channel, ...hoursFacts(hours) }, untilMs: endOf({ from: hours.to, to: hours.from }, person.zone, atMs) };
};

const holiday: Rule = ({ holidays, candidate, person }, atMs) => {
  if (candidate.purpose !== 'marketing') return undefined;
  const { day } = localOf(person.zone, atMs), found = holidays.find(({ from, to }) => from <= day && day <= to);
  return found && { reason: 'holiday', facts: {}, untilMs: instantOf(person.zone, { day: found.to + 1, minute: 0 }) };
};

const isAllowed = ({ rules: { caps: { allow } }, person, candidate }: Moment): boolean => allow.customers.includes(person.id) || allow.sources.includes(candidate.source.id);

const capped: Rule = (moment, atMs) => {
  const { rules, sent, candidate, way, person } = moment;
  if (candidate.purpose !== 'marketing' || isAllowed(moment)) return undefined;
  const found = cappedBy(rules.caps, sent, { channel: way.channel, zone: person.zone, atMs });
  return found && { reason: 'frequency_capped', ...found };
};

const wecom: Rule = ({ rules, sent, way }, atMs) => {
  const found = way.channel === 'wecom' ? wecomCapped(rules.wecomPer, sent, atMs) : undefined;
  return found && { reason: 'wecom_limit', ...found };
};

const outranked: Rule = (moment, atMs) => {
  const { rules, sent, candidate } = moment;
  if (candidate.purpose !== 'marketing' || rules.spacingMinutes <= 0 || isAllowed(moment)) return undefined;
  const last = sent.reduce((newest, one) => (one.purpose === 'marketing' ? Math.max(newest, one.atMs) : newest), Number.NEGATIVE_INFINITY);
  const untilMs = last + rules.spacingMinutes * MINUTE;
  return untilMs > atMs ? { reason: 'outranked', facts: { minutes: rules.spacingMinutes }, untilMs } : undefined;
};

/** Every rule that lets a message wait, in the order in which one of several is named. */
export const DELAY_RULES: readonly Rule[] = [quiet, providerHours, holiday, capped, wecom, outranked];

const ROUNDS = 200;

/**
 * The first moment, from `nowMs` on, that no rule forbids, and the rule that forbids now; undefined where now is well. A limit of none never
 * ends: Infinity. A paused channel is looked at again later, whatever the other rules say then.
 */
export function delayOf(moment: Moment, nowMs: number): Delay | undefined {
  const { way } = moment;
  if (way.accountState === 'paused') return { reason: 'channel_paused', facts: { channel: way.channel }, untilMs: nowMs + PAUSED_MS };
  let first: Delay | undefined;
  for (let atMs = nowMs, round = 0; round < ROUNDS && Number.isFinite(atMs); round++) {
    let next: Delay | undefined;
    for (const rule of DELAY_RULES) if ((next = rule(moment, atMs))) break;
    if (!next) return first && { ...first, untilMs: atMs };
    first ??= next;
    atMs = Math.ceil(next.untilMs);
  }
  return first && { ...first, untilMs: Number.POSITIVE_INFINITY };
}
