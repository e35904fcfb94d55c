import type { Day } from '../../kernel/day.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { Fate } from '../contract.ts';
import type { OrderRow } from '../core/records.ts';
import type { Stamp } from '../encode.ts';
import type { Convert } from '../money.ts';
import type { PromotionWindow } from '../queries/calendar.ts';
import type { Sink } from '../sink.ts';

export const FATES = ['orders', 'lines', 'refunds', 'costs', 'events'] as const;
export type Fates = Record<(typeof FATES)[number], Fate>;
export const noFates = (): Fates => Object.fromEntries(FATES.map((name) => [name, { added: 0, updated: 0, unchanged: 0 }])) as Fates;

/** What everything that writes rows is given: who writes, in which money, with which promotions, and whether older rows may exist. */
export type Scene = {
  stores: Stores; workspaceId: WorkspaceId; sink: Sink; stamp: Stamp; receivedAtMs: number; zone: string; currency: string;
  convert: Convert; promoOf(shop: string, day: Day): string;
  /** Nothing of these sources is stored yet: no row needs to be compared. */
  fresh: boolean;
  fates: Fates;
  /** A replay of single rows: they add to what is stored of an order, behind the lines it has. */
  addition?: { occurrenceOf(line: { shop: string; orderNo: string; sku: string }): number };
};

/** The window an order's day falls in, the earliest begun first. */
export const promoFinder = (windows: readonly PromotionWindow[]) => (shop: string, day: Day): string =>
  windows.find((window) => (window.shop === '' || window.shop === shop) && window.firstDay <= day && day <= window.lastDay)?.id ?? '';

/** An order as everything one drop or batch says about it. `stated`: its amount was given, not summed from lines; `free`: it lists nothing but gifts. */
export type TellingOrder = Omit<OrderRow, 'amount' | 'refunded'> & { amount: number; refunded: number; receivers: number; stated: boolean; free: boolean };
