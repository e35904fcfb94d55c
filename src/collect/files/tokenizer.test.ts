import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeTokenizer, spacedCells } from './tokenizer.ts';

const tokens = (text: string, delimiter = ',', chunk = text.length || 1): string[][] => {
  const tokenizer = makeTokenizer(delimiter);
  const rows: string[][] = [];
  for (let at = 0; at < text.length; at += chunk) rows.push(...tokenizer.push(text.slice(at, at + chunk), at + chunk >= text.length));
  return rows;
};

test.each([
  ['a,b\n1,2\n', [['a', 'b'], ['1', '2']]], ['a,b\r\n1,2', [['a', 'b'], ['1', '2']]], ['a,b\r1,2\r', [['a', 'b'], ['1', '2']]], ['a\n\nb\n', [['a'], [], ['b']]],
  ['"a,1","b ""x"""\n', [['a,1', 'b "x"']]], ['"line\nbreak",2\n3,4', [['line\nbreak', '2'], ['3', '4']]], ['"a\r\nb",2\r\n', [['a\r\nb', '2']]], ['a,"",\n', [['a', '', '']]], ['="001",="a,b"\n', [['001', 'a,b']]],
  ['12" pan,3\n4,5\n', [['12" pan', '3'], ['4', '5']]], ['"7" single",x\n', [['7" single', 'x']]], ['"unclosed,1\n2,3\n', [['"unclosed', '1'], ['2', '3']]], [',,\n', [['', '', '']]], ['a,"b"', [['a', 'b']]],
])('%j is cut into rows', (text, rows) => {
  expect(tokens(text)).toEqual(rows);
});

test('a file cut into chunks anywhere gives the same rows', () => {
  const cell = fc.oneof(fc.constantFrom('', 'x', '"', ',', '\n', '\r\n', 'a"b', '="1"', '中文', '""'), fc.string({ maxLength: 6 }));
  const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  fc.assert(fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 9 }), fc.constantFrom(',', '\t', ';'), (rows, chunk, delimiter) => {
    const text = `${rows.map((row) => row.map(quote).join(delimiter)).join('\n')}\n`;
    expect(tokens(text, delimiter, chunk)).toEqual(rows);
  }), { numRuns: 500 });
});

test('whatever the bytes, cutting ends and loses no letter outside quotes', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '=', '\r', ' '), maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (text, chunk) => {
    const letters = (value: string): number => value.split('a').length - 1;
    expect(letters(tokens(text, ',', chunk).flat().join(''))).toBe(letters(text));
  }), { numRuns: 500 });
});

test('columns held apart by spaces', () => expect(spacedCells(' 00001 19970101  1   11.77')).toEqual(['00001', '19970101', '1', '11.77']));
