import { isUuid, type WorkspaceId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import { versionChannels } from './store.ts';

/** What may be sent of some templates: the version that is sent where none is named, and the channels each version has a text for. Those that are not there are absent. */
export async function offeredOf(tx: Tx, workspaceId: WorkspaceId, ids: readonly string[]): Promise<Map<string, { published: number | null; channels: Map<number, readonly string[]> }>> {
  const rows = await versionChannels(tx, workspaceId, [...new Set(ids.filter(isUuid))]);
  return new Map([...Map.groupBy(rows, ({ id }) => id)].map(([id, own]) => [id, {
    published: own[0]?.published ?? null, channels: new Map(own.flatMap(({ version, channels }): [number, readonly string[]][] => (version === null ? [] : [[version, channels ?? []]]))),
  }]));
}
