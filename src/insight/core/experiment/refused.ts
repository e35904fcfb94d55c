/** A calculation that cannot honestly be made: a code for the words and the facts behind it. */
export type Refused<Code extends string = string> = { refused: Code; facts: Readonly<Record<string, number | string>> };

export const refuse = <Code extends string>(refused: Code, facts: Refused['facts'] = {}): Refused<Code> => ({ refused, facts });

export const isRefused = (value: unknown): value is Refused => typeof value === 'object' && value !== null && 'refused' in value;
