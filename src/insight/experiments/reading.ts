import type { Day } from '../../kernel/day.ts';
import { type Language, say } from '../../kernel/words/index.ts';
import {
  type AlwaysValid, alwaysValid, type ArmReading, compareMeans, compareShares, cuped, guardrailState, isRefused, judge, type Judgement, momentsOfShare, netGain, netGainOf, readExperiment, type Reading,
  type ReadingRules, roleOf, type Registration,
} from '../core/experiment/index.ts';
import type { Interval } from '../core/interval.ts';
import { type Arm, netSums, resultOf } from './arms.ts';
import type { Comparison, Plan } from './contract.ts';
import { orNull } from './refuse.ts';

/** What a comparison is made with: the promise, the day it is read, and whether it may be read once or is watched. */
export type Frame = { plan: Plan; registration: Registration; reading: ReadingRules['reading']; refundsUntil: Day; asOf: Day; language: Language };

type Net = NonNullable<Comparison['net']>;
const netOf = (method: Net['method'], value: number, interval: Interval, printed: Interval | null = null): Net => ({ method, value, ...interval, printed });

/**
 * Net gain by buyers: the extra ones at the margin of an average treated buyer, less what the treatment cost, taken as spent.
 * It is what a pocket calculator gives, and the measure where the margin is an assumed share and there is one treated arm.
 */
function netPerBuyer({ reply, sharedMinor }: Arm, plan: Plan, effect: { difference: number; interval: Interval }, mayPrint: boolean): Net | null {
  if (plan.margin.basis !== 'share' || reply.buyers === 0) return null;
  const gain = netGain(effect, { treated: reply.customers, marginMinor: (reply.netMinor / reply.buyers) * plan.margin.share, costMinor: reply.couponMinor + sharedMinor });
  return netOf('per_buyer', gain.netMinor, gain.intervalMinor, mayPrint ? gain.printedMinor : null);
}

/** Net gain from every customer's own profit: larger baskets, refunds and redeemed coupons are in it person by person. */
function netPerCustomer(arm: Arm, control: Arm, watched: AlwaysValid | null, isWatched: boolean): Net | null {
  const raw = { treated: resultOf({ ...arm, sharedMinor: 0 }).profit, control: resultOf(control).profit };
  const gain = orNull(netGainOf(raw, arm.sharedMinor));
  if (!isWatched) return gain && netOf('per_customer', gain.netMinor, gain.intervalMinor);
  const times = (share: number): number => Math.round(share * arm.reply.customers);
  return watched && netOf('per_customer', times(watched.difference), { low: times(watched.interval.low), high: times(watched.interval.high) });
}

const MINUS = -1;

/** What adds up to the net gain by buyers: each extra buyer's basket, the goods in it, coupons and messages as spent. */
function stepsPerBuyer({ reply, sharedMinor }: Arm, extra: number, share: number): Comparison['steps'] {
  const revenue = extra * (reply.netMinor / Math.max(1, reply.buyers));
  return stepsOf(revenue, revenue * (1 - share), reply.couponMinor, sharedMinor);
}

/** The same from what the arms brought a head: the control's money, blown up to the treated arm's size, is what would have come anyway. */
function stepsPerCustomer(arm: Arm, control: Arm, { margin }: Plan): Comparison['steps'] {
  const scale = arm.reply.customers / Math.max(1, control.reply.customers);
  const revenue = arm.reply.netMinor - control.reply.netMinor * scale;
  const goods = margin.basis === 'share' ? revenue * (1 - margin.share) : arm.goodsMinor - control.goodsMinor * scale;
  return stepsOf(revenue, goods, arm.reply.couponMinor - control.reply.couponMinor * scale, arm.sharedMinor);
}

const stepsOf = (revenue: number, goods: number, coupons: number, messages: number): Comparison['steps'] => [
  { code: 'revenue', minor: Math.round(revenue) }, { code: 'goods', minor: MINUS * Math.round(goods) }, { code: 'coupons', minor: MINUS * Math.round(coupons) }, { code: 'messages', minor: MINUS * Math.round(messages) },
];

/** A verdict with its sentence. */
export const told = (language: Language, what: 'buyers' | 'profit', judgement: Judgement): Comparison['buyers'] => ({ ...judgement, sentence: say(language, `experiment.verdict.${what}.${judgement.verdict}`) });

function guardrailsOf(arm: Arm, control: Arm, { plan, registration }: Frame): Comparison['guardrails'] {
  return plan.guardrails.flatMap(({ metric, margin }) => {
    const sides = { treated: { customers: arm.reply.customers, buyers: arm.reply[metric] }, control: { customers: control.reply.customers, buyers: control.reply[metric] } };
    const effect = orNull(compareShares(sides));
    if (!effect) return [];
    // A handful of people: the score interval, which knows that none of few is not none at all.
    const interval = effect.isSmall ? effect.newcombe : effect.interval;
    const state = orNull(guardrailState({ metric, better: 'less', margin }, interval));
    return state ? [{ metric, role: roleOf(registration, metric), treated: effect.treatedShare, control: effect.controlShare, margin, interval, state }] : [];
  });
}

function cupedOf(arm: Arm, control: Arm): Comparison['cuped'] {
  const adjusted = orNull(cuped({ treated: netSums(arm), control: netSums(control) }));
  const effect = adjusted && orNull(compareMeans({ treated: adjusted.treated, control: adjusted.control }));
  return adjusted && effect && { isUsed: adjusted.isUsed, varianceCut: adjusted.varianceCut, beforePValue: adjusted.beforePValue, difference: effect.difference, interval: effect.interval };
}

