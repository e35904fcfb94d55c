/** Lets any number of writes go on at once, and one piece of work run while none does. */
export type Barrier = {
  write<T>(work: () => Promise<T>): Promise<T>;
  /** Waits for the writes under way; new ones wait until `work` is over. */
  alone<T>(work: () => Promise<T>): Promise<T>;
};

export function barrier(): Barrier {
  let underWay = 0;
  let idle: () => void = () => undefined;
  let gate: Promise<unknown> | undefined;
  return {
    write: async (work) => {
      while (gate) await gate;
      underWay++;
      try {
        return await work();
      } finally {
        underWay--;
        if (underWay === 0) idle();
      }
    },
    alone: async (work) => {
      while (gate) await gate;
      let open: () => void = () => undefined;
      gate = new Promise<void>((done) => { open = done; });
      try {
        if (underWay > 0) await new Promise<void>((done) => { idle = done; });
        return await work();
      } finally {
        gate = undefined;
        open();
      }
    },
  };
}
