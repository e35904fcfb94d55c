/** Of the machine and the network: nobody listens, the line broke, the disk is full. */
const SYSTEM = new Set(['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOSPC', 'EDQUOT', 'EIO']);
/** SQLSTATE: 08 connections, 53 resources (a full disk, too many connections), 57P told to stop or starting, 58 input and output; 25006 a stand-by that takes no writes. PostgreSQL's manual, appendix A. */
const POSTGRES = /^(?:08\w{3}|53\w{3}|57P\w\w|58\w{3}|25006)$/;
/** ClickHouse: file faults (74-76), too many queries (202), network (209, 210), read only or without keeper (225, 242, 999), no space (243), too many parts (252), I/O of the machine (425). */
const CLICKHOUSE = new Set(['74', '75', '76', '202', '209', '210', '225', '242', '243', '252', '425', '999']);
/** What stands before a store answers for it: too slow, too many, or it cannot reach it. */
const BEFORE = /^HTTP_(?:408|429|5\d\d)$/;
/** What the clients say without a code. */
const SAID = /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Timeout error\.|socket hang up)|No space left on device/i;

const isFault = ({ code = '', message = '' }: { code?: unknown; message?: string }): boolean =>
  (typeof code === 'string' && (SYSTEM.has(code) || POSTGRES.test(code) || CLICKHOUSE.has(code) || BEFORE.test(code))) || SAID.test(message);

/**
 * Whether an error says that a store is away, full or not at its work: nothing is wrong with what was asked, and the same asked
 * again later may go well.
 */
export function isStoreFault(error: unknown): boolean {
  const seen = new Set<unknown>();
  for (let one = error; one instanceof Error && !seen.has(one); one = one.cause) {
    if (isFault(one as { code?: unknown; message: string })) return true;
    seen.add(one);
  }
  return false;
}
