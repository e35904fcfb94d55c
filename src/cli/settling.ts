import { segmentsOf, type Tree } from '../kernel/conditions/index.ts';
import { Refusal } from '../kernel/errors.ts';
import type { Api } from './connect.ts';

/** A row of records as an export wrote it: columns by their names. */
export type Row = Readonly<Record<string, unknown>>;
/** What could not be set as it was, with the refusal's code. */
export type LeftBehind = { what: string; name: string; code: string };

/** Bringing settings in: the records of an export, the ids things have here by those they had there, and what stayed behind. */
export type Settling = { api: Api; rows(table: string): Promise<Row[]>; ids: Map<string, string>; left: LeftBehind[]; computed: Set<string> };

/** How a row is said to the API; its answer's id stands for the row's. Whatever the file says, only these addresses are asked. */
type Setter = { table: string; skip?: (row: Row) => boolean; name: (row: Row) => unknown; say(api: Api, row: Row): Promise<{ id?: string } | undefined> };

const text = (value: unknown): string => (typeof value === 'string' ? value : String(value ?? ''));
const path = (value: unknown): string => encodeURIComponent(text(value));

/** Every text that is an id of there, as the id of here. */
export const renamed = (value: unknown, ids: ReadonlyMap<string, string>): unknown => {
  if (typeof value === 'string') return ids.get(value) ?? value;
  if (Array.isArray(value)) return value.map((one) => renamed(one, ids));
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, renamed(inner, ids)])) : value;
};

async function setAll({ api, rows, ids, left }: Settling, { table, skip = () => false, name, say }: Setter): Promise<void> {
  for (const row of await rows(table)) {
    if (skip(row)) continue;
    try {
      const made = await say(api, renamed(row, ids) as Row);
      if (made?.id && typeof row.id === 'string') ids.set(row.id, made.id);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      left.push({ what: table, name: text(name(row)), code: error.code });
    }
  }
}

const isGone = ({ archived_at: at }: Row): boolean => at !== null && at !== undefined;
const isComputed = ({ kind }: Row): boolean => kind !== 'manual' && kind !== 'import';

/** Parents before their children. */
function byDepth(tags: readonly Row[]): Row[] {
  const byId = new Map(tags.map((tag) => [text(tag.id), tag]));
  const depth = (tag: Row | undefined, seen = 0): number => (tag === undefined || seen > tags.length ? 0 : tag.parent_id === null ? 1 : 1 + depth(byId.get(text(tag.parent_id)), seen + 1));
  return [...tags].sort((a, b) => depth(a) - depth(b));
}

const FIRST: readonly Setter[] = [
  { table: 'workspace_setting', name: () => 'workspace', say: (api, { timezone, currency, language }) => api.patch('/api/v1/workspaces/current', { timezone, currency, language }) },
  { table: 'fx_rate', name: ({ currency, day }) => `${text(currency)} ${text(day)}`, say: async (api, { currency, day, rate }) => { await api.put('/api/v1/rates', { rows: [{ currency, day, rate: Number(rate) }] }); return undefined; } },
  { table: 'field', skip: isGone, name: ({ key }) => key, say: (api, { key, label, type, sealed, section, block, options, unit, ttl_days: ttlDays }) => api.post('/api/v1/fields', { key, label, type, sealed, section, block, options, unit, ttlDays }) },
  { table: 'promotion', name: ({ name }) => name, say: (api, { name, shop, first_day: firstDay, last_day: lastDay }) => api.post('/api/v1/insight/promotions', { name, shop, firstDay, lastDay }) },
];
const SEGMENT: Setter = { table: 'segment', skip: (row) => isKept(row), name: ({ name }) => name, say: (api, { name, description, tree }) => api.post('/api/v1/segments', { name, description, tree }) };

/** A segment that comes as it was: put away, or the people of one moment. Others are said to the API. */
export const isKept = (row: Row): boolean => isGone(row) || row.kind === 'frozen';

/**
 * Segments after those they name. What is put away or frozen comes as rows (`takeKept`), once the segments these were made of have ids here; those that
 * name such a one follow.
 */
async function settleSegments(settling: Settling, takeKept: () => Promise<void>): Promise<void> {
  const all = await settling.rows('segment'), byId = new Map(all.map((row) => [text(row.id), row] as const));
  const named = (row: Row): Row[] => segmentsOf(row.tree as Tree).map((id) => byId.get(id)).filter((one) => one !== undefined);
  const depth = (row: Row, seen = 0): number => (seen > all.length ? seen : 1 + Math.max(0, ...named(row).map((one) => depth(one, seen + 1))));
  const needsKept = (row: Row, seen = 0): boolean => seen <= all.length && named(row).some((one) => isKept(one) || needsKept(one, seen + 1));
  const inOrder = all.filter((row) => !isKept(row)).sort((a, b) => depth(a) - depth(b));
  await setAll({ ...settling, rows: async () => inOrder.filter((row) => !needsKept(row)) }, SEGMENT);
  await takeKept();
  await setAll({ ...settling, rows: async () => inOrder.filter((row) => needsKept(row)) }, SEGMENT);
}
const TAG: Setter = {
  table: 'tag', skip: isGone, name: ({ key }) => key,
  say: (api, { key, name, kind, parent_id: parentId, on_empty: onEmpty, every_hours: everyHours, spec }) => api.post('/api/v1/tags', { key, name, kind, parentId, onEmpty, everyHours, spec }),
};

const put = async (api: Api, address: string, body: unknown): Promise<undefined> => { await api.put(`/api/v1${address}`, body); return undefined; };

