import type { z } from 'zod';
import type { customerPageShape } from '../customers/index.ts';
import type { cohortsShape, figuresShape, metricsShape } from '../insight/index.ts';
import { decimalsOf, toMajor } from '../kernel/money.ts';
import { type Language, say } from '../kernel/words/index.ts';
import type { LedgersReply, Overview, rfmReply } from '../lifecycle/index.ts';
import type { Api } from './connect.ts';
import type { Table } from './print.ts';

/** What a reading command found: the API's own answer for scripts, a table and a closing line for people. */
export type Found = { answer: unknown; table: Table; note?: string };

const currencyOf = async (api: Api): Promise<string> => (await api.get<{ currency: string }>('/api/v1/workspaces/current')).currency;
const inMajor = (minor: number, currency: string): string => toMajor(minor, currency).toLocaleString('en', { minimumFractionDigits: decimalsOf(currency), maximumFractionDigits: decimalsOf(currency) });
const percent = (share: number | null | undefined): string => (share === null || share === undefined ? '–' : `${(share * 100).toFixed(1)} %`);

/** Customers as the list page finds them. */
export async function readCustomers(api: Api, { search = '', stage = '', limit = 20 }: { search?: string; stage?: string; limit?: number }, language: Language): Promise<Found> {
  const query = new URLSearchParams({ limit: String(limit), ...(search ? { q: search } : {}), ...(stage ? { stage } : {}) });
  const [answer, currency] = [await api.get<z.output<typeof customerPageShape>>(`/api/v1/customers?${query}`), await currencyOf(api)];
  const rows = answer.rows.map((row) => [row.name, row.stage ? say(language, `stage.${row.stage}`) : null, row.orderCount ?? 0, row.lastOn ?? null, inMajor(row.netMinor ?? 0, currency)]);
  const total = `${answer.total.over ? '> ' : ''}${answer.total.count.toLocaleString('en')}`;
  return { answer, table: { columns: ['customer', 'stage', 'orders', 'last order', `net ${currency}`], rows }, note: `${answer.rows.length} / ${total}` };
}

/** Headcount of each stage against thirty days before, and what the label "churned" is worth. */
export async function readStages(api: Api, language: Language): Promise<Found> {
  const [answer, currency] = [await api.get<Overview>('/api/v1/lifecycle/overview'), await currencyOf(api)];
  const rows = answer.stages.map(({ stage, customers, change, netMinor, reachable }) => [say(language, `stage.${stage}`), customers, change, reachable, inMajor(netMinor, currency)]);
  const { report } = answer;
  const verdict = report ? `${report.verdict}${report.returnShare === null ? '' : ` · ${percent(report.returnShare)} of ${report.called.toLocaleString('en')} called churned bought within ${report.horizonDays} days`}` : 'no rules learned yet';
  return { answer, table: { columns: ['stage', 'customers', 'change', 'reachable', `net ${currency}`], rows }, note: `as of ${answer.asOf} · ${answer.total.toLocaleString('en')} customers · ${verdict}` };
}

/** The eight RFM names. */
export async function readRfm(api: Api, language: Language): Promise<Found> {
  const [answer, currency] = [await api.get<z.output<typeof rfmReply>>('/api/v1/lifecycle/rfm'), await currencyOf(api)];
  const arrow = (isHigh: boolean): string => (isHigh ? '↑' : '↓');
  const rows = answer.table.map((row) => [row.own ?? say(language, `rfm.${row.name}`), `R${arrow(row.recencyHigh)}F${arrow(row.frequencyHigh)}M${arrow(row.monetaryHigh)}`, row.customers, percent(row.share), inMajor(row.netMinor, currency), percent(row.netShare), row.reachable]);
  return { answer, table: { columns: ['segment', 'cut', 'customers', 'share', `net ${currency}`, 'of net', 'reachable'], rows }, note: `as of ${answer.asOf} · rules version ${answer.version} · ${answer.rules.method}` };
}

