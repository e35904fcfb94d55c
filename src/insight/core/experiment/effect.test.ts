import { expect, test } from 'vitest';
import { closeCycle, type Cycle, nextCycle, type Review, stepOf } from './cycle.ts';
import { type CampaignCounts, effectReport, scorecardOf } from './effect.ts';
import { isRefused, type Refused } from '../../../kernel/refused.ts';

const sure = <T>(value: T | Refused): T => {
  if (isRefused(value)) throw new Error(value.refused);
  return value as T;
};
const counts: CampaignCounts = { addressed: 1000, reached: 800, bought: 120, active: 400, kept: 600, unsubscribed: 8, complained: 2, paidMinor: 2_000_000, refundedMinor: 150_000, costMinor: 228_000 };

test('R50: the report equals hand counts, refunds subtract, and every rate has its interval', () => {
  const report = sure(effectReport(counts, { netMinor: 54_240, intervalMinor: { low: -194_700, high: 303_200 } }));
  expect([report.reach, report.conversion, report.activity, report.retention, report.unsubscribes, report.complaints].map((one) => one?.rate)).toEqual([0.8, 0.15, 0.5, 0.75, 0.01, 0.0025]);
  expect(report.netSalesMinor).toBe(1_850_000);
  expect(report.roi?.roi).toBeCloseTo(542.4 / 2280, 12);
  expect(report.roi?.interval.low).toBeLessThan(0);
  for (const one of [report.reach, report.conversion, report.complaints]) expect((one?.interval.low ?? 1) < (one?.rate ?? 0) && (one?.rate ?? 1) < (one?.interval.high ?? 0)).toBe(true);
});

test('R50: without a control there is no ROI, without people no rate, and impossible counts are refused', () => {
  expect(sure(effectReport(counts, null)).roi).toBeNull();
  expect(sure(effectReport({ ...counts, costMinor: 0 }, { netMinor: 1, intervalMinor: { low: 0, high: 1 } })).roi).toBeNull();
  expect(sure(effectReport({ ...counts, reached: 0, bought: 0, active: 0, kept: 0, unsubscribed: 0, complained: 0 }, null)).conversion).toBeNull();
  expect(effectReport({ ...counts, bought: 801 }, null)).toMatchObject({ refused: 'experiment.bad_counts', facts: { part: 'bought' } });
  expect(effectReport({ ...counts, paidMinor: 0.5 }, null)).toMatchObject({ refused: 'experiment.bad_counts' });
});

test('R50: four numbers of a month of sending', () => {
  expect(scorecardOf({ month: '2026-03', sends: 400, personalised: 300, replies: 60, minutesSaved: 900, valueMinor: 84_000 })).toEqual({ month: '2026-03', personalisedShare: 0.75, replyRate: 0.15, minutesSaved: 900, valuePerSendMinor: 210 });
  expect(scorecardOf({ month: '2026-04', sends: 0, personalised: 0, replies: 0, minutesSaved: 0, valueMinor: 0 }).replyRate).toBeNull();
});

const review: Review = { buyers: 'proven_up', profit: 'not_proven', netMinor: 54_240, learned: 'it brought buyers', next: '10 yuan coupon for price reasons only' };
const walked: Cycle = {
  id: 'one', goal: 'repurchase 30 %', data: 'at risk', strategy: '15 yuan coupon', execution: 'list 7', startedFrom: null, isClosed: false, review,
};

test('R55: a cycle is walked in order and cannot close without a review', () => {
  expect(stepOf({ ...walked, strategy: null, review: null })).toBe('strategy');
  expect(closeCycle({ ...walked, review: null })).toMatchObject({ refused: 'cycle.no_review' });
  expect(closeCycle({ ...walked, review: { ...review, learned: ' ' } })).toMatchObject({ refused: 'cycle.no_review' });
  expect(closeCycle({ ...walked, data: null })).toMatchObject({ refused: 'cycle.step_missing', facts: { step: 'data' } });
  expect(closeCycle({ ...walked, review: { ...review, profit: 'unsettled' } })).toMatchObject({ refused: 'cycle.unsettled' });
});

test('R55: the next cycle starts from the review of the one before', () => {
  const closed = sure(closeCycle(walked));
  expect(closed.isClosed).toBe(true);
  expect(closeCycle(closed)).toMatchObject({ refused: 'cycle.closed' });
  expect(nextCycle(walked, 'two')).toMatchObject({ refused: 'cycle.open' });
  expect(sure(nextCycle(closed, 'two'))).toEqual({ id: 'two', goal: 'repurchase 30 %', data: null, strategy: '10 yuan coupon for price reasons only', execution: null, review: null, startedFrom: 'one', isClosed: false });
});
