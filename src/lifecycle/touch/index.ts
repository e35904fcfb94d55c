export { touchRoutes } from './routes.ts';
export { registerTouchUses } from './policy.ts';
export { refreshTouch, touchReactions, touchTick } from './refresh.ts';
export { askContacts, slaFor, type Touch, touchIn } from './standing.ts';
