import type { Day } from '../../../kernel/day.ts';
import { extraBuyers } from './gain.ts';
import { holm } from './holm.ts';
import { compareMeans, type MeanEffect, type Moments } from './means.ts';
import { checkRatio, type RatioCheck } from './ratio.ts';
import { isRefused, type Refused } from '../../../kernel/refused.ts';
import { alwaysValid, momentsOfShare, type Tuning } from './sequential.ts';
import { type Counted, compareShares, FEWEST, type ShareEffect } from './shares.ts';
import { type Circumstances, type Judgement, judge } from './verdict.ts';
import type { Interval } from '../interval.ts';

/** An arm as measured: people, buyers, and each assigned customer's profit after refunds and incentives (minor units). `share` as planned. */
export type ArmResult = Counted & { arm: string; share: number; profit: Moments };

export type ArmReading = {
  arm: string;
  buyers: Judgement;
  profit: Judgement;
  /** Null with `no_control` and `ratio_mismatch`: then nothing may be called a lift. */
  effect: ShareEffect | null;
  extra: { extra: number; interval: Interval } | null;
  profitEffect: MeanEffect | null;
  /** p values as judged: corrected by Holm over the arms, always-valid where the test is watched. */
  buyersPValue: number | null;
  profitPValue: number | null;
};

export type Reading = { ratio: RatioCheck | Refused; arms: ArmReading[] };

/** `reading`: see `readingOf`. */
export type ReadingRules = { reading: 'fixed' | 'always_valid'; refundsUntil: Day; asOf: Day; alpha?: number } & Pick<Tuning, 'tunedFor'>;

type Raw = { arm: ArmResult; effect: ShareEffect | Refused; profitEffect: MeanEffect | Refused; buyers: { interval: Interval; pValue: number } | null; profit: { interval: Interval; pValue: number } | null };

function rawOf(arm: ArmResult, control: ArmResult, { reading, alpha = 0.05, tunedFor }: ReadingRules): Raw {
  const effect = compareShares({ treated: arm, control }, alpha);
  const profitEffect = compareMeans({ treated: arm.profit, control: control.profit }, alpha);
  const watched = reading === 'always_valid';
  const buyers = watched ? alwaysValid({ treated: momentsOfShare(arm), control: momentsOfShare(control) }, { alpha, tunedFor }) : effect;
  const profit = watched ? alwaysValid({ treated: arm.profit, control: control.profit }, { alpha, tunedFor }) : profitEffect;
  return { arm, effect, profitEffect, buyers: isRefused(buyers) ? null : buyers, profit: isRefused(profit) ? null : profit };
}

/**
 * Reads a whole experiment: sample ratio first, then each arm against the control, buyers and profit judged apart, several
 * arms corrected by Holm. Profit here is per assigned customer; a flat cost comes off in `netGainOf`.
 */
export function readExperiment(control: ArmResult, arms: readonly ArmResult[], rules: ReadingRules): Reading {
  const ratio = checkRatio([control, ...arms]);
  const isRatioMismatch = !isRefused(ratio) && ratio.isMismatch;
  const raws = arms.map((arm) => rawOf(arm, control, rules));
  const buyersP = holm(raws.map(({ buyers }) => buyers?.pValue ?? 1));
  const profitP = holm(raws.map(({ profit }) => profit?.pValue ?? 1));
  const mayTell = control.customers > 0 && !isRatioMismatch;
  return {
    ratio, arms: raws.map((raw, at) => {
      const { arm, buyers, profit } = raw;
      const common = (isSmall: boolean): Circumstances => ({ controlCustomers: control.customers, isRatioMismatch, isSmall, refundsUntil: rules.refundsUntil, asOf: rules.asOf });
      const effect = !mayTell || isRefused(raw.effect) ? null : raw.effect;
      // Where few bought, a mean of money hangs on those few.
      const isSmall = Math.min(arm.buyers, control.buyers) < FEWEST;
      const evidence = (found: { interval: Interval } | null, pValue: number | undefined): { interval: Interval; pValue: number } | null => found && { interval: found.interval, pValue: pValue ?? 1 };
      return {
        arm: arm.arm, effect, extra: effect && extraBuyers(effect, arm.customers), profitEffect: !mayTell || isRefused(raw.profitEffect) ? null : raw.profitEffect,
        buyers: judge(common(effect?.isSmall ?? true), evidence(buyers, buyersP[at]), rules.alpha), profit: judge(common(isSmall), evidence(profit, profitP[at]), rules.alpha),
        buyersPValue: mayTell && buyers ? buyersP[at] ?? null : null, profitPValue: mayTell && profit ? profitP[at] ?? null : null,
      };
    }),
  };
}