/** How an arm is told once it is read: nothing about an effect where the reading found none may be told. */
function comparisonOf(arm: Arm, control: Arm, reading: ArmReading, frame: Frame & { isRatioMismatch: boolean; isOnlyArm: boolean }): Comparison {
  const { plan, asOf, refundsUntil, language } = frame;
  const { effect } = reading;
  const tuning = { tunedFor: arm.reply.customers + control.reply.customers };
  const isWatched = frame.reading === 'always_valid';
  const [one, other] = [resultOf(arm), resultOf(control)];
  const always = effect && orNull(alwaysValid({ treated: momentsOfShare(one), control: momentsOfShare(other) }, tuning));
  // A handful of buyers: the score interval is shown, and no verdict rests on it.
  const shown = isWatched ? always : effect && { difference: effect.difference, interval: effect.isSmall ? effect.newcombe : effect.interval };
  const perBuyer = effect && shown && netPerBuyer(arm, plan, shown, !isWatched);
  const perCustomer = effect && netPerCustomer(arm, control, orNull(alwaysValid({ treated: one.profit, control: other.profit }, tuning)), isWatched);
  const net = frame.isOnlyArm && perBuyer ? perBuyer : perCustomer;
  const profit = net?.method === 'per_buyer'
    ? judge({ controlCustomers: control.reply.customers, isRatioMismatch: frame.isRatioMismatch, isSmall: effect?.isSmall ?? true, refundsUntil, asOf }, { interval: net }, frame.registration.alpha)
    : reading.profit;
  const steps = !effect || !net ? [] : net.method === 'per_buyer' && plan.margin.basis === 'share' ? stepsPerBuyer(arm, effect.difference * arm.reply.customers, plan.margin.share) : stepsPerCustomer(arm, control, plan);
  const costMinor = arm.reply.couponMinor + arm.sharedMinor;
  return {
    arm: arm.reply.arm, buyers: told(language, 'buyers', reading.buyers), profit: told(language, 'profit', profit), buyersPValue: reading.buyersPValue, profitPValue: net?.method === 'per_buyer' ? null : reading.profitPValue,
    effect: effect && { treatedShare: effect.treatedShare, controlShare: effect.controlShare, difference: effect.difference, interval: shown?.interval ?? effect.interval, newcombe: effect.newcombe, pValue: effect.pValue, lift: effect.lift, liftInterval: effect.liftInterval, isSmall: effect.isSmall },
    extraBuyers: effect && shown ? { value: effect.difference * arm.reply.customers, low: shown.interval.low * arm.reply.customers, high: shown.interval.high * arm.reply.customers } : null,
    net, netOther: net === perCustomer ? perBuyer : perCustomer, steps, naiveMinor: arm.reply.netMinor, honestMinor: steps[0]?.minor ?? null,
    roi: net && costMinor > 0 ? { value: net.value / costMinor, low: net.low / costMinor, high: net.high / costMinor } : null,
    cuped: effect && cupedOf(arm, control), alwaysValid: always && { difference: always.difference, interval: always.interval, pValue: always.pValue },
    guardrails: effect ? guardrailsOf(arm, control, frame) : [],
  };
}

/** A whole experiment read: the sample ratio first, then each arm against the control. */
export function readArms([control, ...arms]: readonly [Arm, ...Arm[]], frame: Frame): { ratio: Reading['ratio']; comparisons: Comparison[] } {
  const customers = [control, ...arms].reduce((sum, { reply }) => sum + reply.customers, 0);
  const reading = readExperiment(resultOf(control), arms.map(resultOf), { reading: frame.reading, refundsUntil: frame.refundsUntil, asOf: frame.asOf, alpha: frame.registration.alpha, tunedFor: Math.max(1, customers) });
  const isRatioMismatch = !isRefused(reading.ratio) && reading.ratio.isMismatch;
  return { ratio: reading.ratio, comparisons: reading.arms.map((one, at) => comparisonOf(arms[at] as Arm, control, one, { ...frame, isRatioMismatch, isOnlyArm: arms.length === 1 })) };
}

export type DayBuyers = { day: Day; arm: string; buyers: number };
type DayRow = { day: Day; arms: { arm: string; buyers: number; difference: number | null; low: number | null; high: number | null }[] };

/** Buyers so far, day by day, and the difference to the control with the interval that may be looked at every day. */
export function cumulate([control, ...arms]: readonly [Arm, ...Arm[]], days: readonly Day[], bought: readonly DayBuyers[], mayTell: boolean): DayRow[] {
  const byDay = Map.groupBy(bought, ({ day }) => day);
  const soFar = new Map<string, number>();
  return days.map((day) => {
    for (const { arm, buyers } of byDay.get(day) ?? []) soFar.set(arm, (soFar.get(arm) ?? 0) + buyers);
    const momentsAt = ({ reply }: Arm) => momentsOfShare({ customers: reply.customers, buyers: soFar.get(reply.arm) ?? 0 });
    return {
      day, arms: [control, ...arms].map((arm) => {
        const found = arm === control || !mayTell ? null : orNull(alwaysValid({ treated: momentsAt(arm), control: momentsAt(control) }, { tunedFor: arm.reply.customers + control.reply.customers }));
        return { arm: arm.reply.arm, buyers: soFar.get(arm.reply.arm) ?? 0, difference: found?.difference ?? null, low: found?.interval.low ?? null, high: found?.interval.high ?? null };
      }),
    };
  });
}
