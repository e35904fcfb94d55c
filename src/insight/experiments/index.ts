import type { Route } from '../../kernel/http/route.ts';
import { cycleRoutes } from './routes/cycles.ts';
import { experimentRoutes } from './routes/experiments.ts';

export { type NewExperiment, Plan } from './contract.ts';
export { changeCycle, finishCycle, listCycles, startCycle } from './cycles.ts';
export { drawExperiment } from './draw.ts';
export { listExperiments, newExperiment } from './experiments.ts';
export { rehearseExperiment, type SimulatedOrder, simulateEffect, type TrueEffect } from './rehearse.ts';
export { experimentReactions } from './follow.ts';
export { experimentPeople } from './people.ts';
export { closeExperiment, openRolling, promiseOf, type RollingInput, takeIn } from './rolling.ts';
export { experimentResult, experimentsTick, settleDue } from './settle.ts';
export { registerPlayBook } from './plays.ts';
export { registerSendings, type SendingSource } from './sources.ts';
export { registerExperiments } from './timeline.ts';

/** List experiments and improvement cycles. */
export const listExperimentRoutes: readonly Route[] = [...experimentRoutes, ...cycleRoutes];
