import { type Route, route } from '../../kernel/http/route.ts';
import { authorNames } from '../authors.ts';
import { erasureBody, erasureShape, erasuresShape, idParams, reasonBody, savedShape } from '../contract.ts';
import { erase, erasureOf, liftErasure, listErasures } from '../erase.ts';
import { asJson } from '../json.ts';
import type { ErasureRow } from '../queries/erasure.ts';

const tag = 'Erasure';
const told = ({ byKind, byId, customerId: _, ...row }: ErasureRow) => asJson({ ...row, by: `${byKind}:${byId}` });

export const erasureRoutes: readonly Route[] = [
  route({ method: 'POST', url: '/api/v1/customers/:id/erase', summary: 'Erase a person for good: keys destroyed, record removed, events made nobody\'s; cannot be undone', tag, permission: 'customers.erase', status: 202, params: idParams, body: erasureBody, reply: savedShape },
    async ({ stores, caller, params, body }) => ({ id: await erase(stores, caller, params.id, body) })),
  route({ method: 'GET', url: '/api/v1/erasures', summary: 'Erasures with their receipts, newest first', tag, permission: 'customers.erase', reply: erasuresShape },
    async ({ stores, caller }) => {
      const rows = (await listErasures(stores, caller)).map(told);
      return { rows, people: await authorNames(stores, rows.map(({ by }) => by)) };
    }),
  route({ method: 'GET', url: '/api/v1/erasures/:id', summary: 'One erasure: how far it has come, and its receipt', tag, permission: 'customers.erase', params: idParams, reply: erasureShape },
    async ({ stores, caller, params }) => told(await erasureOf(stores, caller, params.id))),
  route({ method: 'POST', url: '/api/v1/erasures/:id/lift', summary: 'Let files name the erased person again', tag, permission: 'customers.erase', params: idParams, body: reasonBody, reply: savedShape },
    async ({ stores, caller, params, body }) => { await liftErasure(stores, caller, params.id, body.reason); return { id: params.id }; }),
];
