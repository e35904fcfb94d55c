import type { Body } from '../queries/ingest.ts';
import type { MinuteCounts } from '../queries/pulse.ts';

const MINUTE_MS = 60_000;

/** What a batch did, told by source and by the minute its bodies came in. `arrived` holds what could be read, `fresh` what of it was new. */
export function pulseOf({ arrived, fresh, refused, orders, customers }: { arrived: readonly { body: Body }[]; fresh: readonly { body: Body }[]; refused: readonly { body: Body }[]; orders: number; customers: number }): MinuteCounts[] {
  const minutes = new Map<string, MinuteCounts>();
  const at = (source: string, receivedAtMs: number): MinuteCounts => {
    const minute = new Date(Math.floor(receivedAtMs / MINUTE_MS) * MINUTE_MS).toISOString();
    const key = `${source}\0${minute}`;
    const counts = minutes.get(key) ?? { source, minute, events: 0, repeated: 0, refused: 0, orders: 0, customers: 0 };
    minutes.set(key, counts);
    return counts;
  };
  const byBody = new Map<Body, MinuteCounts>();
  const of = (body: Body): MinuteCounts => {
    const counts = byBody.get(body) ?? at(body.source, body.receivedAt.getTime());
    byBody.set(body, counts);
    return counts;
  };
  for (const { body } of arrived) of(body).repeated++;
  for (const { body } of fresh) {
    const counts = of(body);
    counts.repeated--;
    counts.events++;
  }
  for (const { body } of refused) of(body).refused++;
  if (orders > 0 || customers > 0) {
    const newest = Math.max(...[...arrived, ...refused].map(({ body }) => body.receivedAt.getTime()));
    Object.assign(at('', newest), { orders, customers });
  }
  return [...minutes.values()];
}

/** The places in each body of events that had been sent before. */
export function repeatsOf(arrived: readonly { body: Body; event: { index: number } }[], fresh: ReadonlySet<unknown>): { body: number; places: number[] }[] {
  const places = new Map<number, number[]>();
  for (const one of arrived) {
    if (fresh.has(one)) continue;
    const known = places.get(one.body.id) ?? [];
    places.set(one.body.id, known);
    known.push(one.event.index);
  }
  return [...places].map(([body, of]) => ({ body, places: of }));
}
