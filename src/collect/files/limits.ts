/** What a file may at most be before it is refused. Measured against what is really read, never against what it declares. */
export const LIMITS = {
  fileBytes: 8 * 1024 ** 3,
  zipEntries: 2_000,
  /** Unpacked bytes of one archive. */
  unpackedBytes: 8 * 1024 ** 3,
  /** Unpacked ÷ packed, judged only beyond the first 64 MB: small files of spaces pack well and harm nobody. */
  ratio: 200,
  ratioFreeBytes: 64 * 1024 ** 2,
  /** Formats that must be held in memory whole (XLS, HTML tables). */
  wholeBytes: 256 * 1024 ** 2,
  sharedStringsBytes: 512 * 1024 ** 2,
  columns: 16_384,
  cellChars: 1_000_000,
} as const;
