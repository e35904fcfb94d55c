import { makeTokenizer } from './tokenizer.ts';

export const FORMATS = ['csv', 'tsv', 'spaces', 'jsonl', 'parquet', 'xlsx', 'xls', 'html'] as const;
export type Format = (typeof FORMATS)[number];
export type Container = 'zip' | 'gzip' | 'none';

export const isZip = (head: Buffer): boolean => head.length >= 4 && head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5);
export const isGzip = (head: Buffer): boolean => head[0] === 0x1f && head[1] === 0x8b;
const isCompoundFile = (head: Buffer): boolean => head.length >= 8 && head.readUInt32BE(0) === 0xd0cf11e0;
const isOldBiff = (head: Buffer): boolean => head[0] === 0x09 && (head[1] === 0x08 || head[1] === 0x04 || head[1] === 0x02 || head[1] === 0x00) && head[3] === 0;

/** The formats that bytes alone give away; '' for text, which `textFormat` judges once it is decoded. */
export function binaryFormat(head: Buffer): Format | '' {
  if (head.length >= 4 && head.toString('latin1', 0, 4) === 'PAR1') return 'parquet';
  if (isCompoundFile(head) || isOldBiff(head)) return 'xls';
  return '';
}

export type TextShape = { format: Format; delimiter: string };

/** What decoded text is: an HTML or XML table, JSON lines, or rows by the delimiter that cuts them most evenly. */
export function textShape(text: string, name: string): TextShape {
  const begin = text.slice(0, 4096).trimStart();
  if (begin.startsWith('<') && /<(?:!doctype html|html|table|\?xml|head|meta|style|body|div)/i.test(begin)) return { format: 'html', delimiter: '' };
  if (begin.startsWith('{')) return { format: 'jsonl', delimiter: '' };
  const delimiter = delimiterOf(text, name);
  if (delimiter === ' ') return { format: 'spaces', delimiter };
  return { format: delimiter === '\t' ? 'tsv' : 'csv', delimiter };
}

const DELIMITERS = [',', '\t', ';', '|', '，'] as const;

/** The delimiter that gives the sample the most columns with the fewest rows out of step; a space only when no other cuts at all. */
export function delimiterOf(text: string, name = ''): string {
  const cut = text.lastIndexOf('\n');
  const sample = cut > 0 ? text.slice(0, Math.min(cut, 65_536)) : text;
  let best = '';
  let bestScore = 0;
  for (const delimiter of DELIMITERS) {
    const score = evenness(makeTokenizer(delimiter).push(sample, true), name.toLowerCase().endsWith('.tsv') === (delimiter === '\t'));
    if (score > bestScore) {
      best = delimiter;
      bestScore = score;
    }
  }
  if (best) return best;
  const widths = sample.split(/\r?\n/, 50).filter((line) => line.trim() !== '').map((line) => line.trim().split(/ +/).length);
  const width = widths[0] ?? 0;
  return width > 1 && widths.every((other) => other === width) && / {2}|^ /.test(sample) ? ' ' : ',';
}

function evenness(rows: string[][], expected: boolean): number {
  const widths = rows.slice(0, 200).map((row) => row.length).filter((width) => width > 0);
  const width = mode(widths);
  if (width < 2) return 0;
  const agreeing = widths.filter((other) => other === width).length / widths.length;
  return agreeing * agreeing * (1 + Math.log2(width)) * (expected ? 1.01 : 1);
}

function mode(values: number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best = 0;
  for (const [value, count] of counts) if (count > (counts.get(best) ?? 0)) best = value;
  return best;
}
