import { audit } from '../audit.ts';
import { Refusal } from '../errors.ts';
import type { Stores } from '../stores.ts';
import { type Caller, demand } from './caller.ts';

/** An export of customers' data: `what` ("customers", "segment:<id>"), how many rows, whether identifiers were masked, and why. */
export type Export = { what: string; count: number; masked: boolean; reason: string };

const REASON_MIN = 3;

/** Every export passes here: who, when, what, how many and why stand in the audit log. Refuses `access.forbidden`, `export.reason_missing`. */
export async function recordExport(stores: Stores, caller: Caller, { what, count, masked, reason }: Export): Promise<void> {
  demand(caller, 'customers.export');
  if (reason.trim().length < REASON_MIN) throw new Refusal('export.reason_missing', {}, 422);
  await stores.pg.tx(caller.workspaceId, (tx) => audit(tx, stores.clock, caller, { action: 'export', target: what, detail: { count, masked, reason: reason.trim() } }));
}

/** A look at identifiers in clear: whose, and how many. Refuses `access.forbidden` without customers.unmask. */
export async function recordUnmask(stores: Stores, caller: Caller, { target, count }: { target: string; count: number }): Promise<void> {
  demand(caller, 'customers.unmask');
  await stores.pg.tx(caller.workspaceId, (tx) => audit(tx, stores.clock, caller, { action: 'unmask', target, detail: { count } }));
}
