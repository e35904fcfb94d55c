import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RowWriter } from './rowWriter.ts';
import { tsvText } from './tsv.ts';

type Cell = { text: string } | { number: number } | { written: string };
const cell: fc.Arbitrary<Cell> = fc.oneof(
  fc.record({ text: fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom('', 'a\tb', '\\N', '茶', '🧨', 'x'.repeat(30_000))) }),
  fc.record({ number: fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, 9, 10, 999_999_999, 1_000_000_000, -1, 0.5)) }),
  fc.record({ written: fc.constantFrom('\\N', "{'a':1}", '1700000000.000', "['茶']") }),
);
const asText = (one: Cell): string => ('text' in one ? tsvText(one.text) : 'number' in one ? String(one.number) : one.written);

test('rows of any cells are the bytes of their joined text, one after another from the same writer', () => {
  const writer = new RowWriter();
  fc.assert(fc.property(fc.array(cell, { minLength: 1, maxLength: 20 }), (cells) => {
    writer.begin();
    for (const one of cells) {
      if ('text' in one) writer.text(one.text);
      else if ('number' in one) writer.number(one.number);
      else writer.written(one.written);
    }
    expect(Buffer.from(writer.row()).toString()).toBe(Buffer.from(cells.map(asText).join('\t')).toString());
  }), { numRuns: 300 });
});
