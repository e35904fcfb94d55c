import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { CrossReply, CustomerLayersReply, LayersReply } from '../../../../../src/lifecycle/layers/contract.ts';
import { api } from '../../../lib/api.ts';
import { paths } from '../../../paths.ts';

/** The layerings as they come over the wire: instants are texts. */
export type Layers = Omit<LayersReply, 'changedAt'> & { changedAt: string | null };
export type Layer = Layers['layers'][number];
export type LayerKey = Layer['layer'];
export type { CrossReply, CustomerLayersReply };

const UNDER_WAY_MS = 2_000;
/** Read again by itself while everybody is being looked at. */
export const layersQuery = queryOptions({
  queryKey: ['layers', 'list'], queryFn: ({ signal }) => api.get<Layers>('/layers', undefined, signal),
  refetchInterval: ({ state: { data } }) => (data && data.version > 0 && data.asOf === null ? UNDER_WAY_MS : false),
});
/** `asOf`: of which telling of the layers. */
export const crossQuery = (pair: { a: LayerKey; b: LayerKey }, asOf: string) => queryOptions({
  queryKey: ['layers', 'cross', pair, asOf], placeholderData: keepPreviousData, queryFn: ({ signal }) => api.get<CrossReply>('/layers/cross', pair, signal),
});
export const customerLayersQuery = (id: string) => queryOptions({ queryKey: ['layers', 'customer', id], retry: false, enabled: id !== '', queryFn: ({ signal }) => api.get<CustomerLayersReply>(`/customers/${id}/layers`, undefined, signal) });

/** The list of those who bear some values. */
export const bearing = (values: Readonly<Record<string, string>>): string => paths.customers({
  where: JSON.stringify({ version: 1, root: { kind: 'and', of: Object.entries(values).map(([field, value]) => ({ kind: 'field', field, test: { op: 'in', values: [value] } })) } }),
});

/** The word of a value, as filters say it too. */
export const valueKey = (layer: LayerKey, value: string): string => `${layer.replace('_', '.')}.${value}`;
