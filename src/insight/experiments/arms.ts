import { type ArmResult, CONTROL, momentsOfSums, type PairSums, sharesOf } from '../core/experiment/index.ts';
import type { ArmReply, Plan } from './contract.ts';
import { splitOf } from './experiments.ts';
import type { ArmSums } from './queries/results.ts';
import type { Said } from './queries/said.ts';

/** One arm with everything that was measured of it. */
export type Arm = { reply: ArmReply; share: number; goodsMinor: number; knownMinor: number; linesMinor: number; merged: number; sums: PairSums; /** What cannot be laid to one customer: messages and the arm's part of the fixed cost. */ sharedMinor: number };

type Measured = { id: string; plan: Plan; sums: readonly ArmSums[]; said: readonly Said[]; messages: readonly { arm: string; minor: number }[] };

const NOTHING = { customers: 0, merged: 0, buyers: 0, orders: 0, paidMinor: 0, netMinor: 0, refunded: 0, goodsMinor: 0, couponMinor: 0, knownMinor: 0, linesMinor: 0, y: 0, yy: 0, x: 0, xx: 0, xy: 0 };
const added = (rows: readonly ArmSums[]): typeof NOTHING =>
  rows.reduce((sum, row) => Object.fromEntries(Object.entries(sum).map(([key, value]) => [key, value + row[key as keyof typeof NOTHING]])) as typeof NOTHING, NOTHING);
const counted = (said: readonly Said[], arm: string, what: Said['what']): number => said.filter((one) => one.arm === arm && one.what === what).length;

/** The arms of an experiment, control first, in the order the plan names them. Arms of weight 0 are left out. */
export function armsOf({ id, plan, sums, said, messages }: Measured): [Arm, ...Arm[]] {
  const split = splitOf({ id, plan });
  const treated = sums.filter(({ arm }) => arm !== CONTROL).reduce((sum, { customers }) => sum + customers, 0);
  return sharesOf(split).filter(({ arm, share }) => arm === CONTROL || share > 0).map(({ arm, share }) => {
    const rows = sums.filter((row) => row.arm === arm);
    const { goodsMinor, knownMinor, linesMinor, merged, y, yy, x, xx, xy, ...own } = added(rows);
    const messageMinor = messages.find((one) => one.arm === arm)?.minor ?? 0;
    const fixedMinor = arm === CONTROL || treated === 0 ? 0 : (plan.fixedCostMinor * own.customers) / treated;
    return {
      share, goodsMinor, knownMinor, linesMinor, merged, sums: { customers: own.customers, y, yy, x, xx, xy }, sharedMinor: Math.round(messageMinor + fixedMinor),
      reply: {
        arm, name: plan.variants.find(({ key }) => key === arm)?.name ?? '', ...own, sent: rows.filter(({ sent }) => sent === 1).reduce((sum, { customers }) => sum + customers, 0),
        refundedMinor: own.paidMinor - own.netMinor, profitMinor: Math.round(y), messageMinor: Math.round(messageMinor + fixedMinor),
        unsubscribed: counted(said, arm, 'unsubscribed'), complained: counted(said, arm, 'complained'),
      },
    };
  }) as [Arm, ...Arm[]];
}

/** Sums of profit after each customer of the arm has borne an even part of what cannot be laid to one of them. */
export function netSums({ sums: { customers, y, x, yy, xx, xy }, sharedMinor }: Arm): PairSums {
  const each = customers === 0 ? 0 : sharedMinor / customers;
  return { customers, x, xx, y: y - each * customers, yy: yy - 2 * each * y + each * each * customers, xy: xy - each * x };
}

/** An arm as the statistics read it; its profit is the net one. */
export function resultOf(arm: Arm): ArmResult {
  const { customers, y, yy } = netSums(arm);
  return { arm: arm.reply.arm, share: arm.share, customers: arm.reply.customers, buyers: arm.reply.buyers, profit: momentsOfSums({ customers, sum: y, sumSquares: yy }) };
}
