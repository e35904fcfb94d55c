export { registerValueTags } from './rules.ts';
export { tagValueRoutes } from './routes.ts';
