import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { accountPageShape, accountsShape } from '../../../../src/customers/contract.ts';
import { api } from '../../lib/api.ts';

export type AccountRow = z.infer<typeof accountsShape>['rows'][number];
export type Account = z.infer<typeof accountPageShape>;
export type Contact = Account['contacts'][number];

export const PAGE_SIZE = 50;
export const fetchAccounts = (q: string, cursor: string | undefined, signal: AbortSignal): Promise<z.infer<typeof accountsShape>> => api.get('/accounts', { q, cursor, limit: PAGE_SIZE }, signal);
export const accountQuery = (id: string) => queryOptions({ queryKey: ['account', id], queryFn: ({ signal }) => api.get<Account>(`/accounts/${id}`, undefined, signal) });
