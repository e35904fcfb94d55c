import type { AddressInfo } from 'node:net';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { type Person, person, testApp } from './app.ts';
import { type TestStores, testStores } from './stores.ts';

/** A served product on loopback with one owner signed in, for tests that want a browser. */
export type Served = { stores: TestStores; app: FastifyInstance; url: string; workspaceId: string; owner: Person; close(): Promise<void> };

export async function served(prepare: (stores: TestStores) => Promise<string>, start: string): Promise<Served> {
  const stores = await testStores(start);
  const workspaceId = await prepare(stores);
  const app = await testApp(stores);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const owner = await person(stores, app, workspaceId, 'owner');
  return {
    stores, app, workspaceId, owner, url: `http://127.0.0.1:${port}`,
    close: async () => {
      await app.close();
      await stores.close();
    },
  };
}

/** Where tests leave pictures for people to look at. */
export function pictures(name: string): string {
  const dir = join(import.meta.dirname, '../output', name);
  mkdirSync(dir, { recursive: true });
  return dir;
}
