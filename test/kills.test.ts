import { killTable } from './support/kills/table.ts';

/** As `npm run test:long` runs it: every boundary so often, so many kills at moments nobody chose, over several installations at once, and the result written down. */
const LONG = process.env.PERENNIAL_LONG === '1';

killTable({ name: 'kills', onServers: false, ...(LONG ? { lanes: 3, rounds: 10, random: 100, result: 'kills.json' } : { lanes: 1, rounds: 1, random: 0, result: null }) });
