import { earlyWarnings, type Warning, type WeeklySeries } from '../../core/churn/index.ts';
import type { Books } from './books.ts';

/** A year to know what is usual, and a month of late. */
const WEEKS = 56;
/** Fewer weeks in which anything happened say nothing of a change. */
const LIVELY_LEAST = 6;

/** Room for one customer's weeks, used again for the next: nothing of it is given away. */
const ROOM = Array.from({ length: 5 }, () => new Float64Array(WEEKS));

/** Whoever was first seen doing something in a week was not idle before it: they were not seen. */
const sinceFirst = (weeks: Float64Array): Float64Array => weeks.subarray(weeks.findIndex((deeds) => deeds > 0));

/** Early warnings of one customer against their own weeks before (R125): activity, spend, satisfaction, complaints. */
export function warningsOf(books: Books, row: number, asOf: number): Warning[] {
  const { offsets, days, kept, weekOffsets, weeks, feedbackOffsets, feedbackWeeks } = books, start = offsets[row] as number, end = offsets[row + 1] as number;
  const first = Math.floor((asOf - (days[start] as number)) / 7), length = Math.min(WEEKS, first + 1);
  const [spend, activity, complaints, scores, answers] = ROOM.map((room) => room.subarray(0, length).fill(0)) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  let [purchases, deeds, heard, answered] = [0, 0, 0, 0];
  const add = (column: Float64Array, ago: number, value: number): number => {
    if (value === 0 || ago >= length) return 0;
    column[length - 1 - ago] = (column[length - 1 - ago] as number) + value;
    return 1;
  };
  for (let at = start; at < end; at++) purchases += add(spend, Math.floor((asOf - (days[at] as number)) / 7), Math.max(0, kept[at] as number));
  for (let at = weekOffsets[row] as number; at < (weekOffsets[row + 1] as number); at++) deeds += add(activity, weeks[at] as number, books.deeds[at] as number);
  for (let at = feedbackOffsets[row] as number; at < (feedbackOffsets[row + 1] as number); at++) {
    const ago = feedbackWeeks[at] as number;
    heard += add(complaints, ago, books.complaints[at] as number);
    answered += add(answers, ago, books.answers[at] as number);
    add(scores, ago, books.scoreSums[at] as number);
  }
  const series: WeeklySeries = {
    ...(purchases >= LIVELY_LEAST && { spend }), ...(deeds >= LIVELY_LEAST && { activity: sinceFirst(activity) }), ...(heard > 0 && { complaints }),
    ...(answered >= LIVELY_LEAST && { satisfaction: scores.map((sum, at) => ((answers[at] as number) > 0 ? sum / (answers[at] as number) : Number.NaN)) }),
  };
  return Object.keys(series).length === 0 ? [] : earlyWarnings(series).warnings;
}
