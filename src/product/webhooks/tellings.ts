import type { Fact } from '../../kernel/facts.ts';
import type { Facts } from '../../kernel/errors.ts';
import type { WebhookKind } from '../core/webhookKinds.ts';

/** One thing told: `source` names what it tells of, so that twice is once; `about`: the customers in it. */
export type Telling = { kind: WebhookKind; source: string; at: Date; data: Facts; about: readonly string[] };

type Told = { data: Facts; about?: readonly string[] };

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const ids = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);

/** What of a fact goes out, name by name: ids, codes, days and counts. Whoever wants more asks the API, which knows what they may see. */
const TOLD: Readonly<Record<Exclude<WebhookKind, 'order.recorded'>, (payload: Facts) => Told>> = {
  'customer.created': ({ customers }) => ({ data: { customers: ids(customers) }, about: ids(customers) }),
  'customer.merged': ({ keep, absorbed }) => ({ data: { customer: keep, absorbed: ids(absorbed) }, about: [text(keep), ...ids(absorbed)] }),
  'customer.unmerged': ({ customer, from }) => ({ data: { customer, from }, about: [text(customer), text(from)] }),
  // Whoever keeps a copy has to know; nothing else of the person is said, and the message outlives them.
  'customer.erased': ({ customer }) => ({ data: { customer } }),
  'consent.changed': ({ customer, channels }) => ({ data: { customer, channels }, about: [text(customer)] }),
  'tags.changed': ({ tag, customers, count }) => ({ data: { tag, customers: ids(customers), count }, about: ids(customers) }),
  'stage.changed': ({ customerId, from, to, since }) => ({ data: { customer: customerId, from, to, since }, about: [text(customerId)] }),
  'stage.corrected': ({ customerId, from, to, since }) => ({ data: { customer: customerId, from, to, since }, about: [text(customerId)] }),
  'risk.raised': ({ signal, customer, rule }) => ({ data: { signal, customer, rule }, about: [text(customer)] }),
  'core.changed': ({ programme, entered, left }) => ({ data: { programme, entered, left } }),
  'scores.made': ({ number, customers, asOf }) => ({ data: { run: number, customers, asOf } }),
  'import.finished': ({ importId, source, from, to, counts }) => ({ data: { import: importId, source, from, to, counts } }),
  'import.undone': ({ importId, source, from, to }) => ({ data: { import: importId, source, from, to } }),
  'experiment.settled': ({ experimentId }) => ({ data: { experiment: experimentId } }),
  'journey.told': ({ journey, step, name, customer, occasion, data }) => ({ data: { journey, step, name, customer, occasion, data }, about: [text(customer)] }),
  'task.raised': ({ task, code }) => ({ data: { task, code } }),
};

/** What a fact tells by itself; nothing for kinds that are not told, or are told by the orders they brought. */
export function tellingOf({ id, kind, payload, at }: Fact): Telling[] {
  const told = Object.hasOwn(TOLD, kind) ? TOLD[kind as keyof typeof TOLD](payload) : undefined;
  return told ? [{ kind: kind as WebhookKind, source: `fact:${id}`, at, data: told.data, about: (told.about ?? []).filter(Boolean) }] : [];
}

/** The text that is signed and sent, as the Standard Webhooks specification shapes it. */
export const bodyOf = ({ kind, at, data }: { kind: string; at: Date; data: Facts }): string => JSON.stringify({ type: kind, timestamp: at.toISOString(), data });
