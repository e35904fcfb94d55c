import { z } from 'zod';
import { type Route, route } from '../../kernel/http/route.ts';
import { broadcastsOf } from '../broadcasts.ts';
import { addAccount, changeAccount, listAccounts, listProviders, removeAccount, tryAccount } from '../connections.ts';
import * as contract from '../contract.ts';
import { changeGroup, listGroups, makeGroup, sayTopic } from '../groups.ts';

const tag = 'reach';
const [read, write, settings] = ['reach.read', 'reach.write', 'settings.write'] as const;
const params = z.strictObject({ id: z.uuid() });
const done = z.object({ done: z.literal(true) });
const DONE = { done: true as const };

/** Topics, and connections to providers. */
export const reachSettingRoutes: readonly Route[] = [
  route({ method: 'GET', url: '/api/v1/reach/groups', summary: 'Topics people may leave', tag, permission: read, reply: z.object({ rows: z.array(contract.groupShape) }) }, async ({ stores, caller }) => ({ rows: await listGroups(stores, caller) })),
  route({ method: 'POST', url: '/api/v1/reach/groups', summary: 'Add a topic', tag, permission: write, body: contract.newGroup, status: 201, reply: contract.groupShape }, ({ stores, caller, body }) => makeGroup(stores, caller, body)),
  route({ method: 'PATCH', url: '/api/v1/reach/groups/:id', summary: 'Rename a topic or put it away', tag, permission: write, params, body: contract.groupChange, reply: done }, async ({ stores, caller, params: { id }, body }) => { await changeGroup(stores, caller, id, body); return DONE; }),
  route({ method: 'POST', url: '/api/v1/reach/groups/:id/say', summary: 'Somebody joins or leaves a topic, as they told you', tag, permission: write, params, body: contract.sayBody, reply: done }, async ({ stores, caller, params: { id }, body }) => { await sayTopic(stores, caller, id, body); return DONE; }),
  route({ method: 'GET', url: '/api/v1/reach/providers', summary: 'Ways to send there are, with what was proved of each', tag, permission: read, reply: z.object({ rows: z.array(contract.providerShape) }) }, () => Promise.resolve({ rows: listProviders() })),
  route({ method: 'GET', url: '/api/v1/reach/accounts', summary: 'Connections to providers; their settings are never told', tag, permission: read, reply: z.object({ rows: z.array(contract.accountShape) }) }, async ({ stores, caller }) => ({ rows: await listAccounts(stores, caller) })),
  route({ method: 'POST', url: '/api/v1/reach/accounts', summary: 'Add a connection', tag, permission: settings, body: contract.newAccount, status: 201, reply: contract.accountShape }, ({ stores, caller, body }) => addAccount(stores, caller, body)),
  route({ method: 'PATCH', url: '/api/v1/reach/accounts/:id', summary: 'Change, pause or resume a connection', tag, permission: settings, params, body: contract.accountChange, reply: contract.accountShape }, ({ stores, caller, params: { id }, body }) => changeAccount(stores, caller, id, body)),
  route({ method: 'DELETE', url: '/api/v1/reach/accounts/:id', summary: 'End a connection', tag, permission: settings, params, status: 204, reply: z.null() }, async ({ stores, caller, params: { id } }) => { await removeAccount(stores, caller, id); return null; }),
  route({ method: 'POST', url: '/api/v1/reach/accounts/:id/test', summary: 'Open a session as for sending, and send nothing', tag, permission: settings, params, limit: { max: 30, perSeconds: 60 }, reply: contract.tryReply }, ({ stores, caller, params: { id } }) => tryAccount(stores, caller, id)),
  route({ method: 'GET', url: '/api/v1/reach/accounts/:id/broadcasts', summary: 'How far staff are with the tasks a provider gave them (WeCom), asked now', tag, permission: read, params, limit: { max: 30, perSeconds: 60 }, reply: z.object({ rows: z.array(contract.broadcastShape) }) }, async ({ stores, caller, params: { id } }) => ({ rows: await broadcastsOf(stores, caller, id) })),
];
