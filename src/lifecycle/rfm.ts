import { audit } from '../kernel/audit.ts';
import type { Caller } from '../kernel/access/caller.ts';
import { dayNumber } from '../kernel/day.ts';
import { Refusal } from '../kernel/errors.ts';
import type { WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import type { z } from 'zod';
import type { rfmPreviewReply, rfmReply } from './contract.ts';
import { RFM_NAMES, type RfmRules, rfmOf, rfmScales } from './core/rfm.ts';
import type { Audience } from './queries/audience.ts';
import { rfmCells, rfmLines } from './queries/rfm.ts';
import { loadRfmColumns } from './queries/stages.ts';
import { reassess } from './reassess.ts';
import { dataDay } from './asOf.ts';
import { insertRfmRules, rfmRulesInForce, rulesInForce, settingOf } from './store.ts';

/** The eight-name table with people, money and reach, and the cut points behind it (R27). */
export async function rfmTable(stores: Stores, workspaceId: WorkspaceId, audience: Audience): Promise<z.infer<typeof rfmReply>> {
  const asOf = await dataDay(stores, workspaceId);
  const [lines, cells, { rules, setting }] = await Promise.all([
    rfmLines(stores.ch, workspaceId, audience), rfmCells(stores.ch, workspaceId, audience),
    stores.pg.tx(workspaceId, async (tx) => ({ rules: await rfmRulesInForce(tx, workspaceId), setting: await settingOf(tx, workspaceId) })),
  ]);
  const customers = lines.reduce((sum, line) => sum + line.customers, 0);
  const netMinor = lines.reduce((sum, line) => sum + line.netMinor, 0);
  const { version, ...own } = rules;
  const table = RFM_NAMES.map((name) => {
    const line = lines.find((one) => one.name === name);
    const [rank, kind] = name.split('_');
    return {
      name, own: own.names[name] ?? null, monetaryHigh: rank === 'key', recencyHigh: kind === 'value' || kind === 'develop', frequencyHigh: kind === 'value' || kind === 'keep',
      customers: line?.customers ?? 0, share: customers === 0 ? 0 : (line?.customers ?? 0) / customers,
      netMinor: line?.netMinor ?? 0, netShare: netMinor === 0 ? 0 : (line?.netMinor ?? 0) / netMinor, reachable: line?.reachable ?? 0,
    };
  });
  return { asOf, version, rules: own, scales: setting.scales, customers, table, cells };
}

const demandThresholds = (rules: RfmRules): void => {
  if (rules.method === 'thresholds' && rules.thresholds === null) throw new Refusal('rfm.thresholds_missing');
};

/** What the table would be under other rules; nothing is saved. Refuses `rfm.thresholds_missing`. */
export async function previewRfm(stores: Stores, workspaceId: WorkspaceId, rules: RfmRules): Promise<z.infer<typeof rfmPreviewReply>> {
  demandThresholds(rules);
  const asOf = dayNumber(await dataDay(stores, workspaceId));
  const inForce = await stores.pg.tx(workspaceId, (tx) => rulesInForce(tx, workspaceId));
  const windowFrom = rules.windowDays === null ? 0 : asOf - rules.windowDays + 1;
  const columns = await loadRfmColumns(stores.ch, { workspaceId, asOf, windowFrom, b2bPurchaseMinor: inForce.rules.b2bPurchaseMinor });
  const scales = rfmScales(columns, rules);
  const names = Object.fromEntries(RFM_NAMES.map((name) => [name, 0])) as Record<string, number>;
  columns.recency.forEach((recencyDays, at) => {
    const { name } = rfmOf({ recencyDays, frequency: columns.frequency[at] ?? 0, monetaryMinor: columns.monetary[at] ?? 0 }, scales);
    names[name] = (names[name] ?? 0) + 1;
  });
  return { customers: columns.recency.length, scales, names };
}

/** Puts other RFM rules in force and names every customer by them. Refuses `rfm.thresholds_missing`. */
export async function changeRfm(stores: Stores, caller: Caller, rules: RfmRules): Promise<void> {
  demandThresholds(rules);
  const { workspaceId } = caller;
  await stores.pg.tx(workspaceId, async (tx) => {
    await insertRfmRules(tx, workspaceId, rules, caller.actor.id, stores.clock.now());
    await audit(tx, stores.clock, caller, { action: 'rfm_rules.changed', target: 'rfm_rules', detail: { method: rules.method, windowDays: rules.windowDays } });
  });
  await reassess(stores, workspaceId, 'all', await dataDay(stores, workspaceId), { mode: 'backfill' });
}
