import type { Binder } from './binder.ts';

const BITS_PER_WORD = 32;

/**
 * Truths worked out beside the customers and joined to them: one bit each in a few whole numbers. A bit says "other than for somebody without a
 * row", so that those who are not in the join read their truth from zeros.
 */
export class Bits {
  readonly #bind: Binder;
  readonly #alias: string;
  readonly #truths: string[] = [];

  constructor(bind: Binder, alias: string) {
    this.#bind = bind;
    this.#alias = alias;
  }

  /** The truth `sql` as it reads after the join; `none` is what holds for somebody of whom nothing is known. */
  add(sql: string, none: boolean): string {
    const at = this.#truths.length;
    const flag = this.#bind.flag(none);
    this.#truths.push(`((${sql}) != ${flag})`);
    return `(bitTest(${this.#alias}.w${Math.floor(at / BITS_PER_WORD)}, ${at % BITS_PER_WORD}) != ${flag})`;
  }

  get isEmpty(): boolean {
    return this.#truths.length === 0;
  }

  /** The columns that hold them. */
  words(): string[] {
    const count = Math.ceil(this.#truths.length / BITS_PER_WORD);
    return Array.from({ length: count }, (_, word) => {
      const mine = this.#truths.slice(word * BITS_PER_WORD, (word + 1) * BITS_PER_WORD);
      return `${mine.map((truth, bit) => `${truth} * toUInt64(${2 ** bit})`).join('\n           + ')} AS w${word}`;
    });
  }
}
