import { describe } from 'vitest';
import { killTable } from './support/kills/table.ts';

/** The same table with Postgres and ClickHouse as servers that outlive whoever is killed: of the long run alone, since the way of an event is the same code. */
const LONG = process.env.PERENNIAL_LONG === '1';

describe.runIf(LONG)('on servers', () => killTable({ name: 'kills on servers', onServers: true, lanes: 1, rounds: 10, random: 100, result: 'killsOnServers.json' }));
