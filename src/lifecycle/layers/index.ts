export { changeLayers, listLayers } from './layers.ts';
export { layerJobs } from './measure.ts';
export { layerReactions, layersTick } from './reactions.ts';
export { layerRoutes } from './routes/layers.ts';
