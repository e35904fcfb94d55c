import type { Api } from './connect.ts';
import type { Found } from './reads.ts';

type Standing = { settled: boolean; waiting: string[] };
type DataDay = { day: string | null; sources: { key: string; lastDay: string | null; late: boolean }[] };
type Verdict = { lines: number; intact: boolean; brokenAt: number | null };
type Imports = { rows: { id: string; status: string; problem: { code: string } | null }[] };

type Check = { name: string; isWell: boolean; says: string };

/** Looks at the whole installation through its own API: stores, reactions, sources, imports, the audit chain. */
export async function examine(api: Api): Promise<Found & { isWell: boolean }> {
  const [standing, data, chain, imports] = [
    await api.get<Standing>('/api/v1/standing'), await api.get<DataDay>('/api/v1/data-day'),
    await api.get<Verdict>('/api/v1/audit/verify'), await api.get<Imports>('/api/v1/imports'),
  ];
  const late = data.sources.filter((source) => source.late);
  const failed = imports.rows.filter(({ status }) => status === 'failed');
  const checks: Check[] = [
    { name: 'stores', isWell: true, says: 'Postgres and ClickHouse answer' },
    { name: 'reactions', isWell: standing.settled, says: standing.settled ? 'everything that happened is answered' : `waiting: ${standing.waiting.join(', ')}` },
    { name: 'data', isWell: late.length === 0, says: `newest day ${data.day ?? 'none'}${late.map(({ key, lastDay }) => `; ${key} silent since ${lastDay}`).join('')}` },
    { name: 'imports', isWell: failed.length === 0, says: failed.length === 0 ? `${imports.rows.length} imports, none failed` : failed.map(({ id, problem }) => `${id} failed: ${problem?.code}`).join('; ') },
    { name: 'audit', isWell: chain.intact, says: chain.intact ? `${chain.lines} lines, none changed` : `broken at line ${chain.brokenAt}` },
  ];
  return {
    answer: { well: checks.every(({ isWell }) => isWell), checks: checks.map(({ name, isWell, says }) => ({ name, well: isWell, says })) },
    table: { columns: ['part', 'well', 'says'], rows: checks.map(({ name, isWell, says }) => [name, isWell ? 'yes' : 'NO', says]) },
    isWell: checks.every(({ isWell }) => isWell),
  };
}
