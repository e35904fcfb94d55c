/** A value as text with the keys of every object in one order: stores give them back in an order of their own. */
const inOrder = (value: unknown): string => JSON.stringify(value, (_, inner: unknown) =>
  (inner && typeof inner === 'object' && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner));

/** Whether two definitions say the same. */
export const isSame = (a: unknown, b: unknown): boolean => a === b || inOrder(a) === inOrder(b);
