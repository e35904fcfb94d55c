/** What is odd about a fit that stands. The words of a page say what to do; so does each line here. */
export const WARNINGS = [
  /** Nobody seems ever to leave: p(alive) is 1 for all. Do not call anybody lost by this model; use the recency rule. */
  'value.boundary.no_dropout',
  /** Nearly everybody leaves after one purchase: expectations beyond the data are guesses; use the recency rule. */
  'value.boundary.all_drop_out',
  /** All customers buy at one rate: frequency tells nothing about them; a Poisson rate would do. */
  'value.boundary.same_rate',
  /** All customers leave at one rate: the two dropout parameters are known only by their ratio. */
  'value.boundary.same_dropout',
  /** Rates differ without measure (r or q near 0): few customers hold everything; look at them one by one. */
  'value.boundary.extreme_spread',
  /** The mean of spend does not exist (q ≤ 1): use each customer's own mean. */
  'value.boundary.no_mean_spend',
  /** The likelihood is flat in some direction: there are no standard errors, and draws vary only what the data speak of. */
  'value.no_covariance',
  /** The search ended before the gradient was flat: compare with another model before use. */
  'value.gradient_not_flat',
  /** Under 50 came back: intervals are wide, and normal theory is rough. */
  'value.few_repeaters',
] as const;
export type WarningCode = (typeof WARNINGS)[number];

/** Beyond this the parameters of a mixing law stand for no spread at all, below its inverse for a boundless one. */
const ALIKE = 1_000;
const RARELY = 1e-3;

/**
 * What lies at a boundary. leaving: the share that leaves at an occasion, or within the time observed; dropout and rate: how alike customers are in leaving and in buying,
 * the shape of the gamma or the sum of both parameters of the beta.
 */
export const boundariesOf = ({ leaving, dropout, rate }: { leaving: number; dropout: number; rate: number }): WarningCode[] => {
  const found: [boolean, WarningCode][] = [
    [leaving < RARELY, 'value.boundary.no_dropout'], [leaving > 1 - RARELY, 'value.boundary.all_drop_out'],
    [dropout > ALIKE, 'value.boundary.same_dropout'], [rate > ALIKE, 'value.boundary.same_rate'], [rate < 1 / ALIKE, 'value.boundary.extreme_spread'],
  ];
  return found.flatMap(([is, code]) => (is ? [code] : []));
};
