import type { z } from 'zod';
import type { metricsShape } from '../../insight/index.ts';
import type { Api } from '../connect.ts';
import { canonical, type Document, type Json, type Kind, type Spec } from './document.ts';

/** A definition as the product has it, under its id. */
export type Live = Document & { id: string; version: number };

/** How one kind is read from the API and written to it. Specs arrive with ids. What cannot be made or removed (`create`, `remove` absent) is always there. */
export type Keeper = {
  load(api: Api): Promise<Live[]>;
  create?(api: Api, document: Document): Promise<string>;
  change(api: Api, live: Live, spec: Spec): Promise<void>;
  remove?(api: Api, live: Live): Promise<void>;
};

type Rows<T> = { rows: T[] };
const same = (a: Json | undefined, b: Json | undefined): boolean => canonical(a ?? null) === canonical(b ?? null);

const segments: Keeper = {
  load: async (api) => {
    const { rows } = await api.get<Rows<{ id: string; name: string; description: string; version: number; tree: Spec }>>('/api/v1/segments');
    return rows.map(({ id, name, description, version, tree }) => ({ kind: 'segment', id, name, version, spec: { description, tree } }));
  },
  create: async (api, { name, spec }) => (await api.post<{ id: string }>('/api/v1/segments', { name, ...spec })).id,
  change: async (api, { id, version }, spec) => void (await api.patch(`/api/v1/segments/${id}`, { version, ...spec })),
  remove: (api, { id }) => api.remove(`/api/v1/segments/${id}`),
};

const metrics: Keeper = {
  load: async (api) => {
    const { rows } = await api.get<z.output<typeof metricsShape>>('/api/v1/insight/metrics');
    return rows.filter(({ params }) => Object.keys(params).length > 0).map(({ id, version, params }) => ({ kind: 'metric', id, name: id, version, spec: { params: params as Spec } }));
  },
  change: async (api, { id }, spec) => void (await api.post(`/api/v1/insight/metrics/${id}/versions`, { ...spec, reason: 'applied from files' })),
};

type Template = { id: string; name: string; description: string; purpose: string; revision: number; document: Spec };
const publish = async (api: Api, { id, revision }: Pick<Template, 'id' | 'revision'>): Promise<void> => void (await api.post(`/api/v1/templates/${id}/publish`, { revision }));
/** A template in files is the published one: applying publishes. */
const templates: Keeper = {
  load: async (api) => {
    const { rows } = await api.get<Rows<{ id: string }>>('/api/v1/templates');
    const all: Live[] = [];
    for (const { id } of rows) {
      const { name, description, purpose, revision, document } = await api.get<Template>(`/api/v1/templates/${id}`);
      all.push({ kind: 'template', id, name, version: revision, spec: { description, purpose, ...document } });
    }
    return all;
  },
  create: async (api, { name, spec: { description = '', purpose = 'marketing', ...document } }) => {
    const made = await api.post<Template>('/api/v1/templates', { name, description, purpose, document });
    await publish(api, made);
    return made.id;
  },
  change: async (api, { id, version }, { description = '', purpose = 'marketing', ...document }) => publish(api, await api.patch<Template>(`/api/v1/templates/${id}`, { revision: version, description, purpose, document })),
  remove: (api, { id }) => api.remove(`/api/v1/templates/${id}`),
};

type Block = { id: string; key: string; name: string; version: number; document: Spec };
/** A shared block is named by its key, which texts call; saving puts it in force. */
const blocks: Keeper = {
  load: async (api) => {
    const { rows } = await api.get<Rows<{ id: string }>>('/api/v1/blocks');
    const all: Live[] = [];
    for (const { id } of rows) {
      const { key, name, version, document } = await api.get<Block>(`/api/v1/blocks/${id}`);
      all.push({ kind: 'block', id, name: key, version, spec: { title: name, ...document } });
    }
    return all;
  },
  create: async (api, { name, spec: { title = name, ...document } }) => (await api.post<Block>('/api/v1/blocks', { key: name, name: title, document })).id,
  change: async (api, { id, version, name, spec: { title: _, ...before } }, { title = name, ...document }) =>
    void (await api.patch(`/api/v1/blocks/${id}`, { version, name: title, ...(same(before, document) ? {} : { document, reason: 'applied from files' }) })),
  remove: (api, { id }) => api.remove(`/api/v1/blocks/${id}`),
};

