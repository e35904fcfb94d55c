import type { Random } from '../../kernel/random.ts';
import { between, chanceOf, wheel } from './draws.ts';
import { type Life, lifeOf } from './habits.ts';
import { orderOf, type ShopRefund } from './orders.ts';
import { type Buyer, buyerOf, PURPOSE } from './people.ts';
import { type Entry, NOBODY, type Plan } from './plan.ts';
import type { Shop } from './world.ts';

/** What somebody said of the shop, or showed of themselves: a survey's answer, a review, a complaint, a sign-in, a payment that failed. */
export type Opinion = Readonly<{
  id: string; minute: number; customer: number; shop: Shop; event: string;
  /** Which survey; '' for what is none. */
  kind: string;
  /** What was given, on the survey's or the review's own scale; null for none. */
  score: number | null; rating: number | null;
  reason: string; complaint: string;
}>;

/**
 * How the crowd speaks. Whoever leaves for good was more often let down by the last order than others, so that unhappy
 * customers are lost more often than happy ones; few of the unhappy complain, as everywhere.
 */
const SAYS = {
  letDown: { refunded: 0.75, leaving: 0.32, once: 0.13, staying: 0.045 },
  csat: { asked: 0.4, happy: 0.32, letDown: 0.42 },
  nps: { everyOrders: 2, answers: 0.3 },
  review: { happy: 0.08, letDown: 0.2 },
  share: 0.03,
  complains: 0.4, again: 0.3, closed: 0.85,
  exit: { answers: 0.06, afterDays: 75 },
  prospectAnswers: 0.2,
} as const;
const MINUTES_PER_DAY = 1440;

/** Marks from the lowest of the scale, as weights. */
const marks = (from: number, weights: readonly number[]): ((random: Random) => number) => {
  const at = wheel(weights);
  return (random) => from + at(random());
};
const CSAT = { happy: marks(3, [8, 35, 57]), letDown: marks(1, [38, 37, 25]), prospect: marks(1, [4, 9, 22, 43, 22]) };
const NPS = { happy: marks(6, [5, 14, 25, 28, 28]), letDown: marks(0, [14, 8, 12, 16, 14, 20, 16]) };
const STARS = { happy: marks(4, [24, 76]), letDown: marks(1, [50, 34, 16]) };
const COMPLAINTS = ['包装破损', '发错货', '物流太慢', '口味不合', '客服态度'] as const;
/** Reasons to leave, as an exit survey codes them: of the let down, and of the rest. */
const LEAVES = { letDown: ['service', 'product', 'delivery'], others: ['price', 'no_need', 'competition', 'moved'] } as const;
const FAILS = ['余额不足', '银行卡拒付', '支付超时'] as const;

type Say = (after: { days?: number; minutes?: number }, event: string, more?: Partial<Opinion>) => void;

/** Collects what is said of one moment; what would be said after the story's last day is not. */
function speaker(plan: Plan, { buyer, minute, key }: { buyer: Buyer; minute: number; key: string }, into: Opinion[]): Say {
  const until = plan.world.days.names.length * MINUTES_PER_DAY;
  return ({ days = 0, minutes = 0 }, event, more = {}) => {
    const at = Math.floor(minute + days * MINUTES_PER_DAY + minutes);
    if (at < until) into.push({ id: `op-${key}-${into.length}`, minute: at, customer: buyer.index, shop: buyer.home, event, kind: '', score: null, rating: null, reason: '', complaint: '', ...more });
  };
}

const REGRETTED = new Set<string>(['包装破损', '发错货', '物流太慢', '口味不合']);

function isLetDown(random: Random, refund: ShopRefund | null, { isLast, first }: { isLast: boolean; first: boolean }): boolean {
  const { refunded, leaving, once, staying } = SAYS.letDown;
  return random() < (refund && REGRETTED.has(refund.reason) ? refunded : !isLast ? staying : first ? once : leaving);
}

function complain(random: Random, say: Say, key: number): void {
  const reason = COMPLAINTS[Math.floor(random() * COMPLAINTS.length)] as string;
  const complaint = `CP${key}`, after = between(random, 2, 9), again = random() < SAYS.again;
  say({ days: after }, 'complaint.made', { reason, complaint });
  if (again) say({ days: after + between(random, 2, 8) }, 'complaint.made', { reason, complaint });
  if (random() < SAYS.closed) say({ days: after + between(random, again ? 9 : 1, 14) }, 'complaint.closed', { complaint });
}

