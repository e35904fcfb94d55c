/** Where "now" comes from. Only main.ts makes the real one; everything else is given one. */
export type Clock = { now(): Date };

/** A clock a test moves by hand. */
export function handClock(start: string | Date): Clock & { set(to: string | Date): void; advance(ms: number): void } {
  let at = new Date(start);
  return {
    now: () => new Date(at),
    set: (to) => void (at = new Date(to)),
    advance: (ms) => void (at = new Date(at.getTime() + ms)),
  };
}
