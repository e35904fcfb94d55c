export { compileDocument } from './compile.ts';
export { Document } from './contract.ts';
export { offeredOf } from './offered.ts';
export { openPreferences } from './preferences/serve.ts';
export { templateRoutes } from './routes/templates.ts';
export { renderAll, type Wanted } from './renderAll.ts';
export { changeRules, readRules } from './rules.ts';
export { listTemplates, makeTemplate, publishTemplate } from './templates.ts';
