import { type Kysely, type RawBuilder, sql } from 'kysely';
import { notFound } from './errors.ts';

export { sql };

/** A connection or an open transaction. We write SQL whole, so no table types are declared to the builder. */
export type Tx = Kysely<unknown>;

/** Every row of a statement. */
export async function many<Row>(tx: Tx, statement: RawBuilder<Row>): Promise<Row[]> {
  return (await statement.execute(tx)).rows;
}

/** The one row, or undefined. */
export async function maybe<Row>(tx: Tx, statement: RawBuilder<Row>): Promise<Row | undefined> {
  return (await many(tx, statement))[0];
}

/** The one row; refuses `<what>.not_found` when there is none. */
export async function one<Row>(tx: Tx, statement: RawBuilder<Row>, what = 'row'): Promise<Row> {
  const row = await maybe(tx, statement);
  if (row === undefined) throw notFound(what);
  return row;
}

/** Runs a statement; how many rows it touched. */
export async function run(tx: Tx, statement: RawBuilder<unknown>): Promise<number> {
  const result = await statement.execute(tx);
  return Number(result.numAffectedRows ?? result.rows.length);
}
