import type { SourceView } from './importQueries.ts';

/** A name as the key of a source: letters, digits, dots, dashes and underscores. */
export const keyOf = (name: string): string => name.trim().toLowerCase().replaceAll(/[^\p{L}\p{N}_.-]+/gu, '-').replaceAll(/^[^\p{L}\p{N}]+|-+$/gu, '').slice(0, 60);

/** The source of that name or key, if there is one already. */
export const knownSource = (sources: readonly SourceView[], name: string): SourceView | undefined => sources.find((one) => one.name === name.trim() || one.key === name.trim() || one.key === keyOf(name));

/** Where a drop most likely belongs: the source of the same platform, else a new one named after the platform or the file. */
export function likelySource(sources: readonly SourceView[], platform: string, platformName: string, file: string): string {
  const same = sources.find((one) => !one.retired && one.platform !== '' && one.platform === platform);
  if (same && platform !== 'custom') return same.name;
  return platform === 'custom' || platform === 'own' ? file.replace(/(\.[a-z0-9]{1,7})+$/i, '').slice(0, 60) : platformName;
}
