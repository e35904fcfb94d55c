import { registerTrait } from '../../customers/index.ts';
import { addDays, type Day } from '../../kernel/day.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { dataDay } from '../asOf.ts';
import { fitting, highDays, type Reading, usedPercent } from '../core/offers/quota.ts';
import { type Told, type Trial, trialsOf } from '../core/offers/trials.ts';
import { named, type Whom } from '../queries/habits.ts';
import { boughtBy, fitRows, hasTrials, ownersOfAny, quotaReadings, trialActs, USAGE_EVENT } from './store.ts';

type Customers = readonly CustomerId[] | 'all';
const EVERYBODY: Whom = { part: 0, parts: 1 };
const whomOf = (stores: Stores, workspaceId: WorkspaceId, customers: Customers): Promise<Whom> => (customers === 'all' ? Promise.resolve(EVERYBODY) : named(stores, workspaceId, customers));
const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** Who was asked for, all of them: null where nothing is known. */
const answered = <T>(customers: Customers, known: ReadonlyMap<CustomerId, T>): Map<CustomerId, T | null> => new Map<CustomerId, T | null>([...(customers === 'all' ? [] : customers.map((one) => [one, null] as const)), ...known]);

/** The trials of customers on the data's day; those who never had one are absent. What was told of a day stands before what was bought on it. */
export async function trialsAmong(stores: Stores, workspaceId: WorkspaceId, customers: Customers): Promise<Map<CustomerId, Trial[]>> {
  if (!(await hasTrials(stores.ch, workspaceId))) return new Map();
  const today = await dataDay(stores, workspaceId), acts = await trialActs(stores.ch, workspaceId, await whomOf(stores, workspaceId, customers));
  const people = [...new Set(acts.map(({ customer }) => customer))];
  const bought = people.length === 0 ? [] : await boughtBy(stores.ch, workspaceId, await named(stores, workspaceId, people));
  const told = Map.groupBy([
    ...acts.map(({ customer, endsOn, ...one }) => ({ customer, told: { ...one, endsOn: DAY.test(endsOn) ? endsOn : null } as Told })),
    ...bought.map(({ customer, day, products }) => ({ customer, told: { act: 'bought', day, products } as Told })),
  ], ({ customer }) => customer);
  return new Map(people.map((customer) => [customer, trialsOf((told.get(customer) ?? []).map((one) => one.told).sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0)), today)]));
}

const last = (trials: readonly Trial[]): Trial | undefined => trials.at(-1);
async function ofLastTrial<T>(stores: Stores, workspaceId: WorkspaceId, customers: Customers, value: (trial: Trial) => T): Promise<Map<CustomerId, T | null>> {
  const trials = await trialsAmong(stores, workspaceId, customers);
  return answered(customers, new Map([...trials].flatMap(([customer, own]) => { const trial = last(own); return trial ? [[customer, value(trial)] as const] : []; })));
}

/** A year of readings is more than any rule asks. */
const READ_DAYS = 366;
async function ofQuota<T>(stores: Stores, workspaceId: WorkspaceId, customers: Customers, value: (readings: readonly Reading[], today: Day) => T | null): Promise<Map<CustomerId, T | null>> {
  const today = await dataDay(stores, workspaceId);
  const rows = await quotaReadings(stores.ch, workspaceId, await whomOf(stores, workspaceId, customers), addDays(today, -READ_DAYS));
  return answered(customers, new Map([...Map.groupBy(rows, ({ customer }) => customer)].map(([customer, own]) => [customer, value(own, today)])));
}

async function fitsAmong(stores: Stores, workspaceId: WorkspaceId, customers: Customers): Promise<Map<CustomerId, string[] | null>> {
  const fits = await stores.pg.tx(workspaceId, (tx) => fitRows(tx, workspaceId)), skus = [...new Set(fits.flatMap(({ sku, owners }) => [sku, ...owners]))];
  const rows = skus.length === 0 ? [] : await ownersOfAny(stores.ch, workspaceId, await whomOf(stores, workspaceId, customers), skus);
  return answered(customers, new Map(rows.map(({ customer, owned }) => { const found = fitting(new Set(owned), fits); return [customer, found.length > 0 ? found : null]; })));
}

const RETOLD = ['import.finished', 'import.undone', 'events.recorded', 'customer.merged', 'customer.unmerged'];
const isTrial = (event: string): boolean => event.startsWith('trial.');

/** What trials, quotas and the catalogue say of customers, as fields that conditions and journeys ask for (R64, R80). */
export function registerOfferTraits(): void {
  const of = { source: 'lifecycle', block: 'habit', on: RETOLD, everyHours: 24, ttlDays: 366 } as const;
  registerTrait({ ...of, key: 'trial_state', type: 'text', by: { bought: true, did: isTrial }, compute: (stores, workspaceId, customers) => ofLastTrial(stores, workspaceId, customers, ({ state }) => state) });
  registerTrait({ ...of, key: 'trial_ends', type: 'day', by: { bought: true, did: isTrial }, compute: (stores, workspaceId, customers) => ofLastTrial(stores, workspaceId, customers, ({ endsOn }) => endsOn) });
  registerTrait({ ...of, key: 'quota_used', type: 'number', unit: 'percent', by: { did: (event) => event === USAGE_EVENT }, compute: (stores, workspaceId, customers) => ofQuota(stores, workspaceId, customers, usedPercent) });
  registerTrait({ ...of, key: 'quota_high_days', type: 'number', unit: 'days', by: { did: (event) => event === USAGE_EVENT }, compute: (stores, workspaceId, customers) => ofQuota(stores, workspaceId, customers, highDays) });
  registerTrait({ ...of, key: 'fits_products', type: 'multi', by: { bought: true }, compute: fitsAmong });
}