type Rules = { version: number; basis: 'calibrated' | 'configured'; cycleDays: Record<string, number>; categories: { groups: { decliningDays: number | null; atRiskDays: number | null; churnedDays: number | null }[] }[] };
type Wanted = { stage: string; needs: string; goal: string; kpi: string; ownerTeam: string };

/** Fixed days stand alike in every group; cuts that were learned belong to the data and not into a file. */
function daysOf({ basis, categories }: Rules): Json {
  const first = categories[0]?.groups[0];
  if (basis === 'calibrated' || !first) return 'calibrated';
  return { ...(first.decliningDays === null ? {} : { decliningDays: first.decliningDays }), atRiskDays: first.atRiskDays, churnedDays: first.churnedDays };
}

/** One document of everything said about stages: the model they are shown in, fixed days or learned cuts, how long durable goods last, and what is wanted in each stage. */
const stages: Keeper = {
  load: async (api) => {
    const [rules, { chosen }, matrix] = [await api.get<Rules>('/api/v1/lifecycle/rules/current'), await api.get<{ chosen: string }>('/api/v1/lifecycle/models'), await api.get<Rows<Wanted>>('/api/v1/lifecycle/matrix')];
    const strategy = Object.fromEntries(matrix.rows.map(({ stage, needs, goal, kpi, ownerTeam }) => [stage, { needs, goal, kpi, ownerTeam }]));
    return [{ kind: 'stages', id: 'stages', name: 'stages', version: rules.version, spec: { model: chosen, days: daysOf(rules), cycleDays: rules.cycleDays, strategy } }];
  },
  change: async (api, { spec: before }, after) => {
    if (!same(before.model, after.model)) await api.put('/api/v1/lifecycle/model', { model: after.model });
    if (!same(before.cycleDays, after.cycleDays)) await api.put('/api/v1/lifecycle/cycles', { cycleDays: after.cycleDays });
    if (!same(before.days, after.days)) await (after.days === 'calibrated' ? api.post('/api/v1/lifecycle/rules/recalibrate', {}) : api.post('/api/v1/lifecycle/rules/configure', after.days));
    const [was, wanted] = [before.strategy as Spec, after.strategy as Spec];
    for (const [stage, one] of Object.entries(wanted)) if (!same(was[stage], one)) await api.put(`/api/v1/lifecycle/matrix/${stage}`, one);
  },
};

type Journey = { id: string; name: string; description: string; stage: string | null; state: string; revision: number; draft: Spec };
/** A journey in a file is its draft: launching it stays somebody's decision, with the approval it may need. */
const journeys: Keeper = {
  load: async (api) => {
    const all: Live[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { rows, next }: Rows<{ id: string; state: string }> & { next: string | null } = await api.get(`/api/v1/journeys?limit=200${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
      for (const { id } of rows.filter(({ state }) => state !== 'stopped')) {
        const { name, description, stage, revision, draft } = await api.get<Journey>(`/api/v1/journeys/${id}`);
        all.push({ kind: 'journey', id, name, version: revision, spec: { description, stage, definition: draft } });
      }
      cursor = next;
    }
    return all;
  },
  create: async (api, { name, spec }) => (await api.post<{ id: string }>('/api/v1/journeys', { name, ...spec })).id,
  change: async (api, { id, version, spec: before }, spec) => {
    const moved = !same((before.definition as Spec).holdOut, (spec.definition as Spec | undefined)?.holdOut);
    await api.patch(`/api/v1/journeys/${id}`, { revision: version, ...spec, ...(moved ? { holdOutReason: 'applied from files' } : {}) });
  },
  remove: (api, { id }) => api.remove(`/api/v1/journeys/${id}`),
};

export const KEEPERS: Readonly<Record<Kind, Keeper>> = { stages, metric: metrics, segment: segments, block: blocks, template: templates, journey: journeys };
