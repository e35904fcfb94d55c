/** One order line of the books as the stage engine needs it. Money in minor units of the reporting currency. */
export type Order = {
  day: number;
  amountMinor: number;
  status: 'unpaid' | 'paid' | 'shipped' | 'done' | 'closed';
  refund: '' | 'before_shipping' | 'after_shipping' | 'pending';
  promo: string;
  b2b: boolean;
  receivers: number;
  category: string;
};

/** Everything one customer bought on one day. */
export type Purchase = { day: number; amountMinor: number; promo: string; b2b: boolean; receivers: number; category: string };

/** What is known of one customer: the first day anything was seen of them, and their purchase days in order. */
export type Habit = { customerId: string; firstSeen: number | null; purchases: readonly Purchase[] };

/** Paid and not wholly refunded. A pending refund still counts (provisional); a partial one only lowers money. */
export const isPurchase = ({ status, refund }: Order): boolean =>
  status !== 'unpaid' && status !== 'closed' && refund !== 'before_shipping' && refund !== 'after_shipping';

/** Orders of one customer → purchase days: same-day orders are one purchase. */
export function purchasesOf(orders: readonly Order[]): Purchase[] {
  const days = new Map<number, Purchase>();
  for (const order of orders) {
    if (!isPurchase(order)) continue;
    const known = days.get(order.day);
    const { day, amountMinor, promo, b2b, receivers, category } = order;
    if (!known) days.set(day, { day, amountMinor, promo, b2b, receivers, category });
    else days.set(day, joined(known, order));
  }
  return [...days.values()].sort((a, b) => a.day - b.day);
}

const joined = (a: Purchase, b: Purchase): Purchase => ({
  day: a.day,
  amountMinor: a.amountMinor + b.amountMinor,
  promo: a.promo || b.promo,
  b2b: a.b2b || b.b2b,
  receivers: Math.max(a.receivers, b.receivers),
  category: a.amountMinor >= b.amountMinor ? a.category : b.category,
});

/** Gaps from which a customer's own rhythm counts fully. */
export const OWN_RHYTHM_GAPS = 4;

/** Running knowledge of one customer after some of their purchases. */
export type Known = {
  /** Purchase occasions: orders inside one promotion are one. */
  occasions: number;
  lastDay: number;
  gapsSorted: number[];
  plainAmountsSorted: number[];
  promo: string;
  promoAmountMinor: number;
  /** Occasions inside a festival window, and how many different windows they were in. */
  festivals: number;
  festivalWindows: number;
  lastFestival: string;
  receivers: number;
  largestMinor: number;
  b2b: boolean;
  categories: Map<string, number>;
};

export const knownNothing = (): Known => ({
  occasions: 0, lastDay: 0, gapsSorted: [], plainAmountsSorted: [], promo: '', promoAmountMinor: 0,
  festivals: 0, festivalWindows: 0, lastFestival: '', receivers: 0, largestMinor: 0, b2b: false, categories: new Map(),
});

/** What one more purchase day adds. Mutates `known`: this is the inner loop over millions of purchases. */
export function learnPurchase(known: Known, purchase: Purchase, festival: string): void {
  const sameOccasion = purchase.promo !== '' && purchase.promo === known.promo;
  if (!sameOccasion) {
    if (known.occasions > 0) insertSorted(known.gapsSorted, purchase.day - known.lastDay);
    known.occasions++;
    known.promoAmountMinor = 0;
    if (festival !== '') learnFestival(known, festival);
    known.categories.set(purchase.category, (known.categories.get(purchase.category) ?? 0) + 1);
  }
  if (purchase.promo === '') insertSorted(known.plainAmountsSorted, purchase.amountMinor);
  else known.promoAmountMinor += purchase.amountMinor;
  known.promo = purchase.promo;
  known.lastDay = purchase.day;
  known.receivers = Math.max(known.receivers, purchase.receivers);
  known.largestMinor = Math.max(known.largestMinor, purchase.amountMinor);
  known.b2b ||= purchase.b2b;
}

function learnFestival(known: Known, festival: string): void {
  known.festivals++;
  if (festival !== known.lastFestival) known.festivalWindows++;
  known.lastFestival = festival;
}

/** The category most of their purchases were in; the first reached on a tie. */
export function mainCategory({ categories }: Known): string {
  let best = '';
  let most = 0;
  for (const [category, count] of categories) if (count > most) [best, most] = [category, count];
  return best;
}

/**
 * Days this customer usually leaves between purchases. From four gaps their own median; with n < 4 gaps
 * weight n/(n+5) against the group's median (docs/guide/stages.md). Null when neither is known.
 */
export function expectedGapDays({ gapsSorted }: Known, groupMedianDays: number | null): number | null {
  const gaps = gapsSorted.length;
  if (gaps === 0) return groupMedianDays;
  const own = medianOfSorted(gapsSorted);
  if (gaps >= OWN_RHYTHM_GAPS || groupMedianDays === null) return own;
  const weight = gaps / (gaps + 5);
  return weight * own + (1 - weight) * groupMedianDays;
}

/** Stocking up in a promotion lasts longer: its money against a usual purchase, at least 1 and at most 3. */
export function stockUpStretch({ promo, promoAmountMinor, plainAmountsSorted }: Known): number {
  if (promo === '' || plainAmountsSorted.length === 0) return 1;
  const usual = medianOfSorted(plainAmountsSorted);
  return usual <= 0 ? 1 : Math.min(3, Math.max(1, promoAmountMinor / usual));
}

export function medianOfSorted(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

function insertSorted(sorted: number[], value: number): void {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  if (low === sorted.length) sorted.push(value);
  else sorted.splice(low, 0, value);
}
