/** Events that say how somebody feels: every event whose name begins so is a complaint, ... */
export const COMPLAINT_PREFIX = 'complaint.';
/** ... but for those that end one, ... */
export const COMPLAINT_CLOSING = ['complaint.closed', 'complaint.resolved', 'complaint.withdrawn'] as const;
/** ... the answer to a satisfaction survey (this event, or any survey's of the kind csat) has a score of 1 to 5, ... */
export const SATISFACTION_EVENT = 'csat.answered';
export const SATISFACTION_KIND = 'csat';
export const SATISFACTION_PROPERTY = 'score';
/** ... and the answer to an exit survey names a reason of EXIT_REASONS. */
export const EXIT_EVENT = 'exit_survey.answered';
export const EXIT_PROPERTY = 'reason';
/** So many weeks of events and refunds are read: as far back as cut-offs go, and half a year before the first of them. */
export const WEEKS_READ = 240;
