import { z } from 'zod';
import { type Route, route } from '../../kernel/http/route.ts';
import { eventNameShape, eventPropertyShape, foundMessageShape, LIVE_STATES, liveEventShape, pulseShape, sourceHealthShape } from '../contract.ts';
import { liveEvents } from '../door/tail.ts';
import { findMessage, propertiesOf, pulse, schemaOf, sourceHealth } from '../live.ts';

const text = z.string().max(200);

export const eventRoutes: readonly Route[] = [
  route({ method: 'GET', url: '/api/v1/events/live', summary: 'The newest events as they came, with what became of each', tag: 'events', permission: 'imports.read', query: z.object({ source: text.optional(), state: z.enum(LIVE_STATES).optional(), search: text.optional() }), reply: z.object({ rows: z.array(liveEventShape) }) },
    async ({ stores, caller, query }) => ({ rows: await liveEvents(stores, caller, query) })),
  route({ method: 'GET', url: '/api/v1/events/pulse', summary: 'Events a minute, orders and new customers of the last hour and day', tag: 'events', permission: 'lifecycle.read', reply: pulseShape },
    ({ stores, caller }) => pulse(stores, caller)),
  route({ method: 'GET', url: '/api/v1/events/schema', summary: 'Every name events came under, how often, first and last', tag: 'events', permission: 'imports.read', reply: z.object({ rows: z.array(eventNameShape) }) },
    async ({ stores, caller }) => ({ rows: await schemaOf(stores, caller) })),
  route({ method: 'GET', url: '/api/v1/events/schema/properties', summary: 'The properties of one event name: first and last over all its events, types and counts of its newest', tag: 'events', permission: 'imports.read', query: z.object({ kind: text, event: z.string().max(1000) }), reply: z.object({ newest: z.number().int(), rows: z.array(eventPropertyShape) }) },
    ({ stores, caller, query }) => propertiesOf(stores, caller, query)),
  route({ method: 'GET', url: '/api/v1/events/find', summary: 'What is stored under a message id', tag: 'events', permission: 'customers.read', query: z.object({ messageId: text.min(1) }), reply: z.object({ rows: z.array(foundMessageShape) }) },
    async ({ stores, caller, query }) => ({ rows: await findMessage(stores, caller, query.messageId) })),
  route({ method: 'GET', url: '/api/v1/sources/health', summary: 'What each source brought within the hour and the day, what of it was refused, and its key', tag: 'sources', permission: 'imports.read', reply: z.object({ rows: z.array(sourceHealthShape) }) },
    async ({ stores, caller }) => ({ rows: await sourceHealth(stores, caller) })),
];
