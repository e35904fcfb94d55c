import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { Day } from '../../kernel/day.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import { STAGES, type Stage } from '../core/rules.ts';
import { type Audience, audienceFilter, audienceParams } from './audience.ts';

/**
 * Heads of each stage at the end of some days (in order), by the histories as known now. Counted by who entered and who
 * left between two of the days, so that it costs what the moves cost and not people × days.
 */
export async function stageCountsOn(ch: ClickHouse, workspaceId: WorkspaceId, audience: Audience, days: readonly Day[]): Promise<Record<Stage, number[]>> {
  const rows = await ch.rows<{ at: number; stage: Stage; moved: number }>(`
    select arrayFirstIndex(last -> last >= change.2, {days:Array(Date32)}) as at, change.1 as stage, toInt64(sum(change.3)) as moved
      from (
        select arrayConcat(arrayMap((stage, day) -> (toString(stage), day, toInt32(1)), stages, entered),
                           arrayMap((stage, day) -> (toString(stage), day, toInt32(-1)), arrayPopBack(stages), arrayPopFront(entered))) as changes
          from stage_now final
         where ${audienceFilter(audience)}
      )
     array join changes as change
     group by at, stage
    having at > 0`, { ...audienceParams(workspaceId, audience), days });
  const movedAt = new Map(rows.map(({ at, stage, moved }) => [`${stage} ${at}`, Number(moved)]));
  const countsOf = (stage: Stage): number[] => {
    let heads = 0;
    return days.map((_, at) => (heads += movedAt.get(`${stage} ${at + 1}`) ?? 0));
  };
  return Object.fromEntries(STAGES.map((stage) => [stage, countsOf(stage)])) as Record<Stage, number[]>;
}
