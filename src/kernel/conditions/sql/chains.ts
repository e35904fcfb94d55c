import type { Moment } from '../moments.ts';
import { spanMs } from '../moments.ts';
import type { SequenceCondition, UnfollowedCondition } from '../tree.ts';
import type { Binder } from './binder.ts';
import type { History, Picked } from './history.ts';

type Asking = { bind: Binder; history: History; moment: Moment };
type Limits = { gap?: string | undefined; whole?: string | undefined };

/** The rows picked as (key, moment, moment the chain began); events of another key belong to other chains, those without one to none. */
function linksSql({ bind, history, moment }: Asking, picked: Picked, same: string | undefined): string {
  const times = history.array(picked.event, 't');
  const links = same === undefined ? `arrayMap(t -> (toUInt64(0), t, t), ${times})` : `arrayMap((t, k) -> (k, t, t), ${times}, ${history.keys(picked.event, same)})`;
  return history.picked(picked, links, [`x.2 <= ${bind.whole(moment.at)}`, ...(same === undefined ? [] : ['x.1 != 0'])]);
}

/**
 * Of `next`, those that come later than one of `before` with the same key, within the limits. Both are laid in one row by key and time, and the
 * newest of `before` is carried along it: the newest leaves most room, so no other need be tried, and the work grows with the row's length alone.
 */
function linkedSql(before: string, next: string, { gap, whole }: Limits): string {
  const row = `arraySort(arrayConcat(arrayMap(s -> (s.1, s.2, toUInt8(1), s.3), ${before}), arrayMap(x -> (x.1, x.2, toUInt8(0), x.2), ${next})))`;
  const fits = ['x.3 = 0', 's.3 = 1', 's.1 = x.1', ...(gap ? [`x.2 - s.2 <= ${gap}`] : []), ...(whole ? [`x.2 - s.4 <= ${whole}`] : [])].join(' AND ');
  return `arrayMap(m -> arrayFilter(y -> y.4, arrayMap((x, s) -> (x.1, x.2, s.4, toUInt8(${fits})), m, arrayFill(x -> x.3 = 1, m))), [${row}])[1]`;
}

/** Whether the steps ever came one after the other. */
export function sequenceSql(asking: Asking, { steps, window, within, same }: SequenceCondition): string {
  const { bind } = asking;
  const whole = within && bind.whole(spanMs(within));
  const links = steps.map(({ event, where }) => linksSql(asking, { event, where, window }, same));
  return `notEmpty(${links.reduce((before, next, at) => linkedSql(before, next, { gap: steps[at]?.within && bind.whole(spanMs(steps[at].within)), whole }))})`;
}

/** Whether an event whose span is over was not followed: the same with time running backwards. */
export function unfollowedSql(asking: Asking, { event, where, window, by, within, same }: UnfollowedCondition): string {
  const { bind, moment } = asking;
  const gap = spanMs(within);
  const backwards = (links: string): string => `arrayMap(x -> (x.1, -x.2, -x.2), ${links})`;
  const asked = `arrayFilter(x -> x.2 <= ${bind.whole(moment.at - gap)}, ${linksSql(asking, { event, where, window }, same)})`;
  const followers = linksSql(asking, { ...by, window: { kind: 'ever' } }, same);
  return `arrayExists(a -> length(${linkedSql(backwards(followers), backwards('a'), { gap: bind.whole(gap) })}) < length(a), [${asked}])`;
}
