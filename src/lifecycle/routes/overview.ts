import { z } from 'zod';
import { type Route, route } from '../../kernel/http/route.ts';
import { fromCursor, toCursor } from '../../kernel/http/cursor.ts';
import { dayNumber } from '../../kernel/day.ts';
import { NOBODY } from '../../kernel/ids.ts';
import {
  audienceQuery, flowPeopleQuery, flowPeopleReply, flowQuery, flowReply, ladderReply, lifetimeQuery, lifetimeReply, matrixReply, overviewQuery, overviewReply, periodsQuery, periodsReply,
  strategyBody,
} from '../contract.ts';
import { ladderOf } from '../core/flow.ts';
import { STAGES } from '../core/rules.ts';
import { daysBetween, flow, lifetime, matrix, overview } from '../overview.ts';
import { flowPeople, ladderCounts, periodCounts } from '../queries/overview.ts';
import { audienceOf } from '../audience.ts';
import { dataDay } from '../asOf.ts';
import { changeStrategy } from '../strategy.ts';

const read = { method: 'GET', tag: 'Lifecycle', permission: 'lifecycle.read' } as const;

/** Reports over the stages: all of them count `stage_now`, so that no two disagree. */
export const overviewRoutes: readonly Route[] = [
  route({ ...read, url: '/api/v1/lifecycle/overview', summary: 'Each stage now, its change, money and reach, and what the churn label is worth', query: overviewQuery, reply: overviewReply },
    ({ stores, caller, query: { days, ...audience } }) => overview(stores, caller.workspaceId, audienceOf(caller, audience), days)),

  route({ ...read, url: '/api/v1/lifecycle/flow', summary: 'Who went from which stage to which between two days', query: flowQuery, reply: flowReply },
    async ({ stores, caller, query: { from, to, ...audience } }) => {
      const between = await daysBetween(stores, caller.workspaceId, { from, to });
      return { ...between, ...(await flow(stores, caller.workspaceId, audienceOf(caller, audience), between)) };
    }),

  route({ ...read, url: '/api/v1/lifecycle/flow/people', permission: 'customers.read', summary: 'The people of one cell of the flow', query: flowPeopleQuery, reply: flowPeopleReply },
    async ({ stores, caller, query: { from, to, began, ended, cursor, limit, ...audience } }) => {
      const between = await daysBetween(stores, caller.workspaceId, { from, to });
      const [after] = cursor === undefined ? [NOBODY] : fromCursor(cursor, 1);
      const rows = await flowPeople(stores.ch, caller.workspaceId, audienceOf(caller, audience), { from: dayNumber(between.from), to: dayNumber(between.to), cell: { from: began, to: ended }, after: String(after), limit });
      const last = rows.at(-1);
      return { rows, next: last && rows.length === limit ? toCursor([last.customerId]) : null };
    }),

  route({ ...read, url: '/api/v1/lifecycle/ladder', summary: 'First purchase, repeat purchase, recommendation', query: audienceQuery, reply: ladderReply },
    async ({ stores, caller, query }) => ({ asOf: await dataDay(stores, caller.workspaceId), ...ladderOf(await ladderCounts(stores.ch, caller.workspaceId, audienceOf(caller, query))) })),

  route({ ...read, url: '/api/v1/lifecycle/lifetime', summary: 'Lifetime length by cohort with its survival curve', query: lifetimeQuery, reply: lifetimeReply },
    async ({ stores, caller, query: { by, ...audience } }) => ({ asOf: await dataDay(stores, caller.workspaceId), ...(await lifetime(stores, caller.workspaceId, audienceOf(caller, audience), by)) })),

  route({ ...read, url: '/api/v1/lifecycle/periods', summary: 'New, retained, returning and lost in each period', query: periodsQuery, reply: periodsReply },
    async ({ stores, caller, query: { by, event, ...audience } }) => {
      const asOf = await dataDay(stores, caller.workspaceId);
      return { asOf, event, rows: await periodCounts(stores.ch, caller.workspaceId, audienceOf(caller, audience), { by, event, asOf: dayNumber(asOf) }) };
    }),

  route({ ...read, url: '/api/v1/lifecycle/matrix', summary: 'Stage × strategy: people, needs, goal, plays, owner', reply: matrixReply },
    async ({ stores, caller }) => ({ asOf: await dataDay(stores, caller.workspaceId), rows: await matrix(stores, caller) })),

  route({
    method: 'PUT', tag: 'Lifecycle', permission: 'lifecycle.write', url: '/api/v1/lifecycle/matrix/:stage', summary: 'Write down what is wanted in one stage',
    params: z.object({ stage: z.enum(STAGES) }), body: strategyBody, reply: matrixReply,
  }, async ({ stores, caller, params: { stage }, body }) => {
    await changeStrategy(stores, caller, { stage, ...body });
    return { asOf: await dataDay(stores, caller.workspaceId), rows: await matrix(stores, caller) };
  }),
];
