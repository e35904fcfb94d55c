import { REACHES } from '../../customers/index.ts';

/** People by the channel they may be reached on. A person stands under each of their channels. */
export type ReachCounts = Readonly<Record<string, number>>;

/** Joins `open` to rows `g` of customers: the channels each may be reached on, a bit a channel. */
export const REACH = `
  LEFT JOIN (
    SELECT customer, toUInt8(${REACHES.map((channel, at) => `${2 ** at} * has(reach, '${channel}')`).join(' + ')}) AS open
    FROM   customer_state FINAL
    WHERE  workspace = {workspace:UUID}) AS c ON c.customer = g.customer`;

/** How many of the rows each channel is open to, in the order of REACHES. */
export const OPEN_TO = `[${REACHES.map((_, at) => `countIf(bitTest(open, ${at}))`).join(', ')}]`;

export const reachCounts = (counts: readonly number[]): ReachCounts => Object.fromEntries(REACHES.map((channel, at) => [channel, counts[at] ?? 0] as const).filter(([, count]) => count > 0));
