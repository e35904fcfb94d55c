import { type Route, route } from '../../kernel/http/route.ts';
import { demoBody, fitBody, fitsShape, idParams, reportQuery, reportShape, saidShape, skuParams, trialBody, trialsShape } from './contract.ts';
import { bookDemo, endFit, listFits, setFit, tellTrial, trialReport, trialsOfCustomer } from './offers.ts';

const tag = 'Trials and upgrades';

/** Trials, demonstrations, and for whom new products are made. */
export const offerRoutes: readonly Route[] = [
  route({ method: 'GET', url: '/api/v1/trials/report', summary: 'How trials went: used, ended, paid', tag, permission: 'lifecycle.read', query: reportQuery, reply: reportShape },
    ({ stores, caller, query }) => trialReport(stores, caller, query)),
  route({ method: 'GET', url: '/api/v1/customers/:id/trials', summary: 'Every trial of a customer', tag, permission: 'customers.read', params: idParams, reply: trialsShape },
    async ({ stores, caller, params }) => ({ rows: await trialsOfCustomer(stores, caller, params.id) })),
  route({ method: 'POST', url: '/api/v1/customers/:id/trials', summary: 'A trial begins, is used, ends or is paid', tag, permission: 'customers.write', status: 201, params: idParams, body: trialBody, reply: saidShape },
    async ({ stores, caller, params, body }) => ({ id: await tellTrial(stores, caller, params.id, body) })),
  route({ method: 'POST', url: '/api/v1/customers/:id/demos', summary: 'Book a demonstration: an event, and a task on its day', tag, permission: 'customers.write', status: 201, params: idParams, body: demoBody, reply: saidShape },
    async ({ stores, caller, params, body }) => ({ id: await bookDemo(stores, caller, params.id, body) })),
  route({ method: 'GET', url: '/api/v1/products/fits', summary: 'For owners of which products new ones are made', tag, permission: 'lifecycle.read', reply: fitsShape },
    async ({ stores, caller }) => ({ rows: await listFits(stores, caller) })),
  route({ method: 'PUT', url: '/api/v1/products/fits/:sku', summary: 'Say for whose owners a new product is made', tag, permission: 'lifecycle.write', params: skuParams, body: fitBody, reply: saidShape },
    async ({ stores, caller, params, body }) => { await setFit(stores, caller, { ...params, ...body }); return { id: params.sku }; }),
  route({ method: 'DELETE', url: '/api/v1/products/fits/:sku', summary: 'Take that back', tag, permission: 'lifecycle.write', params: skuParams, reply: saidShape },
    async ({ stores, caller, params }) => { await endFit(stores, caller, params.sku); return { id: params.sku }; }),
];