/** What one order was found to be: answers, a review, a complaint; of a last order, why they left. */
function ofOrder(plan: Plan, entry: Entry, buyer: Buyer, isLast: boolean): Opinion[] {
  const said: Opinion[] = [];
  const random = chanceOf(plan.world.seed, entry.key, PURPOSE.opinion);
  const say = speaker(plan, { buyer, minute: entry.minute, key: String(entry.key) }, said);
  const mood = isLetDown(random, orderOf(plan, entry).refund, { isLast, first: entry.nth === 0 }) ? 'letDown' : 'happy';
  if (random() < SAYS.csat.asked && random() < SAYS.csat[mood]) say({ days: between(random, 4, 12) }, 'survey.answered', { kind: 'csat', score: CSAT[mood](random) });
  if (entry.nth % SAYS.nps.everyOrders === 1 && random() < SAYS.nps.answers) say({ days: between(random, 10, 25) }, 'survey.answered', { kind: 'nps', score: NPS[mood](random) });
  if (buyer.home.online && random() < SAYS.review[mood]) say({ days: between(random, 5, 20) }, 'review.posted', { rating: STARS[mood](random) });
  if (mood === 'happy' && random() < SAYS.share) say({ days: between(random, 3, 15) }, 'product.shared');
  if (mood === 'letDown' && random() < SAYS.complains) complain(random, say, entry.key);
  if (isLast && random() < SAYS.exit.answers) {
    const reasons = mood === 'letDown' ? LEAVES.letDown : LEAVES.others, days = SAYS.exit.afterDays + between(random, 0, 45);
    say({ days }, 'exit_survey.answered', { reason: reasons[Math.floor(random() * reasons.length)] as string });
    say({ days, minutes: 1 }, 'survey.answered', { kind: 'csat', score: CSAT[mood === 'letDown' ? 'letDown' : 'prospect'](random) });
  }
  return said;
}

/** An order nobody paid: often because the payment would not go through, and was tried again. */
function ofUnpaid(plan: Plan, entry: Entry, buyer: Buyer): Opinion[] {
  const said: Opinion[] = [];
  const random = chanceOf(plan.world.seed, entry.key, PURPOSE.opinion);
  const say = speaker(plan, { buyer, minute: entry.minute, key: String(entry.key) }, said);
  const reason = FAILS[Math.floor(random() * FAILS.length)] as string;
  for (let tries = 0; tries < 5 && random() < 0.5; tries++) say({ minutes: 2 + tries * 3 }, 'payment.failed', { reason });
  return said;
}

/** Who opens the shop's app out of habit, week after week, until they are about to leave. */
const REGULAR = { share: 0.16, opensPerWeek: { from: 0.9, by: 1.3 }, fadesTo: 0.06, panelShare: 0.25, panelDays: 14, stillAnswersDays: 100 } as const;

function ofRegular(plan: Plan, buyer: Buyer, { bought, left }: Life): Opinion[] {
  const said: Opinion[] = [];
  const { world } = plan, random = chanceOf(world.seed, buyer.index, PURPOSE.regular);
  if (buyer.kind !== 'consumer' || !buyer.home.online || bought.length < 2 || random() >= REGULAR.share) return said;
  const perDay = (REGULAR.opensPerWeek.from + REGULAR.opensPerWeek.by * random()) / 7;
  const last = world.days.names.length, from = buyer.arrivedDay + 1;
  const fades = left ? (bought.at(-1) ?? from) + between(random, -12, 18) : last;
  const say = speaker(plan, { buyer, minute: 0, key: `r${buyer.index}` }, said);
  for (let day = from; day < last; day += -Math.log(1 - random()) / (day < fades ? perDay : perDay * REGULAR.fadesTo)) {
    const minutes = 1080 + between(random, 0, 300);
    say({ days: Math.floor(day), minutes }, 'user.signed_in');
    if (random() < 0.3) say({ days: Math.floor(day), minutes: minutes + between(random, 2, 12) }, 'page.viewed');
  }
  // A tasting panel answers every fortnight; whoever is about to leave answers worse for a while, then no more.
  if (random() < REGULAR.panelShare) {
    for (let day = from + REGULAR.panelDays; day < Math.min(last, fades + REGULAR.stillAnswersDays); day += REGULAR.panelDays) {
      say({ days: day, minutes: 1200 }, 'survey.answered', { kind: 'csat', score: CSAT[day < fades - 20 ? 'happy' : 'letDown'](random) });
    }
  }
  return said;
}

/** What somebody who never bought says of the shop when asked. */
function ofProspect(plan: Plan, buyer: Buyer): Opinion[] {
  const said: Opinion[] = [];
  const random = chanceOf(plan.world.seed, buyer.index, PURPOSE.regular);
  const say = speaker(plan, { buyer, minute: buyer.arrivedDay * MINUTES_PER_DAY, key: `p${buyer.index}` }, said);
  if (random() < SAYS.prospectAnswers) say({ days: between(random, 1, 20), minutes: 1150 }, 'survey.answered', { kind: 'csat', score: CSAT.prospect(random) });
  return said;
}

function* everyOpinion(plan: Plan): Generator<Opinion> {
  // The order each customer left after, from 0; −1 where they did not.
  const lastNth = new Int32Array(plan.world.customers);
  for (let index = 0; index < plan.world.customers; index++) {
    const buyer = buyerOf(plan.world, index), life = lifeOf(plan.world, buyer);
    lastNth[index] = life.left ? life.bought.length - 1 : -1;
    yield* buyer.kind === 'prospect' ? ofProspect(plan, buyer) : ofRegular(plan, buyer, life);
  }
  for (let serial = 0; serial < plan.length; serial++) {
    const entry = plan.entry(serial);
    if (entry.customer === NOBODY || entry.moment === 'visit') continue;
    const buyer = buyerOf(plan.world, entry.customer);
    yield* entry.moment === 'unpaid' ? ofUnpaid(plan, entry, buyer) : ofOrder(plan, entry, buyer, entry.nth === lastNth[entry.customer]);
  }
}

/** Everything said and shown, in time order. */
export const opinionsOf = (plan: Plan): Opinion[] => [...everyOpinion(plan)].sort((a, b) => a.minute - b.minute);
