import { dayNumber, dayOfNumber } from '../kernel/day.ts';
import { notFound } from '../kernel/errors.ts';
import type { CustomerId, WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import type { z } from 'zod';
import type { customerReply, Strips } from './contract.ts';
import type { Books } from './core/assess.ts';
import { modelOf, placeIn } from './core/models.ts';
import type { Stage, StageRules } from './core/rules.ts';
import { judgeWith, stageHistory } from './core/stage.ts';
import { storedOf } from './core/changes.ts';
import { stripOf, type Strip } from './core/strip.ts';
import { marginOf, profitMinor } from './core/worth.ts';
import { hasCategories, loadHabits, type Named, named } from './queries/habits.ts';
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

async function loadBooks(stores: Stores, workspaceId: WorkspaceId, whom: Promise<Named>, asOf: number): Promise<Books[]> {
  const [named, categories] = await Promise.all([whom, hasCategories(stores.ch, workspaceId)]);
  const [books, before] = await Promise.all([loadHabits(stores.ch, { workspaceId, asOf, whom: named, windowFrom: 0, categories, shops: false }), loadBefore(stores.ch, workspaceId, named)]);
  return books.map((own) => ({ ...own, firstSeen: firstSeenOf(own, before.get(own.customerId), asOf) }));
}

/** What strips are drawn from: the day, the rules in force and everybody's books. */
type Drawing = { today: number; rules: StageRules; books: readonly Books[] };

function drawn({ today, rules, books }: Drawing, customers: readonly CustomerId[]): Strips {
  const judge = judgeWith(rules);
  const byId = new Map(books.map((own) => [own.customerId, told(stripOf(judge, own, { from: today - STRIP_DAYS, asOf: today }))]));
  const promotions = rules.windows.filter(({ kind, to }) => kind === 'promo' && to >= today - STRIP_DAYS).map(({ id, from, to }) => ({ id, from: dayOfNumber(from), to: dayOfNumber(to) }));
  return { asOf: dayOfNumber(today), promotions, strips: customers.flatMap((customer) => byId.get(customer) ?? []) };
}

/** The rhythm strips of a list of customers with the sentence why, in the order asked; strangers are left out. */
export async function strips(stores: Stores, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<Strips> {
  const today = dayNumber(await dataDay(stores, workspaceId));
  const [books, { rules }] = await Promise.all([loadBooks(stores, workspaceId, named(stores.ch, workspaceId, customers), today), stores.pg.tx(workspaceId, (tx) => rulesInForce(tx, workspaceId))]);
  return drawn({ today, rules, books }, customers);
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
  const whom = named(stores.ch, workspaceId, [customer]);
  const [books, known, [worth], { rules, setting }] = await Promise.all([
    loadBooks(stores, workspaceId, whom, today), knownThen(stores.ch, workspaceId, customer), whom.then((one) => worthOf(stores.ch, workspaceId, one)),
    stores.pg.tx(workspaceId, async (tx) => ({ rules: (await rulesInForce(tx, workspaceId)).rules, setting: await settingOf(tx, workspaceId) })),
  ]);
  const { promotions, strips: [strip] } = drawn({ today, rules, books }, [customer]);
  const [own] = books;
  if (!strip || !own) throw notFound('customer', { customer });
  const { stages, enteredDays, cycles } = storedOf(stageHistory(judgeWith(rules), own, today).entries);
  const isEngaged = own.lastSeen !== null && own.lastSeen > (own.firstSeen ?? own.lastSeen);
  return {
    ...strip, asOf, promotions, model: setting.model, place: placeIn(modelOf(setting.model), strip.stage as Stage, isEngaged),
    history: stages.map((stage, at) => ({ stage, from: dayOfNumber(enteredDays[at] ?? today), cycle: cycles[at] ?? 0 })),
    knownThen: known.map(knownOf), worth: worthLines(worth),
  };
}
