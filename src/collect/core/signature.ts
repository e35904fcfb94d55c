/** By what a file of the same kind is recognised: its header, in any order of columns. */
export const signatureOf = (header: readonly string[]): string => [...new Set(header.map((name) => name.trim().toLowerCase()))].sort().join('\u001f');
