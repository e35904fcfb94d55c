import { afterAll, beforeAll, expect, test } from 'vitest';
import { customerOf, putStates, type TestState } from '../../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { tagRuleOf } from '../../customers/registry.ts';
import { registerRuleTags } from './tagRules.ts';

let stores: TestStores;
beforeAll(async () => void (stores = await testStores()));
afterAll(() => stores.close());

test('R38: a rule tag is borne by whoever fits its filter, private fields included', async () => {
  const workspace = await testWorkspace(stores);
  await putStates(stores, workspace, [1, 2, 3].map((n): TestState => ({ customer: customerOf(n), days: n === 3 ? {} : { birthday: `1990-0${n}-01` } })));
  registerRuleTags();
  const rule = tagRuleOf('rule');
  const found = await rule?.(stores, workspace, { tree: { version: 1, root: { kind: 'field', field: 'birthday', test: { op: 'present' } } } });
  expect(found?.map((one) => one.customer).sort()).toEqual([customerOf(1), customerOf(2)]);
  await expect(rule?.(stores, workspace, { tree: { version: 1, root: { kind: 'sql', sql: 'select 1' } } })).rejects.toThrow();
});
