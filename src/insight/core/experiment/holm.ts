/**
 * Holm's step-down p values (Holm 1979), in the order given: how sure one may be of each arm when several are compared
 * with one control. Never smaller than the raw p; monotone with it; at most 1.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, at) => ({ p, at })).sort((one, two) => one.p - two.p);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let most = 0;
  order.forEach(({ p, at }, rank) => {
    most = Math.max(most, Math.min(1, p * (pValues.length - rank)));
    adjusted[at] = most;
  });
  return adjusted;
}
