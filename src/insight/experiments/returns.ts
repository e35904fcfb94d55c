import type { z } from 'zod';
import type { Caller } from '../../kernel/access/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { Stores } from '../../kernel/stores.ts';
import { alwaysValid, compareShares, CONTROL, isRefused, momentsOfShare, readingOf } from '../core/experiment/index.ts';
import type { returnsShape } from './contract.ts';
import { demandExperiment, today } from './experiments.ts';
import { type Returned, returnedBy } from './queries/returns.ts';
import { registrationOf } from './timing.ts';

const DAYS = [30, 90] as const;
type Told = Pick<Returned, 'people' | 'back' | 'lostAgain'>;

const of = (rows: readonly Returned[], days: number, isControl: boolean): Told =>
  rows.filter((one) => one.days === days && (one.arm === CONTROL) === isControl).reduce((sum, { people, back, lostAgain }) => ({ people: sum.people + people, back: sum.back + back, lostAgain: sum.lostAgain + lostAgain }), { people: 0, back: 0, lostAgain: 0 });

const sharesOf = ({ people, back }: Told) => ({ customers: people, buyers: back });

/**
 * Won back (R129): of those who were lost when they came in, who bought within 30 and 90 days, all treated arms against the control, and who was lost again since. Only whose
 * days have passed is counted. Refuses `experiment.not_found`, `experiment.not_drawn`.
 */
export async function returnsOf(stores: Stores, caller: Caller, id: string): Promise<z.input<typeof returnsShape>> {
  const [experiment, asOf] = await Promise.all([stores.pg.tx(caller.workspaceId, (tx) => demandExperiment(tx, caller, id)), today(stores, caller)]);
  if (!experiment.drawn) throw new Refusal('experiment.not_drawn', {}, 409);
  const reading = readingOf(registrationOf(experiment, experiment.drawn.registeredOn), asOf);
  const rows = await returnedBy(stores.ch, caller.workspaceId, { drawId: experiment.drawn.drawId, starts: experiment.startsOn, asOf, days: DAYS });
  return {
    asOf, reading, rows: DAYS.map((days) => {
      const treated = of(rows, days, false), control = of(rows, days, true);
      const effect = compareShares({ treated: sharesOf(treated), control: sharesOf(control) });
      const watched = alwaysValid({ treated: momentsOfShare(sharesOf(treated)), control: momentsOfShare(sharesOf(control)) }, { tunedFor: Math.max(1, treated.people + control.people) });
      const interval = reading === 'always_valid' ? (isRefused(watched) ? null : watched.interval) : isRefused(effect) ? null : effect.isSmall ? effect.newcombe : effect.interval;
      return { days, treated, control, difference: isRefused(effect) ? null : effect.difference, interval };
    }),
  };
}
