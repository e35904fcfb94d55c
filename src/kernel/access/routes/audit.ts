import { fromCursor, toCursor } from '../../http/cursor.ts';
import { pageOf, route } from '../../http/route.ts';
import { auditPage, verifyAudit } from '../auditlog.ts';
import * as contract from '../contract.ts';

const tag = 'audit';
const TOTAL_MAX = 10_000;
const dateOf = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));
const beforeOf = (cursor: string | undefined): number | undefined => (cursor === undefined ? undefined : Number(fromCursor(cursor, 1)[0]));

export const auditRoutes = [
  route({
    method: 'GET', url: '/api/v1/audit', summary: 'Audit log, newest first', tag, permission: 'audit.read', query: contract.auditFilter, reply: pageOf(contract.auditLine),
  }, async ({ stores, caller, query }) => {
    const { action, actor, from, to, cursor, limit } = query;
    // Lines name customers: who belongs to some shops reads their own lines only.
    const page = await auditPage(stores, caller.workspaceId, { action, actor: caller.shops.length > 0 ? caller.actor.id : actor, from: dateOf(from), to: dateOf(to) }, { before: beforeOf(cursor), limit });
    return {
      rows: page.lines.map((line) => ({ ...line, at: line.at.toISOString() })),
      next: page.next === undefined ? null : toCursor([page.next]),
      total: { count: Math.min(page.count, TOTAL_MAX), over: page.count > TOTAL_MAX },
    };
  }),
  route({
    method: 'GET', url: '/api/v1/audit/verify', summary: 'Recompute the chain of the audit log', tag, permission: 'audit.read', reply: contract.auditVerdict,
  }, async ({ stores, caller }) => {
    const { lines, brokenAt } = await verifyAudit(stores, caller.workspaceId);
    return { lines, intact: brokenAt === undefined, brokenAt: brokenAt ?? null };
  }),
];
