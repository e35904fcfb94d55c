import { reasonOf, type Reason } from './reason.ts';
import { type Expected, expectedWindow, shownPurchases } from './strip.ts';
import { isCorrection, sameHistory, storedOf, type StoredHistory } from './changes.ts';
import { mainCategory, type Purchase } from './habits.ts';
import { rfmOf, type RfmScales, type RfmScore } from './rfm.ts';
import { groupOf, type Branch, type Stage, type State } from './rules.ts';
import { stageHistory, type Judge } from './stage.ts';

/** One customer's books up to a day, as loaded: purchase days, days first and last seen, orders, net of all sales rows. */
export type Books = {
  customerId: string;
  firstSeen: number | null;
  /** The day the record was made: for a file of old orders, a day after all of them. */
  createdDay: number | null;
  lastSeen: number | null;
  orders: number;
  netMinor: number;
  purchases: readonly Purchase[];
  brought: Brought;
  /** Where the purchases came from. */
  sources: readonly string[];
  /** Every shop they ordered, gave back or did anything in: whose staff may see them. */
  shops: readonly string[];
  /** Purchase days and net money inside the RFM window. */
  windowFrequency: number;
  windowMinor: number;
};

/** What ledgers of everybody are made of, carried along so that none of them reads every order: cost of the goods, channel of the first purchase, orders of each month (YYYYMM, rising). */
export type Brought = { productMinor: number; channel: string; months: readonly { month: number; orders: number }[] };

/** Everything the product says about where one customer stands. */
export type Assessed = {
  customerId: string;
  /** The day this holds for: the data's, or the last day of sources that stopped coming. */
  asOf: number;
  history: StoredHistory;
  stage: Stage; since: number; cycle: number; state: State; branch: Branch; category: string; group: string;
  dueDay: number | null;
  occasions: number; orders: number;
  firstSeen: number; firstDay: number | null; lastDay: number | null; lastSeen: number;
  netMinor: number;
  brought: Brought;
  gapDays: number | null;
  rfm: RfmScore | null;
  b2b: boolean;
  shops: readonly string[];
  /** What the rhythm strip draws. */
  purchases: readonly Purchase[];
  expected: Expected | null;
  /** The sentence why. */
  reason: Reason;
};

/** The day a customer is judged on: not after the last day of their sources when every one of them has stopped coming. */
export function judgedOn({ sources }: Books, stopped: ReadonlyMap<string, number>, asOf: number): number {
  if (stopped.size === 0 || sources.length === 0 || !sources.every((source) => stopped.has(source))) return asOf;
  return Math.min(asOf, Math.max(...sources.map((source) => stopped.get(source) ?? asOf)));
}

/**
 * The day a customer was first seen: the first thing they did, or the making of their record. A record made after the
 * data's own day (an old file read today) is first seen on the day it was first assessed, and stays so.
 */
export function firstSeenOf({ firstSeen, createdDay }: Books, before: Before | undefined, asOf: number): number {
  const made = createdDay !== null && createdDay <= asOf ? createdDay : Math.min(before?.history.enteredDays[0] ?? asOf, asOf);
  return firstSeen === null ? made : createdDay === null ? firstSeen : Math.min(firstSeen, made);
}

/** Load → decide: one customer's place on `asOf` under the rules in force. */
export function assess(judge: Judge, scales: RfmScales | null, books: Books, asOf: number): Assessed {
  const told = stageHistory(judge, books, asOf);
  const history = storedOf(told.entries);
  const now = told.entries.at(-1);
  const first = books.purchases.find((purchase) => purchase.day <= asOf) ?? null;
  const lastDay = told.known.occasions === 0 ? null : told.known.lastDay;
  const firstSeen = history.enteredDays[0] ?? asOf;
  return {
    customerId: books.customerId, asOf, history,
    stage: now?.stage ?? 'prospect', since: history.enteredDays.at(-1) ?? asOf, cycle: now?.cycle ?? 0, state: now?.state ?? 'prospect',
    branch: told.course?.branch ?? 'none', category: mainCategory(told.known), group: groupOf(told.known.occasions),
    dueDay: told.dueDay,
    occasions: told.known.occasions, orders: books.orders,
    firstSeen, firstDay: first?.day ?? null, lastDay, lastSeen: Math.max(books.lastSeen ?? firstSeen, lastDay ?? firstSeen, firstSeen),
    netMinor: books.netMinor, brought: books.brought,
    gapDays: told.course?.usualGapDays ?? null,
    rfm: scales && lastDay !== null && told.course?.branch !== 'b2b' ? rfmOf({ recencyDays: asOf - lastDay, frequency: books.windowFrequency, monetaryMinor: books.windowMinor }, scales) : null,
    b2b: told.course?.branch === 'b2b', shops: books.shops,
    purchases: shownPurchases(books.purchases, asOf), expected: expectedWindow(judge, told), reason: reasonOf(judge, told, asOf),
  };
}

/** What was held true of a customer before. */
export type Before = { history: StoredHistory; stage: Stage; cycle: number; asOf: number; rulesVersion: number; fingerprint: number };

/** `news`: it happened now. `correction`: the past reads differently, by late data or new rules. `first`: seen for the first time. */
export type Change = { kind: 'none' | 'news' | 'correction' | 'first'; stageMoved: boolean; historyChanged: boolean };

/** A day of grace: the books of several sources do not close at the same minute. */
const GRACE_DAYS = 1;

export function changeOf(before: Before | undefined, after: Assessed, rulesVersion: number): Change {
  if (!before) return { kind: 'first', stageMoved: true, historyChanged: true };
  const historyChanged = !sameHistory(before.history, after.history);
  const stageMoved = before.stage !== after.stage || before.cycle !== after.cycle;
  if (!historyChanged) return { kind: 'none', stageMoved, historyChanged };
  const retold = before.rulesVersion !== rulesVersion || isCorrection(before.history, after.history, before.asOf - GRACE_DAYS);
  return { kind: retold ? 'correction' : 'news', stageMoved, historyChanged };
}


/** What of an assessment others are told, as a 53-bit number (cyrb53): equal numbers need no writing. */
export function fingerprintOf({ stage, since, branch, cycle, orders, firstDay, lastDay, netMinor, gapDays, rfm, shops }: Assessed): number {
  const text = [stage, since, branch, cycle, orders, firstDay ?? '', lastDay ?? '', netMinor, Math.round((gapDays ?? 0) * 10), rfm?.name ?? '', shops.join('\n')].join(' ');
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}
