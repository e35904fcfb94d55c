import { Readable } from 'node:stream';
import { z } from 'zod';
import { type Route, route } from '../../kernel/http/route.ts';
import * as contract from './contract.ts';
import { openPart, partsOf } from './parts.ts';
import { askRun, fetchRun, listRuns } from './runs.ts';
import { invitedShape, listsBody, membersBody, membershipsBody, rowsBody, takenShape } from './takeContract.ts';
import { inviteAgain, takeLists, takeMemberships, takeRows } from './take.ts';

const tag = 'exchange';
const permission = 'customers.export';

/** Everything of a workspace in open formats: file by file for programs, as one archive for people. */
export const exchangeRoutes: readonly Route[] = [
  route({ method: 'GET', url: '/api/v1/exchange/parts', summary: 'The files of an export of everything (owners only)', tag, permission, reply: contract.partsShape }, ({ stores, caller }) => partsOf(stores, caller)),
  route({
    method: 'POST', url: '/api/v1/exchange/part', summary: 'One of these files; needs a reason and is audited', tag, permission, body: contract.partBody, reply: z.string(),
  }, async ({ stores, caller, body: { name, ...ask }, reply }) => {
    reply.type(name.endsWith('.csv') ? 'text/csv; charset=utf-8' : 'application/x-ndjson').send(Readable.from(await openPart(stores, caller, name, ask)));
    return reply as unknown as string;
  }),
  route({ method: 'GET', url: '/api/v1/exchange/runs', summary: 'Exports of everything, with how far each has come', tag, permission, reply: z.object({ rows: z.array(contract.runShape) }) },
    async ({ stores, caller }) => ({ rows: await listRuns(stores, caller) })),
  route({ method: 'POST', url: '/api/v1/exchange/runs', summary: 'Ask for an export of everything; needs a reason and is audited', tag, permission, body: contract.newRunBody, status: 201, reply: contract.runShape },
    ({ stores, caller, body }) => askRun(stores, caller, body)),
  route({
    method: 'GET', url: '/api/v1/exchange/runs/:id/file', summary: 'The archive, once, by who asked for it', tag, permission, params: z.strictObject({ id: z.uuid() }), reply: z.string(),
  }, async ({ stores, caller, params: { id }, reply }) => {
    const archive = await fetchRun(stores, caller, id);
    reply.type('application/zip').header('content-disposition', `attachment; filename="perennial-export-${stores.clock.now().toISOString().slice(0, 10)}.zip"`).send(archive);
    return reply as unknown as string;
  }),
  route({ method: 'POST', url: '/api/v1/exchange/rows', summary: 'Rows of an export of everything, from a fixed list of tables (owners only)', tag, permission, body: rowsBody, reply: takenShape },
    ({ stores, caller, body }) => takeRows(stores, caller, body)),
  route({ method: 'POST', url: '/api/v1/exchange/lists', summary: 'Whom experiments left out, what each person brought and whom frozen segments hold, from an export of everything (owners only)', tag, permission, body: listsBody, reply: takenShape },
    ({ stores, caller, body }) => takeLists(stores, caller, body)),
  route({ method: 'POST', url: '/api/v1/exchange/memberships', summary: 'Who was in which segment since when, from an export of everything (owners only)', tag, permission, body: membershipsBody, reply: takenShape },
    ({ stores, caller, body }) => takeMemberships(stores, caller, body.rows)),
  route({ method: 'POST', url: '/api/v1/exchange/members', summary: 'Invite whoever worked there, from an export of everything (owners only); each link is shown once', tag, permission, body: membersBody, reply: invitedShape },
    async ({ stores, caller, body }) => ({ invited: await inviteAgain(stores, caller, body.members) })),
];
