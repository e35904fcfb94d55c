/** A question without an honest answer: the code says why (and stands for what to do), the facts fill its sentence. It is returned, never thrown. */
export type Refused<Code extends string = string> = { refused: Code; facts: Readonly<Record<string, number | string>> };

export const refuse = <Code extends string>(refused: Code, facts: Refused['facts'] = {}): Refused<Code> => ({ refused, facts });

export const isRefused = <T>(answer: T): answer is Extract<T, Refused> => typeof answer === 'object' && answer !== null && 'refused' in answer;
