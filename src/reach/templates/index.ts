export { templateRoutes } from './routes/templates.ts';
export { renderAll, type Wanted } from './renderAll.ts';
