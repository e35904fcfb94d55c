import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { newId } from '../../kernel/ids.ts';
import type { WorkspaceKeys } from '../../kernel/seal.ts';
import { run, sql } from '../../kernel/sql.ts';
import { sealPassword } from './sealed.ts';

let stores: TestStores;
let ws: string;
let keys: WorkspaceKeys;
/** As whoever has not yet heard that the key they seal with was destroyed. */
const late: WorkspaceKeys = { data: new Map([[7, Buffer.alloc(32, 7)]]), newest: 7, index: Buffer.alloc(32) };

beforeAll(async () => {
  stores = await testStores();
  ws = await testWorkspace(stores);
  keys = await stores.keys.of(ws);
});
afterAll(() => stores.close());

const filesWith = (password: string): string => JSON.stringify([{ name: 'open.csv', path: 'a' }, { name: 'closed.zip', path: 'b', password }]);
const bring = async (password: string): Promise<string> => {
  const id = newId();
  await stores.pg.tx(ws, (tx) => run(tx, sql`
    insert into import (workspace_id, id, source, status, files, options, version, made_by, created_at)
    values (${ws}, ${id}, 'test', 'waiting', ${filesWith(password)}::jsonb, '{}', 1, '{}', ${stores.clock.now()})`));
  return id;
};
const change = (id: string, password: string): Promise<number> => stores.pg.tx(ws, (tx) => run(tx, sql`update import set files = ${filesWith(password)}::jsonb where workspace_id = ${ws} and id = ${id}`));

test('R138: an archive\'s password sealed with a destroyed data key is refused, in a new import and in one that stands', async () => {
  await expect(bring(sealPassword(late, 'p'))).rejects.toMatchObject({ code: 'PK001' });
  const id = await bring(sealPassword(keys, 'p'));
  await expect(change(id, sealPassword(late, 'q'))).rejects.toMatchObject({ code: 'PK001' });
  expect(await change(id, sealPassword(keys, 'q'))).toBe(1);
});
