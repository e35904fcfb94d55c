import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../src/kernel/postgres/embedded.ts';
import { migratePostgres } from '../../src/kernel/migrate.ts';
import { prepareDatabase } from '../../src/kernel/postgres/roles.ts';

/** One real Postgres for the whole run, with a migrated template that each test file clones. */
export default async function setup(): Promise<() => Promise<void>> {
  const dir = mkdtempSync(join(tmpdir(), `perennial-test-${randomBytes(3).toString('hex')}-`));
  const server = await startPostgres(join(dir, 'postgres'), ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200']);
  const connections = await prepareDatabase(server.socketDir, 'template_perennial');
  await migratePostgres(connections);
  process.env.TEST_PG_SOCKET = server.socketDir;
  return async () => {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  };
}
