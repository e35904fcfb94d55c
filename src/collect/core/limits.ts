/** What one event may be: bytes as JSON, characters of its message id, levels of nesting. */
export const LIMITS = { eventBytes: 32 * 1024, messageIdChars: 100, depth: 64 } as const;
