import { type Route, route } from '../../../kernel/http/route.ts';
import { crossQuery, crossShape, customerLayersShape, layerParams, layerRulesBody, layersShape } from '../contract.ts';
import { changeLayers, crossLayers, layersOfCustomer, listLayers } from '../layers.ts';

const tag = 'Segments';

/** Ready layerings: type, frequency, spend, feedback, level, industry, loyalty. */
export const layerRoutes: readonly Route[] = [
  route({ method: 'GET', url: '/api/v1/layers', summary: 'Ready layerings with how many stand where, and the rules', tag, permission: 'customers.read', reply: layersShape },
    ({ stores, caller }) => listLayers(stores, caller)),
  route({ method: 'PUT', url: '/api/v1/layers', summary: 'Set the rules of the layerings; everybody is looked at again, soon', tag, permission: 'lifecycle.write', body: layerRulesBody, reply: layersShape },
    ({ stores, caller, body }) => changeLayers(stores, caller, body)),
  route({ method: 'GET', url: '/api/v1/layers/cross', summary: 'Two layerings against each other', tag, permission: 'customers.read', query: crossQuery, reply: crossShape },
    ({ stores, caller, query }) => crossLayers(stores, caller, query)),
  route({ method: 'GET', url: '/api/v1/customers/:id/layers', summary: 'Where a customer stands in each layering, and why', tag: 'Customers', permission: 'customers.read', params: layerParams, reply: customerLayersShape },
    ({ stores, caller, params }) => layersOfCustomer(stores, caller, params.id)),
];
