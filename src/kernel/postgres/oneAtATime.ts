import type pg from 'pg';

/** Runs work while no other process of the installation runs work of the same name. Costs a connection for as long. */
export async function oneAtATime<T>(pool: pg.Pool, name: string, work: () => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [`perennial:${name}`]);
    const done = await work();
    await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [`perennial:${name}`]);
    return done;
  } finally {
    // The connection goes, and with it the lock where the work failed.
    client.release(true);
  }
}
