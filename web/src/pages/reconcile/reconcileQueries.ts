import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { documentShape, reconcileShape } from '../../../../src/collect/contract.ts';
import { api } from '../../lib/api.ts';

export type Reconciled = z.infer<typeof reconcileShape>;
export type MonthRow = Reconciled['rows'][number];
export type Document = z.infer<typeof documentShape>;
export type Scope = { shop: string | undefined; source: string | undefined };
export type Cell = { month: string; shop: string; source: string | undefined };

/** What can be compared with one's own books. */
export const MEASURES = ['paid', 'net', 'refunds', 'orders', 'buyers'] as const;
export type Measure = (typeof MEASURES)[number];
export const isMoney = (measure: Measure): boolean => measure !== 'orders' && measure !== 'buyers';

/** Our figure of a measure: minor units of money, or heads. */
export const figureOf = (row: Omit<MonthRow, 'figures' | 'month' | 'shop'>, measure: Measure): number =>
  ({ paid: row.paidMinor, net: row.netMinor, refunds: row.refundsMinor, orders: row.orders, buyers: row.buyers })[measure];

export const reconcileQuery = (scope: Scope) => queryOptions({ queryKey: ['reconcile', scope], queryFn: ({ signal }) => api.get<Reconciled>('/reconcile', scope, signal), placeholderData: keepPreviousData });

export const documentsQuery = (cell: Cell) => infiniteQueryOptions({
  queryKey: ['reconcile', 'documents', cell],
  queryFn: ({ pageParam, signal }) => api.get<{ rows: Document[]; next: string | null }>('/reconcile/documents', { ...cell, cursor: pageParam }, signal),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
});

/** A typed figure: thousands separators and spaces are no part of it. Undefined when it is no number, null when it is empty. */
export function readFigure(text: string, decimals: number): number | null | undefined {
  const plain = text.replaceAll(/[,，\s¥$£€]/g, '');
  if (plain === '') return null;
  return /^-?\d{1,13}(\.\d+)?$/.test(plain) ? Math.round(Number(plain) * 10 ** decimals) : undefined;
}