/** Ledgers by stage, month of first purchase or channel: what customers brought, cost, left, and may bring. */
export async function readLedger(api: Api, by: string, language: Language): Promise<Found> {
  const [answer, currency] = [await api.get<LedgersReply>(`/api/v1/lifecycle/ledger?${new URLSearchParams({ by })}`), await currencyOf(api)];
  const money = (minor: number | null): string => (minor === null ? '–' : inMajor(Math.round(minor), currency));
  const line = (name: string, row: LedgersReply['total']): (string | number)[] => [name, row.customers, money(row.revenueMinor), money(-row.acquisitionMinor), money(-row.maintenanceMinor), money(row.valueMinor), money(row.perCustomerMinor), money(row.expectedMinor)];
  const rows = [...answer.rows.map((row) => line(by === 'stage' ? say(language, `stage.${row.key}`) : row.key || '–', row)), line('total', answer.total)];
  return { answer, table: { columns: [by, 'customers', 'revenue', 'acquisition', 'maintenance', `value ${currency}`, 'each', 'expected in a year'], rows }, note: `as of ${answer.asOf}` };
}

type MetricAsk = { id?: string; from?: string; to?: string; by?: string };

/** One figure of the catalogue over some days; without a name, the catalogue itself. */
export async function readMetric(api: Api, { id, from, to, by = 'none' }: MetricAsk): Promise<Found> {
  if (!id) {
    const answer = await api.get<z.output<typeof metricsShape>>('/api/v1/insight/metrics');
    return { answer, table: { columns: ['metric', 'unit', 'version', 'counts'], rows: answer.rows.map((row) => [row.id, row.unit, row.version, row.sentence]) } };
  }
  const span = await daysOf(api, from, to);
  const answer = await api.post<z.output<typeof figuresShape>>('/api/v1/insight/figures', { metrics: [{ id }], scope: span, by, compare: 'none' });
  const currency = await currencyOf(api);
  const [figure] = answer.figures;
  const written = (value: number | null): string | number | null => (value === null ? null : figure?.metric.unit === 'rate' || figure?.metric.unit === 'ratio' ? percent(value) : figure?.metric.unit === 'money' ? inMajor(value, currency) : value);
  const rows = (figure?.parts ?? []).map((part) => [part.part || 'all', written(part.value), part.top, part.bottom, part.interval ? `${percent(part.interval.low)} … ${percent(part.interval.high)}` : null]);
  return { answer, table: { columns: ['part', id, 'counted', 'of', '95 % interval'], rows }, note: `${span.from} … ${span.to} · ${figure?.metric.sentence ?? ''} (version ${figure?.metric.version ?? '?'})` };
}

/** Who came back, by when they first bought. */
export async function readCohorts(api: Api, { from, to, unit = 'month', periods = 12 }: { from?: string; to?: string; unit?: string; periods?: number }): Promise<Found> {
  const answer = await api.post<z.output<typeof cohortsShape>>('/api/v1/insight/cohorts', { unit, periods, scope: await daysOf(api, from, to) });
  const width = Math.max(0, ...answer.rows.map(({ cells }) => cells.length));
  const rows = answer.rows.map(({ cohort, size, cells }) => [cohort, size, ...Array.from({ length: width }, (_, k) => (cells[k] ? percent(cells[k].rate) : null))]);
  return { answer, table: { columns: ['cohort', 'size', ...Array.from({ length: width }, (_, k) => `+${k}`)], rows }, note: answer.sentence };
}

const DAYS_BACK = 365;

/** The asked days, else the year up to the data's own day. */
async function daysOf(api: Api, from: string | undefined, to: string | undefined): Promise<{ from: string; to: string }> {
  const { asOf } = await api.get<{ asOf: string }>('/api/v1/insight/dimensions');
  const last = to ?? asOf;
  return { from: from ?? new Date(Date.parse(last) - (DAYS_BACK - 1) * 86_400_000).toISOString().slice(0, 10), to: last };
}
