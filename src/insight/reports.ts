import type { z } from 'zod';
import type { Caller } from '../kernel/access/caller.ts';
import { audit } from '../kernel/audit.ts';
import { notFound } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import type { newReportBody, reportRunShape, reportShape } from './contract.ts';
import { partsFor } from './figures.ts';
import { define, pickVersion, type Versions, versionsOf } from './metrics.ts';
import { allReports, dropReport, insertReport, reportById, type ReportRow } from './queries/goals.ts';
import { ask } from './scope.ts';

type Report = z.input<typeof reportShape>;

function tell(caller: Caller, versions: Versions, { metricId, metricVersion, ...report }: ReportRow): Report {
  return { ...report, metric: define(caller, pickVersion(versions, metricId, metricVersion)) };
}

export async function listReports(stores: Stores, caller: Caller): Promise<Report[]> {
  const [versions, rows] = await Promise.all([versionsOf(stores, caller), stores.pg.tx(caller.workspaceId, (tx) => allReports(tx, caller.workspaceId))]);
  return rows.map((row) => tell(caller, versions, row));
}

/** Keeps a question with the version of its metric (R33): whatever becomes of the definition, the report stays as it was read. */
export async function keepReport(stores: Stores, caller: Caller, { name, metricId, scope }: z.output<typeof newReportBody>): Promise<Report> {
  const versions = await versionsOf(stores, caller, [metricId]);
  await ask(stores, caller, scope);
  const row: ReportRow = { id: newId(), name, metricId, metricVersion: pickVersion(versions, metricId).version, scope, owner: caller.actor.id, createdAt: stores.clock.now() };
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    await insertReport(tx, caller.workspaceId, row);
    await audit(tx, stores.clock, caller, { action: 'report.kept', target: row.id });
  });
  return tell(caller, versions, row);
}

/** A kept report with its figures, counted as it was defined then. */
export async function runReport(stores: Stores, caller: Caller, id: string): Promise<z.input<typeof reportRunShape>> {
  const row = await stores.pg.tx(caller.workspaceId, (tx) => reportById(tx, caller.workspaceId, id));
  if (!row) throw notFound('report', { id });
  const versions = await versionsOf(stores, caller, [row.metricId]);
  const { asked, period } = await ask(stores, caller, row.scope);
  const [parts = []] = await partsFor(stores, asked, { version: pickVersion(versions, row.metricId, row.metricVersion), scope: row.scope, by: 'none' }, [period]);
  return { ...tell(caller, versions, row), asOf: asked.asOf, parts };
}

/** Refuses `report.not_found`, and a report on what the caller may not see. */
export async function removeReport(stores: Stores, caller: Caller, id: string): Promise<void> {
  const row = await stores.pg.tx(caller.workspaceId, (tx) => reportById(tx, caller.workspaceId, id));
  if (!row) throw notFound('report', { id });
  await ask(stores, caller, row.scope);
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    if (await dropReport(tx, caller.workspaceId, id) === 0) throw notFound('report', { id });
    await audit(tx, stores.clock, caller, { action: 'report.removed', target: id });
  });
}
