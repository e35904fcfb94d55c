/** Which series of a family: label names and values come from us (routes, statuses, stores), never from a visitor, or the series would be without number. */
export type Labels = Readonly<Record<string, string>>;
type Series = { labels: Labels; sum: number; count: number; buckets: number[] };
type Family = { name: string; help: string; type: 'counter' | 'histogram'; bounds: readonly number[]; series: Map<string, Series> };

/** A value at the moment it is asked for. */
export type Gauge = { name: string; help: string; value: number; labels?: Labels };

const families: Family[] = [];

function openFamily(name: string, help: string, type: Family['type'], bounds: readonly number[]): (labels: Labels) => Series {
  const family: Family = { name, help, type, bounds, series: new Map() };
  families.push(family);
  return (labels) => {
    const key = JSON.stringify(labels);
    const known = family.series.get(key) ?? { labels, sum: 0, count: 0, buckets: bounds.map(() => 0) };
    family.series.set(key, known);
    return known;
  };
}

/** A figure of this process that only grows; its name ends in `_total`. */
export function counter(name: string, help: string): (by: number, labels?: Labels) => void {
  const seriesOf = openFamily(name, help, 'counter', []);
  return (by, labels = {}) => { if (by > 0) seriesOf(labels).sum += by; };
}

/** How long something took, in seconds: counted at or below each of `bounds`. */
export function histogram(name: string, help: string, bounds: readonly number[]): (seconds: number, labels?: Labels) => void {
  const seriesOf = openFamily(name, help, 'histogram', bounds);
  return (seconds, labels = {}) => {
    const series = seriesOf(labels);
    series.sum += seconds;
    series.count++;
    const at = bounds.findIndex((bound) => seconds <= bound);
    if (at !== -1) series.buckets[at] = (series.buckets[at] ?? 0) + 1;
  };
}

const quoted = (text: string): string => text.replace(/[\\"\n]/g, (mark) => (mark === '\n' ? '\\n' : `\\${mark}`));
const sample = (name: string, labels: Labels, value: number): string => {
  const inside = Object.entries(labels).map(([label, text]) => `${label}="${quoted(text)}"`).join(',');
  return `${name}${inside ? `{${inside}}` : ''} ${Number.isFinite(value) ? value : 0}`;
};

function samplesOf({ name, type, bounds }: Family, { labels, sum, count, buckets }: Series): string[] {
  if (type === 'counter') return [sample(name, labels, sum)];
  let below = 0;
  const steps = bounds.map((bound, i) => sample(`${name}_bucket`, { ...labels, le: String(bound) }, (below += buckets[i] ?? 0)));
  return [...steps, sample(`${name}_bucket`, { ...labels, le: '+Inf' }, count), sample(`${name}_sum`, labels, sum), sample(`${name}_count`, labels, count)];
}

const head = (name: string, help: string, type: string): string[] => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];

/** Everything counted so far and the gauges given, in Prometheus' text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). */
export function exposition(gauges: readonly Gauge[]): string {
  const counted = families.flatMap((family) => [...head(family.name, family.help, family.type), ...[...family.series.values()].flatMap((series) => samplesOf(family, series))]);
  const read = [...Map.groupBy(gauges, ({ name }) => name)].flatMap(([name, own]) => [...head(name, own[0]?.help ?? '', 'gauge'), ...own.map(({ labels = {}, value }) => sample(name, labels, value))]);
  return `${[...counted, ...read].join('\n')}\n`;
}

/** Seconds that a store took to answer, waiting for a free line to it included. */
export const storeSeconds = histogram('perennial_store_query_seconds', 'Time a store took to answer', [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60]);
/** Requests by the pattern of their address, never the address. */
export const requestSeconds = histogram('perennial_http_request_seconds', 'Time from the first byte of a request to the last of its reply', [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]);
export const ingestEvents = counter('perennial_ingest_events_total', 'Events of the HTTP door that were projected by this process');
export const importRows = counter('perennial_import_rows_total', 'Rows of files that this process read');
