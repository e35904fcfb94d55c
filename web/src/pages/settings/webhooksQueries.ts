import { queryOptions } from '@tanstack/react-query';
import type { DeliveryView, WebhookView } from '../../../../src/product/webhooks/contract.ts';
import type { RunView } from '../../../../src/product/exchange/contract.ts';
import { api } from '../../lib/api.ts';

export type Webhook = WebhookView;
export type Delivery = DeliveryView;
export type ExportRun = RunView;
export type MadeWebhook = { webhook: Webhook; secret: string };

const WATCH_MS = 5_000;
const FOLLOW_MS = 1_000;

/** Looked at again while one of them has something to say. */
export const webhooksQuery = queryOptions({
  queryKey: ['settings', 'webhooks'], queryFn: ({ signal }) => api.get<{ rows: Webhook[] }>('/webhooks', undefined, signal),
  refetchInterval: ({ state }) => (state.data?.rows.some(({ waiting, state: on }) => waiting > 0 && on === 'on') ? WATCH_MS : false),
});

export const exportRunsQuery = queryOptions({
  queryKey: ['settings', 'everything'], queryFn: ({ signal }) => api.get<{ rows: ExportRun[] }>('/exchange/runs', undefined, signal),
  refetchInterval: ({ state }) => (state.data?.rows.some((run) => run.state === 'asked' || run.state === 'running') ? FOLLOW_MS : false),
});
