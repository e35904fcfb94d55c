import { afterAll, beforeAll, expect, test } from 'vitest';
import { customerOf, putStates, type TestState } from '../../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { systemCaller } from '../../kernel/access/caller.ts';
import type { Refusal } from '../../kernel/errors.ts';
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
  const found = await rule?.find(stores, workspace, { tree: { version: 1, root: { kind: 'field', field: 'birthday', test: { op: 'present' } } } });
  expect(found?.map((one) => one.customer).sort()).toEqual([customerOf(1), customerOf(2)]);
  const caller = systemCaller(workspace, ['customers.unmask']), refusalOf = (root: object) => rule?.check?.(stores, caller, { tree: { version: 1, root } }).then(() => null, ({ code }: Refusal) => code);
  expect(await refusalOf({ kind: 'sql', sql: 'select 1' })).toBe('tag.spec_invalid');
  expect(await refusalOf({ kind: 'field', field: 'no_such', test: { op: 'present' } })).toMatch(/^condition/);
  expect(await refusalOf({ kind: 'field', field: 'birthday', test: { op: 'present' } })).toBeNull();
  await expect(rule?.check?.(stores, systemCaller(workspace), { tree: { version: 1, root: { kind: 'field', field: 'birthday', test: { op: 'present' } } } })).rejects.toMatchObject({ code: 'condition.masked_field' });
});
