import { dayNumber, dayOfNumber } from '../kernel/day.ts';
import { notFound } from '../kernel/errors.ts';
import type { CustomerId, WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import type { z } from 'zod';
import type { customerReply, Strips } from './contract.ts';
import type { Books } from './core/assess.ts';
import { modelOf, placeIn } from './core/models.ts';
import type { Stage } from './core/rules.ts';
import { judgeWith, stageHistory } from './core/stage.ts';
import { storedOf } from './core/changes.ts';
import { stripOf, type Strip } from './core/strip.ts';
import { marginOf, profitMinor } from './core/worth.ts';
import { loadHabits, sizeOf } from './queries/habits.ts';
import { type KnownRow, knownThen } from './queries/known.ts';
import { loadBefore } from './queries/stages.ts';
import { linesOf, type WorthRow, worthOf } from './queries/worth.ts';
import { firstSeenOf } from './core/assess.ts';
import { dataDay } from './asOf.ts';
import { rulesInForce, settingOf } from './store.ts';

const STRIP_DAYS = 731;

const told = (strip: Strip): Strips['strips'][number] => {
  const span = (of: { from: number; to: number } | null) => of && { from: dayOfNumber(of.from), to: dayOfNumber(of.to) };
  return {
    ...strip, purchases: strip.purchases.map(({ day, amountMinor }) => ({ day: dayOfNumber(day), amountMinor })),
    expected: span(strip.expected), overdue: span(strip.overdue), since: dayOfNumber(strip.since),
  };
};

async function loadBooks(stores: Stores, workspaceId: WorkspaceId, customers: readonly CustomerId[], asOf: number): Promise<Books[]> {
  const { categories } = await sizeOf(stores.ch, workspaceId);
  const whom = { customers };
  const [books, before] = await Promise.all([loadHabits(stores.ch, { workspaceId, asOf, whom, windowFrom: 0, categories, shops: false }), loadBefore(stores.ch, workspaceId, whom)]);
  return books.map((own) => ({ ...own, firstSeen: firstSeenOf(own, before.get(own.customerId), asOf) }));
}

/** The rhythm strips of a list of customers with the sentence why, in the order asked; strangers are left out. */
export async function strips(stores: Stores, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<Strips> {
  const asOf = await dataDay(stores, workspaceId);
  const today = dayNumber(asOf);
  const [books, { rules }] = await Promise.all([loadBooks(stores, workspaceId, customers, today), stores.pg.tx(workspaceId, (tx) => rulesInForce(tx, workspaceId))]);
  const judge = judgeWith(rules);
  const byId = new Map(books.map((own) => [own.customerId, told(stripOf(judge, own, { from: today - STRIP_DAYS, asOf: today }))]));
  const promotions = rules.windows.filter(({ kind, to }) => kind === 'promo' && to >= today - STRIP_DAYS).map(({ id, from, to }) => ({ id, from: dayOfNumber(from), to: dayOfNumber(to) }));
  return { asOf, promotions, strips: customers.flatMap((customer) => byId.get(customer) ?? []) };
}

type Card = z.infer<typeof customerReply>;

const knownOf = ({ recordedAt, asOf, rulesVersion, correction, stages, entered, cycles }: KnownRow): Card['knownThen'][number] =>
  ({ recordedAt, asOf, rulesVersion, correction: correction === 1, history: stages.map((stage, at) => ({ stage, from: entered[at] ?? asOf, cycle: cycles[at] ?? 0 })) });

/** A ledger in the words of replies. */
export function worthLines(row: WorthRow | undefined): Card['worth'] {
  const { sales = 0, product = 0, fulfilment = 0, service = 0, incentive = 0, acquisition = 0, retention = 0 } = row ?? {};
  const lines = linesOf({ customerId: '', sales, product, fulfilment, service, incentive, acquisition, retention });
  return {
    salesMinor: sales, productCostMinor: product, fulfilmentMinor: fulfilment, serviceMinor: service, incentiveMinor: incentive,
    acquisitionMinor: acquisition, retentionMinor: retention, profitMinor: profitMinor(lines), margin: marginOf(lines),
  };
}

/** Everything this module says of one customer. Refuses `customer.not_found`. */
export async function customerCard(stores: Stores, workspaceId: WorkspaceId, customer: CustomerId): Promise<Card> {
  const asOf = await dataDay(stores, workspaceId);
  const today = dayNumber(asOf);
  const [{ promotions, strips: [strip] }, [own], known, [worth], { rules, setting }] = await Promise.all([
    strips(stores, workspaceId, [customer]), loadBooks(stores, workspaceId, [customer], today), knownThen(stores.ch, workspaceId, customer), worthOf(stores.ch, workspaceId, [customer]),
    stores.pg.tx(workspaceId, async (tx) => ({ rules: (await rulesInForce(tx, workspaceId)).rules, setting: await settingOf(tx, workspaceId) })),
  ]);
  if (!strip || !own) throw notFound('customer', { customer });
  const { stages, enteredDays, cycles } = storedOf(stageHistory(judgeWith(rules), own, today).entries);
  const isEngaged = own.lastSeen !== null && own.lastSeen > (own.firstSeen ?? own.lastSeen);
  return {
    ...strip, asOf, promotions, model: setting.model, place: placeIn(modelOf(setting.model), strip.stage as Stage, isEngaged),
    history: stages.map((stage, at) => ({ stage, from: dayOfNumber(enteredDays[at] ?? today), cycle: cycles[at] ?? 0 })),
    knownThen: known.map(knownOf), worth: worthLines(worth),
  };
}
