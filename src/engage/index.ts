/** The door of engage: who is spoken to next, why, and when it stops. */
export { advanceDue, advanceSome, startWalking } from './advance.ts';
export { askApproval, changeSetting, listApprovals } from './approvals.ts';
export { journeysTick, lookRound } from './calendar.ts';
export { JourneyDefinition } from './contract.ts';
export type { Definition } from './core/definition.ts';
export { type Applicant, enrol } from './enrol.ts';
export { type Grant, type Granter, registerGranter } from './grants.ts';
export { fromPlaybook } from './fromPlaybook.ts';
export { engageReactions } from './hear.ts';
export { changeJourney, createJourney } from './journeys.ts';
export { launchJourney } from './launch.ts';
export { instantOf } from './core/zone.ts';
export { livePast } from './livePast.ts';
export { registerEngage } from './register.ts';
export { engageRoutes } from './routes/journeys.ts';
export { noteMembers } from './taken.ts';
export { journeysBy, treatedIn } from './told.ts';
