/** Letters A–Z compare without case; every other character as it is (what ClickHouse's `lower` does). */
export const folded = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

const DECIMAL = /^-?\d{1,15}(\.\d{1,15})?$/;
/** A property as a number, only where it is written as a plain decimal. */
export const decimalOf = (text: string | undefined): number | undefined => (text !== undefined && DECIMAL.test(text) ? Number(text) : undefined);
