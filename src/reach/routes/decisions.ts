import { z } from 'zod';
import { pageOf, type Route, route } from '../../kernel/http/route.ts';
import * as contract from '../contract.ts';
import { healthNow, liftSource } from '../health.ts';
import { controlGroup, countDecisions, decisionOf, listDecisions } from '../ledger.ts';
import { mayWrite } from '../may.ts';
import { changeRules, readRules } from '../rules.ts';
import { lift, listSuppressions, suppress } from '../suppressions.ts';

const tag = 'reach';
const [read, write] = ['reach.read', 'reach.write'] as const;
const params = z.strictObject({ id: z.uuid() });

/** Rules, the ledger of decisions, who is left alone, and how sources fare. */
export const decisionRoutes: readonly Route[] = [
  route({ method: 'GET', url: '/api/v1/reach/rules', summary: 'What this workspace lets itself send', tag, permission: read, reply: contract.rulesReply }, ({ stores, caller }) => readRules(stores, caller)),
  route({ method: 'PUT', url: '/api/v1/reach/rules', summary: 'Change parts of the rules; name the version you saw', tag, permission: write, body: contract.rulesBody, reply: contract.rulesReply }, ({ stores, caller, body }) => changeRules(stores, caller, body)),
  route({ method: 'GET', url: '/api/v1/reach/decisions', summary: 'Every message and person: sent, waiting or refused, and why', tag, permission: read, query: contract.decisionsQuery, reply: pageOf(contract.decisionShape) }, ({ stores, caller, query }) => listDecisions(stores, caller, query)),
  route({ method: 'GET', url: '/api/v1/reach/decisions/:id', summary: 'One message with all its receipts', tag, permission: read, params, reply: contract.decisionDetail }, ({ stores, caller, params: { id } }) => decisionOf(stores, caller, id)),
  route({ method: 'GET', url: '/api/v1/reach/counts', summary: 'Messages by state, reason, channel and receipt', tag, permission: read, query: contract.countsQuery, reply: contract.countsReply }, ({ stores, caller, query }) => countDecisions(stores, caller, query)),
  route({ method: 'GET', url: '/api/v1/reach/control', summary: 'The group that never gets marketing, and whether somebody is in it', tag, permission: read, query: z.object({ customer: z.uuid().optional() }), reply: contract.controlReply }, ({ stores, caller, query: { customer } }) => controlGroup(stores, caller, customer)),
  route({ method: 'GET', url: '/api/v1/reach/may', summary: 'Whether somebody may be written to now, channel by channel, and if not why', tag, permission: read, query: contract.mayQuery, reply: contract.mayReply }, ({ stores, caller, query }) => mayWrite(stores, caller, query)),
  route({ method: 'GET', url: '/api/v1/reach/suppressions', summary: 'Addresses and people who are left alone, masked', tag, permission: read, query: contract.suppressionsQuery, reply: pageOf(contract.suppressionShape) }, ({ stores, caller, query }) => listSuppressions(stores, caller, query)),
  route({ method: 'POST', url: '/api/v1/reach/suppressions', summary: 'Leave an address or a person alone', tag, permission: write, body: contract.suppressBody, status: 201, reply: z.object({ suppressed: z.literal(true) }) }, async ({ stores, caller, body }) => {
    await suppress(stores, caller, body);
    return { suppressed: true as const };
  }),
  route({ method: 'POST', url: '/api/v1/reach/suppressions/:id/lift', summary: 'Write to them again, with a reason', tag, permission: write, params, body: contract.whyBody, reply: contract.suppressionShape }, ({ stores, caller, params: { id }, body: { reason } }) => lift(stores, caller, id, reason)),
  route({ method: 'GET', url: '/api/v1/reach/sources', summary: 'How the marketing of journeys and campaigns is taken', tag, permission: read, reply: z.object({ rows: z.array(contract.healthShape) }) }, async ({ stores, caller }) => ({ rows: await healthNow(stores, caller) })),
  route({ method: 'POST', url: '/api/v1/reach/sources/lift', summary: 'Let a stopped source go on; it is counted anew', tag, permission: write, body: contract.liftBody, reply: contract.healthShape }, ({ stores, caller, body }) => liftSource(stores, caller, body)),
];
