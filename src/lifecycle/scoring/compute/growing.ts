/** A column whose length is not known before it is read: twice the room whenever it is full. */
export type Growing = { push(value: number): void; length(): number };

const START = 1 << 12;

export function growingInts(): Growing & { taken(): Int32Array } {
  let [room, length] = [new Int32Array(START), 0];
  return {
    push: (value) => {
      if (length === room.length) {
        const wider = new Int32Array(2 * length);
        wider.set(room);
        room = wider;
      }
      room[length++] = value;
    },
    length: () => length,
    taken: () => room.slice(0, length),
  };
}

export function growingFloats(): Growing & { taken(): Float64Array } {
  let [room, length] = [new Float64Array(START), 0];
  return {
    push: (value) => {
      if (length === room.length) {
        const wider = new Float64Array(2 * length);
        wider.set(room);
        room = wider;
      }
      room[length++] = value;
    },
    length: () => length,
    taken: () => room.slice(0, length),
  };
}

/** Sixteen bytes a customer, as the engine writes ids. */
export const ID_BYTES = 16;

export function growingIds(): { next(write: (room: Uint8Array, at: number) => void): void; length(): number; taken(): Uint8Array } {
  let [room, length] = [new Uint8Array(START * ID_BYTES), 0];
  return {
    next: (write) => {
      if ((length + 1) * ID_BYTES > room.length) {
        const wider = new Uint8Array(2 * room.length);
        wider.set(room);
        room = wider;
      }
      write(room, length++ * ID_BYTES);
    },
    length: () => length,
    taken: () => room.slice(0, length * ID_BYTES),
  };
}

/** Words as small codes, in order of appearance. */
export function coder(): { code(word: string): number; words: string[] } {
  const codes = new Map<string, number>(), words: string[] = [];
  return {
    code: (word) => {
      const known = codes.get(word);
      if (known !== undefined) return known;
      codes.set(word, words.length);
      return words.push(word) - 1;
    },
    words,
  };
}
