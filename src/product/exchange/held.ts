type Row = Record<string, unknown>;

/**
 * How what acts on people arrives from another installation: as history, or held until somebody here lets it go on. Nothing that came is ever sent by
 * itself. Pure; `at` is the instant of arriving.
 */

/** Leave to let a price depend on a score is two people's, who may not work here: it does not move with the shop. */
export const endedLeave = (row: Row): Row => (row.state === 'approved' || row.state === 'asked' ? { ...row, state: 'ended' } : row);

/** A journey under way is paused, with everybody where they stand. */
export const heldJourney = (row: Row, at: string): Row => (row.state === 'live' ? { ...row, state: 'paused', paused_at: at } : row);

/** A yes was to a definition as it stood there: it is kept to be read and lets nothing go out here. What nobody had answered is refused. */
export const answeredApproval = (row: Row, at: string): Row => ({ ...row, digest: '', ...(row.decision == null ? { decision: 'refused', decided_by: 'perennial', decided_at: at } : {}) });

/** A connection comes without what it takes to connect, and is paused until somebody has entered that. */
export const heldAccount = (row: Row): Row => ({ ...row, state: 'paused', paused_reason: 'moved' });

const REASON = 'moved';
/** A message is a line of the ledger and nothing more: one that waited is withdrawn, of one on its way nobody here can know whether it left. */
export function spentMessage(row: Row): Row {
  const line = { ...row, address: null, lease: null, opening_id: null };
  switch (row.state) {
    case 'waiting': case 'deferred': return { ...line, state: 'withdrawn', reason: REASON, facts: {}, params: {}, account_id: null, counted_at: null };
    case 'sending': return { ...line, state: 'unknown', reason: REASON, params: {} };
    default: return line;
  }
}

/** What became of a message is among the events that came with it. */
export const toldReceipt = (row: Row): Row => ({ ...row, told: true });
