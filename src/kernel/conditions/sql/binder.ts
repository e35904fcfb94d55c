import type { Day } from '../../day.ts';

/** Hands out parameter slots: the only way anything of a tree reaches a statement. */
export class Binder {
  readonly params: Record<string, unknown> = {};
  readonly #prefix: string;
  #next = 0;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  #bind(value: unknown, type: string): string {
    const name = `${this.#prefix}${this.#next++}`;
    this.params[name] = value;
    return `{${name}:${type}}`;
  }
  readonly text = (value: string): string => this.#bind(value, 'String');
  readonly uuid = (value: string): string => this.#bind(value, 'UUID');
  readonly texts = (values: readonly string[]): string => this.#bind([...values], 'Array(String)');
  readonly number = (value: number): string => this.#bind(value, 'Float64');
  readonly marks = (values: readonly number[]): string => this.#bind([...values], 'Array(UInt16)');
  readonly day = (value: Day): string => this.#bind(value, 'Date32');
  /** A day, a moment or a length of time as a whole number: what the rows of a history hold. */
  readonly whole = (value: number): string => this.#bind(value, 'Int64');
  readonly flag = (value: boolean): string => this.#bind(value ? 1 : 0, 'UInt8');
}
