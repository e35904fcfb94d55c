import type { RowWriter } from '../../../kernel/clickhouse/rowWriter.ts';
import type { ScoreReason } from '../contract.ts';
import { ID_BYTES } from './columns.ts';
import type { Scored, Scorer } from './score.ts';

/** The columns of `customer_score` as they are written. */
export const SCORE_COLUMNS = {
  workspace: 'UUID', customer: 'UUID', version: 'UInt64', deleted: 'UInt8', as_of: 'Date32', value_model: 'UInt32', churn_model: 'UInt32', method: 'String', p_alive: 'Float32', horizon: 'UInt16',
  expected: 'Float32', churn: 'Float32', churn_baseline: 'Float32', value: 'Int64', value_low: 'Int64', value_high: 'Int64', at_risk: 'Int64', reasons: 'Array(String)', reason_params: 'String', value_spread: 'Float64',
};

/** What a reason is about, as lists count and filter it: the rule's code, or the feature a trained model speaks of. */
const topicOf = ({ code, params }: ScoreReason): string => (typeof params.feature === 'string' ? `churn.feature.${params.feature}` : code);

/** Stands last among the stored reasons where a trained model scored: what these leave to the whole. */
export const ODDS = 'churn.odds';

/** What holds of nearly everybody ("of people silent as long") parts no list. */
const isTold = ({ code, effect }: ScoreReason): boolean => effect === 'raises' && code !== 'churn.why.like_others';

export type Stamp = { workspaceId: string; version: number; asOf: number };

/** Scores as the engine takes them in, written to `to` behind what is there. `ids`: sixteen bytes a row of the books. Nobody of whom neither law nor rule says anything is written. */
export function writeScores(to: RowWriter, ids: Uint8Array, { rows, method, alive, horizon, expected, churn, baseline, values, reasons, odds }: Scored, { valueModel, churnModel }: Scorer, { workspaceId, version, asOf }: Stamp): void {
  for (let at = 0; at < rows.length; at++) {
    const [row, risk, worth, own] = [rows[at] as number, churn[at] as number, Math.round(values.value[at] as number), reasons[at] ?? []];
    if (risk < 0) continue;
    to.uuid(workspaceId); to.bytes(ids.subarray(row * ID_BYTES, (row + 1) * ID_BYTES)); to.int(version); to.u8(0); to.date32(asOf); to.u32(valueModel); to.u32(method[at] === 'model' || method[at] === 'trained' ? churnModel : 0);
    to.text(method[at] as string); to.f32(alive[at] as number); to.u16(horizon[at] as number); to.f32(expected[at] as number); to.f32(risk); to.f32(baseline[at] as number);
    to.int(worth); to.int(Math.round(values.low[at] as number)); to.int(Math.round(values.high[at] as number)); to.int(Math.round(risk * Math.max(0, worth)));
    to.texts(own.filter(isTold).map(topicOf)); to.text(JSON.stringify(odds[at] ? [...own, { code: ODDS, ...odds[at] }] : own)); to.f64(values.spread[at] as number);
  }
}