const AFTER: readonly Setter[] = [
  { table: 'rfm_rules', name: ({ version }) => version, say: (api, { rules }) => put(api, '/lifecycle/rfm', rules) },
  { table: 'lifecycle_setting', name: () => 'model', say: async (api, { model, cycle_days: cycleDays }) => {
    if (Object.keys((cycleDays ?? {}) as object).length > 0) await api.put('/api/v1/lifecycle/cycles', { cycleDays });
    return put(api, '/lifecycle/model', { model });
  } },
  // Learned cuts are learned from the same past anew; fixed days are said again.
  { table: 'stage_rules', skip: ({ basis }) => basis !== 'configured', name: ({ version }) => version, say: async (api, { rules }) => {
    const cuts = Object.values((rules as { categories: Record<string, { groups: Record<string, Record<string, number | null>> }> }).categories['']?.groups ?? {})[0] ?? {};
    await api.post('/api/v1/lifecycle/rules/configure', { atRiskDays: cuts.atRiskDays, churnedDays: cuts.churnedDays, ...(cuts.decliningDays == null ? {} : { decliningDays: cuts.decliningDays }) });
    return undefined;
  } },
  { table: 'stage_strategy', name: ({ stage }) => stage, say: (api, { stage, needs, goal, kpi, owner_team: ownerTeam }) => put(api, `/lifecycle/matrix/${path(stage)}`, { needs, goal, kpi, ownerTeam }) },
  { table: 'risk_rule', name: ({ key }) => key, say: (api, { key, at_least: atLeast, within_days: withinDays, share, active }) => put(api, `/lifecycle/risk-rules/${path(key)}`, { atLeast, withinDays, share, active }) },
  { table: 'core_programme', skip: isGone, name: ({ name }) => name, say: async (api, { name, entry, entry_share: entryShare, stay, stay_share: stayShare }) => {
    const rules = { entry: { share: entryShare, tree: entry }, stay: { share: stayShare, tree: stay } };
    if (name !== '') return api.post('/api/v1/lifecycle/core-programmes', { name, ...rules });
    // The one without a name is the product's own, made by itself; only its rules are said.
    const own = (await api.get<{ rows: { id: string; name: string }[] }>('/api/v1/lifecycle/core-programmes')).rows.find((one) => one.name === '');
    return own && api.patch(`/api/v1/lifecycle/core-programmes/${own.id}`, rules);
  } },
  // Cuts that nobody set are learned here anew.
  { table: 'layer_setting', name: () => 'layers', say: async (api, { rules }) => put(api, '/layers', { ...(rules as object), version: (await api.get<{ version: number }>('/api/v1/layers')).version }) },
  // Tiers come whole; of advisers those who work here, too.
  { table: 'touch_policy', name: () => 'policy', say: async (api, { policy }) => {
    const { version, colleagues } = await api.get<{ version: number; colleagues: { id: string }[] }>('/api/v1/touch/policy'), here = new Set(colleagues.map(({ id }) => id));
    const { agents, ...tiers } = policy as { agents: { id: string }[] };
    return put(api, '/touch/policy', { version, policy: { ...tiers, agents: agents.filter(({ id }) => here.has(id)) } });
  } },
  { table: 'money_setting', name: () => 'weights', say: (api, { behaviour, attributes, contribution }) => put(api, '/lifecycle/value-scores/weights', { behaviour, attributes, contribution }) },
  { table: 'scoring_policy', name: () => 'policy', say: (api, { purpose, use_traits: useTraits, capacity, attempt_cost_minor: attemptCostMinor, week_budget_minor: weekBudgetMinor, saved_share: savedShare, horizon_days: horizonDays }) => put(api, '/lifecycle/scoring/policy', { purpose, useTraits, capacity, attemptCostMinor, weekBudgetMinor, savedShare, horizonDays }) },
  { table: 'benchmark_line', name: ({ industry }) => industry, say: (api, { industry, share, citation, shown }) => put(api, `/insight/benchmarks/churn/${path(industry)}`, { share, citation, shown }) },
  { table: 'reconcile_figure', name: ({ month, shop }) => `${text(month)} ${text(shop)}`, say: (api, { month, shop, measure, figure }) => put(api, '/reconcile/figures', { month, shop, measure, figure }) },
  { table: 'typed', name: ({ on }) => on, say: async (api, row) => { await api.post('/api/v1/lifecycle/costs', row); return undefined; } },
];

/** What orders and people are read with: zone, currency, rates, fields, the calendar, filters, tags with their rules. */
export async function settleBefore(settling: Settling, takeKept: () => Promise<void>): Promise<void> {
  for (const setter of FIRST) await setAll(settling, setter);
  await settleSegments(settling, takeKept);
  const tags = byDepth(await settling.rows('tag'));
  await setAll({ ...settling, rows: async () => tags }, TAG);
  for (const tag of tags) if (isComputed(tag) && settling.ids.has(text(tag.id))) settling.computed.add(text(tag.key));
}

/** What is asked of orders and people once they are there; computed tags are given anew. */
export async function settleAfter(settling: Settling): Promise<void> {
  for (const setter of AFTER) await setAll(settling, setter);
  const refresh: Setter = { table: 'tag', skip: (row) => isGone(row) || !isComputed(row) || !settling.ids.has(text(row.id)), name: ({ key }) => key, say: async (api, { id }) => { await api.post(`/api/v1/tags/${path(id)}/refresh`, {}); return undefined; } };
  await setAll(settling, refresh);
}

/** A customer's tags without those that rules give: the rules give them again. */
export const saidTags = (tags: readonly string[], computed: ReadonlySet<string>): string[] => tags.filter((tag) => !computed.has(tag) && !computed.has(tag.split(':')[0] ?? ''));
