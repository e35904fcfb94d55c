export { offerRoutes } from './routes.ts';
export { registerOfferTraits } from './traits.ts';
