import { STAGES, type Stage } from './rules.ts';

/** What a business wants in one stage (R18). */
export type StageStrategy = { stage: Stage; needs: string; goal: string; kpi: string; ownerTeam: string };

/** A programme that works on a stage; written here by the modules that run them (journeys, care, service). */
export type Play = { id: string; stage: Stage; name: string; status: 'active' | 'paused'; kind: string };

export type MatrixRow = StageStrategy & { customers: number; plays: Play[]; needsPlay: boolean };

/** Stage × strategy: a stage with people and no active play is flagged; pausing its only play flags it again. */
export function strategyMatrix(strategies: readonly StageStrategy[], plays: readonly Play[], headcount: Readonly<Partial<Record<Stage, number>>>): MatrixRow[] {
  return STAGES.map((stage) => {
    const strategy = strategies.find((one) => one.stage === stage) ?? { stage, needs: '', goal: '', kpi: '', ownerTeam: '' };
    const own = plays.filter((play) => play.stage === stage);
    return { ...strategy, customers: headcount[stage] ?? 0, plays: own, needsPlay: !own.some((play) => play.status === 'active') };
  });
}
