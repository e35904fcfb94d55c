import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import { castable } from '../queries/stored.ts';

/**
 * Which of these texts the event store cannot take as properties, found by halving: a few questions for one bad event among
 * twenty thousand. A store that is away is no verdict: then it throws.
 */
export async function unstorable(ch: ClickHouse, texts: readonly string[]): Promise<Set<number>> {
  const bad = new Set<number>();
  const look = async (from: number, to: number): Promise<void> => {
    if (from >= to || (await castable(ch, texts.slice(from, to)))) return;
    if (to - from === 1) return void bad.add(from);
    const middle = (from + to) >> 1;
    await look(from, middle);
    await look(middle, to);
  };
  await ch.command('select 1');
  await look(0, texts.length);
  await ch.command('select 1');
  return bad;
}
