/** Events that say how somebody feels: every event whose name begins so is a complaint, ... */
export const COMPLAINT_PREFIX = 'complaint.';
/** ... the answer to a satisfaction survey has a score of 1 to 5, ... */
export const SATISFACTION_EVENT = 'csat.answered';
export const SATISFACTION_PROPERTY = 'score';
/** ... and the answer to an exit survey names a reason of EXIT_REASONS. */
export const EXIT_EVENT = 'exit_survey.answered';
export const EXIT_PROPERTY = 'reason';
/** So many weeks of events and refunds are read: as far back as cut-offs go, and half a year before the first of them. */
export const WEEKS_READ = 240;
