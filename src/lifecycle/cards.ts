import { dayNumber, dayOfNumber } from '../kernel/day.ts';
import { notFound } from '../kernel/errors.ts';
import type { CustomerId, WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import type { z } from 'zod';
import type { customerReply, Strips } from './contract.ts';
import { modelOf, placeIn } from './core/models.ts';
import { marginOf, profitMinor } from './core/worth.ts';
import { named } from './queries/habits.ts';
import { type KnownRow, knownThen, type NowRow, standingNow } from './queries/known.ts';
import { costsOf, linesOf, type WorthRow } from './queries/worth.ts';
import { dataDay } from './asOf.ts';
import { reassess } from './reassess.ts';
import { rulesInForce, settingOf } from './store.ts';

/** So far back promotions are shown beside a strip. */
const PROMOTION_DAYS = 731;

const stripOf = ({ customerId, asOf, days, amounts, from, to, stage, since, state, branch, cycle, reason, params }: NowRow): Strips['strips'][number] => ({
  customerId, stage, since, state, branch, cycle, reason: { code: reason, params },
  purchases: days.map((day, at) => ({ day, amountMinor: amounts[at] ?? 0 })),
  expected: from !== null && to !== null ? { from, to } : null,
  // Silent beyond the window: from the end of it to the day of looking.
  overdue: to !== null && to < asOf ? { from: to, to: asOf } : null,
});

async function promotionsOf(stores: Stores, workspaceId: WorkspaceId, asOf: string): Promise<Strips['promotions']> {
  const since = dayNumber(asOf) - PROMOTION_DAYS;
  const { rules } = await stores.pg.tx(workspaceId, (tx) => rulesInForce(tx, workspaceId));
  return rules.windows.filter(({ kind, to }) => kind === 'promo' && to >= since).map(({ id, from, to }) => ({ id, from: dayOfNumber(from), to: dayOfNumber(to) }));
}

/** The rhythm strips of a list of customers with the sentence why, in the order asked; strangers are left out. */
export async function strips(stores: Stores, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<Strips> {
  const asOf = await dataDay(stores, workspaceId);
  const [rows, promotions] = await Promise.all([standingNow(stores.ch, workspaceId, customers), promotionsOf(stores, workspaceId, asOf)]);
  const byId = new Map(rows.map((row) => [row.customerId, stripOf(row)]));
  return { asOf, promotions, strips: customers.flatMap((customer) => byId.get(customer) ?? []) };
}

type Card = z.infer<typeof customerReply>;

const knownOf = ({ recordedAt, asOf, rulesVersion, correction, stages, entered, cycles }: KnownRow): Card['knownThen'][number] =>
  ({ recordedAt, asOf, rulesVersion, correction: correction === 1, history: stages.map((stage, at) => ({ stage, from: entered[at] ?? asOf, cycle: cycles[at] ?? 0 })) });

/** A ledger in the words of replies. */
export function worthLines(row: Partial<WorthRow>): Card['worth'] {
  const { sales = 0, product = 0, fulfilment = 0, service = 0, incentive = 0, acquisition = 0, retention = 0 } = row;
  const lines = linesOf({ customerId: '', sales, product, fulfilment, service, incentive, acquisition, retention });
  return {
    salesMinor: sales, productCostMinor: product, fulfilmentMinor: fulfilment, serviceMinor: service, incentiveMinor: incentive,
    acquisitionMinor: acquisition, retentionMinor: retention, profitMinor: profitMinor(lines), margin: marginOf(lines),
  };
}

/** Where one customer stands; somebody just written down is assessed on the spot. Refuses `customer.not_found`. */
async function standingOf(stores: Stores, workspaceId: WorkspaceId, customer: CustomerId, asOf: string): Promise<NowRow> {
  const [known] = await standingNow(stores.ch, workspaceId, [customer]);
  if (known) return known;
  await reassess(stores, workspaceId, [customer], asOf);
  const [now] = await standingNow(stores.ch, workspaceId, [customer]);
  if (!now) throw notFound('customer', { customer });
  return now;
}

/** Everything this module says of one customer. Refuses `customer.not_found`. */
export async function customerCard(stores: Stores, workspaceId: WorkspaceId, customer: CustomerId): Promise<Card> {
  const asOf = await dataDay(stores, workspaceId);
  const [now, known, [costs], promotions, setting] = await Promise.all([
    standingOf(stores, workspaceId, customer, asOf), knownThen(stores.ch, workspaceId, customer),
    named(stores, workspaceId, [customer]).then((whom) => costsOf(stores.ch, workspaceId, whom)),
    promotionsOf(stores, workspaceId, asOf), stores.pg.tx(workspaceId, (tx) => settingOf(tx, workspaceId)),
  ]);
  return {
    ...stripOf(now), asOf, promotions, model: setting.model, place: placeIn(modelOf(setting.model), now.stage, now.engaged === 1),
    history: now.stages.map((stage, at) => ({ stage, from: now.entered[at] ?? asOf, cycle: now.cycles[at] ?? 0 })),
    knownThen: known.map(knownOf), worth: worthLines({ ...costs, sales: now.netMinor, product: (costs?.product ?? 0) + now.productMinor }),
  };
}
