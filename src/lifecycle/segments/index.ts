export { fieldCatalogue, fullCatalogue } from './catalogue.ts';
export { type CustomersPage, queryCustomers } from './customersQuery.ts';
export { fitsOf } from './fits.ts';
export { compiledFor, memberIds, type Preview, previewTree } from './members.ts';
export { demandTree, segmentTree } from './segments.ts';
export { endOfDay, writtenOut } from './writtenOut.ts';
export { segmentRoutes } from './routes/segments.ts';
export { registerRuleTags } from './tagRules.ts';
