import { isUuid, type WorkspaceId } from '../../kernel/ids.ts';
import type { Refused } from '../../kernel/refused.ts';
import type { Tx } from '../../kernel/sql.ts';
import { CHANNELS, type ChannelName } from '../core/message.ts';
import { channelsOf, type TemplateDocument } from '../core/templates/document.ts';
import { type Ready, ready } from './render.ts';
import { type Compiled, compiledVersions, publishedVersions } from './store.ts';

/** A published version whose texts are read, each when it is first wanted. `blocks`: the shared blocks it was compiled with, by key their versions; `fault`: why those of now cannot stand in it. */
export type Version = {
  id: string; version: number; experimentId: string | null; characters: number; document: TemplateDocument; blocks: Readonly<Record<string, number>>; fault?: Refused;
  readyOf(variant: string, language: string, channel: string): Ready | undefined;
};

const KEPT = 200;
/** All versions in memory together: some hundred megabytes with what they are read into. */
const CHARACTERS_KEPT = 20_000_000;
/** Versions never change, so that what is kept is old only where a block has changed since, which blocks/book.ts looks after; the one that was used longest ago goes first. */
const kept = new Map<string, Version>();

const keyOf = (workspaceId: WorkspaceId, id: string, version: number): string => `${workspaceId} ${id} ${version}`;

function keep(key: string, version: Version): Version {
  kept.delete(key);
  kept.set(key, version);
  let characters = [...kept.values()].reduce((sum, one) => sum + one.characters, 0);
  for (const [oldest, one] of kept) {
    if (oldest === key || (kept.size <= KEPT && characters <= CHARACTERS_KEPT)) break;
    kept.delete(oldest);
    characters -= one.characters;
  }
  return version;
}

/** A version of what it was compiled to. */
export function versionOf({ templateId, version, document, compiled, experimentId }: Compiled): Version {
  const read = new Map<string, Ready>();
  const place = (variant: string, language: string, channel: string): string => `${variant} ${language} ${channel}`;
  const entries = new Map(compiled.map((entry) => [place(entry.variant, entry.language, entry.content.channel), entry]));
  return {
    id: templateId, version, experimentId, document, blocks: Object.assign({}, ...compiled.map(({ blocks }) => blocks)) as Record<string, number>, characters: compiled.reduce((sum, { texts }) => sum + Object.values(texts).reduce((all, { source }) => all + source.length, 0), 0),
    readyOf: (variant, language, channel) => {
      const at = place(variant, language, channel), entry = entries.get(at), known = read.get(at);
      if (known || !entry) return known;
      const made = ready(entry);
      read.set(at, made);
      return made;
    },
  };
}

/** Puts a version that was compiled anew in the place of what was kept of it. */
export const keepVersion = (workspaceId: WorkspaceId, version: Version): Version => keep(keyOf(workspaceId, version.id, version.version), version);

type Asked = { id: string; version: number | null };

/** The versions asked for, by id and version; null stands for the newest. What is not there is absent. */
export async function versionsIn(tx: Tx, workspaceId: WorkspaceId, asked: readonly Asked[]): Promise<(one: Asked) => Version | undefined> {
  const unnamed = [...new Set(asked.filter(({ version }) => version === null).map(({ id }) => id))];
  const newest = new Map((unnamed.length === 0 ? [] : await publishedVersions(tx, workspaceId, unnamed)).map(({ id, version }) => [id, version]));
  const exact = ({ id, version }: Asked): number | undefined => version ?? newest.get(id);
  const wanted = new Map(asked.flatMap((one): [string, { id: string; version: number }][] => {
    const version = exact(one);
    return version === undefined ? [] : [[keyOf(workspaceId, one.id, version), { id: one.id, version }]];
  }));
  const found = new Map([...wanted.keys()].flatMap((key): [string, Version][] => { const known = kept.get(key); return known ? [[key, keep(key, known)]] : []; }));
  const missing = [...wanted].filter(([key]) => !found.has(key)).map(([, one]) => one);
  for (const row of missing.length === 0 ? [] : await compiledVersions(tx, workspaceId, missing)) {
    const key = keyOf(workspaceId, row.templateId, row.version);
    found.set(key, keep(key, versionOf(row)));
  }
  return (one) => { const version = exact(one); return version === undefined ? undefined : found.get(keyOf(workspaceId, one.id, version)); };
}

/** The channels that versions have texts for; undefined for what is not there. */
export async function channelsIn(tx: Tx, workspaceId: WorkspaceId, asked: readonly Asked[]): Promise<(one: Asked) => readonly ChannelName[] | undefined> {
  const versionOf = await versionsIn(tx, workspaceId, asked.filter(({ id }) => isUuid(id))), channels = new Map<Version, readonly ChannelName[]>();
  return (one) => {
    const version = versionOf(one);
    if (!version) return undefined;
    const known = channels.get(version) ?? channelsOf(version.document, CHANNELS);
    channels.set(version, known);
    return known;
  };
}
