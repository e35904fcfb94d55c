import { z } from 'zod';
import { type Route, route } from '../../kernel/http/route.ts';
import { customerRecordsShape, dataDayShape, newRecipeShape, newSourceShape, recipeShape, sourceShape } from '../contract.ts';
import { dataDay, standings } from '../freshness.ts';
import { changeRecipe, dropRecipe, recipes, runRecipeNow, saveRecipe } from '../imports/recipes.ts';
import { rates, setRates } from '../promotions.ts';
import { addSource, changeSource, newWriteKey, recordsOf, revokeWriteKey, sources, sourcesOf } from '../sources.ts';

const id = z.object({ id: z.uuid() });
const rateShape = z.object({ currency: z.string().length(3), day: z.string().regex(/^\d{4}-\d{2}-\d{2}$/), rate: z.number().positive() });

export const sourceRoutes: readonly Route[] = [
  route({ method: 'GET', url: '/api/v1/sources', summary: 'Sources with the last day of their data', tag: 'sources', permission: 'imports.read', reply: z.object({ rows: z.array(sourceShape) }) },
    async ({ stores, caller }) => ({ rows: await sources(stores, caller.workspaceId) })),
  route({ method: 'POST', url: '/api/v1/sources', summary: 'Make a source', tag: 'sources', permission: 'settings.write', status: 201, body: newSourceShape, reply: sourceShape },
    ({ stores, caller, body }) => addSource(stores, caller, body)),
  route({ method: 'PATCH', url: '/api/v1/sources/:id', summary: 'Rename, set the channel, retire', tag: 'sources', permission: 'settings.write', params: id, body: z.object({ name: z.string().min(1).max(100).optional(), channel: z.string().max(100).optional(), retired: z.boolean().optional() }), reply: sourceShape },
    ({ stores, caller, params, body }) => changeSource(stores, caller, params.id, body)),
  route({ method: 'POST', url: '/api/v1/sources/:id/key', summary: 'A new write key, shown once; the old one works for another day', tag: 'sources', permission: 'keys.write', status: 201, params: id, reply: z.object({ key: z.string() }) },
    ({ stores, caller, params }) => newWriteKey(stores, caller, params.id)),
  route({ method: 'DELETE', url: '/api/v1/sources/:id/key', summary: 'Revoke the write key at once', tag: 'sources', permission: 'keys.write', params: id, reply: sourceShape },
    ({ stores, caller, params }) => revokeWriteKey(stores, caller, params.id)),
  route({ method: 'GET', url: '/api/v1/data-day', summary: '数据截至: the data’s own day, and per source', tag: 'sources', permission: 'signed-in', reply: dataDayShape },
    async ({ stores, caller }) => ({ day: (await dataDay(stores, caller.workspaceId)) ?? null, sources: await standings(stores, caller.workspaceId) })),
  route({ method: 'GET', url: '/api/v1/customers/:id/sources', summary: 'Sources and channels a customer’s record is made of', tag: 'sources', permission: 'customers.read', params: z.object({ id: z.guid() }), reply: z.object({ rows: z.array(z.object({ source: z.string(), channel: z.string(), records: z.number().int(), lastDay: z.string() })) }) },
    async ({ stores, caller, params }) => ({ rows: await sourcesOf(stores, caller, params.id) })),
  route({ method: 'GET', url: '/api/v1/customers/:id/subjects', summary: 'What each identifier of a customer brought: purchases, money, events', tag: 'sources', permission: 'customers.read', params: z.object({ id: z.guid() }), reply: customerRecordsShape },
    async ({ stores, caller, params }) => ({ rows: await recordsOf(stores, caller, params.id) })),
  route({ method: 'GET', url: '/api/v1/recipes', summary: 'The workspace’s own import recipes', tag: 'recipes', permission: 'imports.read', reply: z.object({ rows: z.array(recipeShape) }) },
    async ({ stores, caller }) => ({ rows: await recipes(stores, caller.workspaceId) })),
  route({ method: 'POST', url: '/api/v1/recipes', summary: 'Save how files are read; with a folder it repeats', tag: 'recipes', permission: 'imports.write', status: 201, body: newRecipeShape, reply: recipeShape },
    ({ stores, caller, body }) => saveRecipe(stores, caller, body)),
  route({ method: 'PATCH', url: '/api/v1/recipes/:id', summary: 'Rename, watch a folder, set the rhythm', tag: 'recipes', permission: 'imports.write', params: id, body: z.object({ name: z.string().min(1).max(100).optional(), watchFolder: z.string().max(1000).nullable().optional(), everyMinutes: z.number().int().min(1).max(525_600).nullable().optional() }), reply: recipeShape },
    ({ stores, caller, params, body }) => changeRecipe(stores, caller, params.id, body)),
  route({ method: 'DELETE', url: '/api/v1/recipes/:id', summary: 'Remove a recipe', tag: 'recipes', permission: 'imports.write', params: id, reply: z.object({ removed: z.literal(true) }) },
    async ({ stores, caller, params }) => {
      await dropRecipe(stores, caller, params.id);
      return { removed: true as const };
    }),
  route({ method: 'POST', url: '/api/v1/recipes/:id/run', summary: 'Look into the folder now', tag: 'recipes', permission: 'imports.write', params: id, reply: z.object({ importId: z.uuid().nullable(), recipe: recipeShape }) },
    ({ stores, caller, params }) => runRecipeNow(stores, caller, params.id)),
  route({ method: 'GET', url: '/api/v1/rates', summary: 'Dated exchange rates into the reporting currency', tag: 'sources', permission: 'settings.read', reply: z.object({ rows: z.array(rateShape) }) },
    async ({ stores, caller }) => ({ rows: await rates(stores, caller.workspaceId) })),
  route({ method: 'PUT', url: '/api/v1/rates', summary: 'Add or correct exchange rates', tag: 'sources', permission: 'settings.write', body: z.object({ rows: z.array(rateShape).min(1).max(5000) }), reply: z.object({ rows: z.array(rateShape) }) },
    async ({ stores, caller, body }) => {
      await setRates(stores, caller.workspaceId, body.rows);
      return { rows: await rates(stores, caller.workspaceId) };
    }),
];
