/** Encodings a person may choose for a text file; UTF-8, GB18030, Big5 and UTF-16 are mostly found without being named. */
export const ENCODINGS = ['utf-8', 'gb18030', 'big5', 'utf-16le', 'utf-16be', 'shift_jis', 'euc-kr', 'windows-1252', 'windows-1251', 'windows-1250'] as const;
/** What else people call them: GBK and GB2312 are the smaller parts of GB18030. */
export const ENCODING_NAMES = [...ENCODINGS, 'gbk', 'gb2312'] as const;
/** What may stand between the cells of a line; a space means columns lined up with spaces. */
export const DELIMITERS = [',', '\t', ';', '|', '，', ' '] as const;

/** How the text of a file is read where it was chosen; what is absent is found out. */
export type Reading = { encoding?: (typeof ENCODING_NAMES)[number] | undefined; delimiter?: (typeof DELIMITERS)[number] | undefined };

/** The same with nothing but what was chosen. */
export const readingOf = ({ encoding, delimiter }: Reading): { encoding?: NonNullable<Reading['encoding']>; delimiter?: NonNullable<Reading['delimiter']> } =>
  ({ ...(encoding ? { encoding } : {}), ...(delimiter ? { delimiter } : {}) });

export const sameReading = (a: Reading, b: Reading): boolean => (a.encoding ?? '') === (b.encoding ?? '') && (a.delimiter ?? '') === (b.delimiter ?? '');
