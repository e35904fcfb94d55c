import type { Reaction } from '../facts.ts';
import { run, sql } from '../sql.ts';

/** Lets Postgres look again at the tables that a bulk write made much longer, or it would plan as if they were empty. Cheap where none is. */
export const refreshStatistics: Reaction = async ({ pg }) => {
  await run(pg.global, sql`select refresh_statistics()`);
};
