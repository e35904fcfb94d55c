import type { Backups } from './backup/take.ts';
import type { ClickHouse } from './clickhouse/index.ts';
import type { Clock } from './clock.ts';
import type { Egress } from './egress/index.ts';
import type { Files } from './files.ts';
import type { Keyring } from './keys.ts';
import type { Postgres } from './postgres/pools.ts';

/** What every verb is given: the two stores, the keys, the data folder, the time and the way out; `backups` where both stores are embedded. */
export type Stores = { pg: Postgres; ch: ClickHouse; keys: Keyring; files: Files; clock: Clock; egress: Egress; backups?: Backups | undefined };
