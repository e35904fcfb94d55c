import { runImport } from '../../src/collect/index.ts';
import { systemCaller } from '../../src/kernel/access/caller.ts';
import { PERMISSIONS } from '../../src/kernel/access/permissions.ts';
import { drain } from '../../src/kernel/facts.ts';
import { loop } from '../../src/loop.ts';
import { startSample } from '../../src/product/sample.ts';
import { type TestStores, testWorkspace } from './stores.ts';

/** The moment tests look at the simulated shop; its last day is the day before. */
export const SAMPLE_NOW = '2026-07-16T04:00:00Z';

/** A workspace with the simulated shop, imported and assessed as at a first start. */
export async function sampleWorkspace(stores: TestStores, customers?: number): Promise<string> {
  const workspaceId = await testWorkspace(stores);
  const importId = await startSample(stores, systemCaller(workspaceId, PERMISSIONS), customers === undefined ? {} : { customers });
  await runImport(stores, workspaceId, importId);
  await drain(stores, loop);
  return workspaceId;
}
