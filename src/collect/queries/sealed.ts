import { many, one, run, sql } from '../../kernel/sql.ts';
import { open, seal, type WorkspaceKeys } from '../../kernel/seal.ts';
import { registerSealed, type SealedPlace, sealedColumn } from '../../kernel/rotation/index.ts';

type StoredFile = { password?: string };

const CONTEXT = 'import-password';
/** The password of an archive as it stands with its import, and back. */
export const sealPassword = (keys: WorkspaceKeys, password: string): string => seal(keys, password, CONTEXT).toString('base64');
export const openPassword = (keys: WorkspaceKeys, sealed: string): string => open(keys, Buffer.from(sealed, 'base64'), CONTEXT);
const keyOf = (password: string): number => Buffer.from(password, 'base64').readUInt32BE();

/** Passwords of protected archives, kept with the import for reading the file again. */
const passwords: SealedPlace = {
  name: 'import.password',
  count: async (tx, workspaceId, keyId) => (await one(tx, sql<{ count: number }>`
    select count(*) as count from import i, jsonb_array_elements(i.files) f
     where i.workspace_id = ${workspaceId} and f ? 'password' and substring(decode(f ->> 'password', 'base64') from 1 for 4) < ${Buffer.from([keyId >>> 24, (keyId >>> 16) & 255, (keyId >>> 8) & 255, keyId & 255])}`)).count,
  reseal: async (tx, keys, workspaceId, { before, after, limit }) => {
    const rows = await many(tx, sql<{ id: string; files: StoredFile[] }>`
      select id, files from import
       where workspace_id = ${workspaceId} and jsonb_path_exists(files, '$[*].password') and (${after}::uuid is null or id > ${after}::uuid)
       order by id limit ${limit} for update`);
    let count = 0;
    for (const { id, files } of rows) {
      const old = files.filter(({ password }) => password !== undefined && keyOf(password) < before);
      if (old.length === 0) continue;
      for (const file of old) file.password = sealPassword(keys, openPassword(keys, file.password ?? ''));
      await run(tx, sql`update import set files = ${JSON.stringify(files)}::jsonb where workspace_id = ${workspaceId} and id = ${id}`);
      count += old.length;
    }
    return { count, after: rows.length < limit ? null : (rows.at(-1)?.id ?? null) };
  },
};

/** What collect seals with data keys: rows put aside, bodies that wait, passwords of archives. */
export const registerCollectSealed = (): void => registerSealed(
  sealedColumn({ table: 'quarantine', context: "'quarantine:' || id" }),
  sealedColumn({ table: 'ingest_body', idType: 'bigint', context: "'ingest-body:' || source_id" }),
  passwords,
);
