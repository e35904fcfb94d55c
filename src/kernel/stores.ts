import type { Backups } from './backup/take.ts';
import type { ClickHouse } from './clickhouse/index.ts';
import type { Clock } from './clock.ts';
import type { Files } from './files.ts';
import type { Keyring } from './keys.ts';
import type { Postgres } from './postgres/pools.ts';

/** What every verb is given: the two stores, the keys, the data folder and the time; `backups` where both stores are embedded. */
export type Stores = { pg: Postgres; ch: ClickHouse; keys: Keyring; files: Files; clock: Clock; backups?: Backups | undefined };
