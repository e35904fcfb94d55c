import { runImport } from '../../src/collect/index.ts';
import { systemCaller } from '../../src/kernel/access/caller.ts';
import { PERMISSIONS } from '../../src/kernel/access/permissions.ts';
import { drain, type Loop } from '../../src/kernel/facts.ts';
import { loop } from '../../src/loop.ts';
import { startSample } from '../../src/product/sample.ts';
import { type TestStores, testWorkspace } from './stores.ts';

/** The moment tests look at the simulated shop; its last day is the day before. */
export const SAMPLE_NOW = '2026-07-16T04:00:00Z';

/**
 * The loop without the story of the shop's past experiments, for tests that look at none of them: the story ends with a file of orders, whose job moves
 * stages and money in a product that works, while a page is read.
 */
export const storyless: Loop = Object.fromEntries(Object.entries(loop).map(([kind, reactions]) => [kind, Object.fromEntries(Object.entries(reactions).filter(([name]) => name !== 'product.tellSampleStory'))]));

/** A workspace with the simulated shop, imported and assessed as at a first start. */
export async function sampleWorkspace(stores: TestStores, customers?: number, reactions: Loop = loop): Promise<string> {
  const workspaceId = await testWorkspace(stores);
  const importId = await startSample(stores, systemCaller(workspaceId, PERMISSIONS), customers === undefined ? {} : { customers });
  await runImport(stores, workspaceId, importId);
  await drain(stores, reactions);
  return workspaceId;
}
