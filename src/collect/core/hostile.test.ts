import { expect, test } from 'vitest';
import { testContext } from '../../../test/support/readFile.ts';
import { makeCleaner } from './cleaner.ts';
import { proposeMapping } from './detect.ts';
import { templateHeader } from './recipes/own.ts';

/** As long as a quoted cell can be: what grows with the square of it takes minutes. */
const N = 200_000;
const REPEATED = ['0', '1', '1,', '1.', '-', "'", '="', 'a@', 'a.', '(', '1:', '1/', '2024年', '*', '¥', '\u200b', ' 1', '+', '省市区', '1e', 'a;', '，', '{"a":', '2024-01-01T'];
const CELLS = [...REPEATED.flatMap((piece) => [piece.repeat(N / piece.length), `${piece.repeat(N / piece.length)}x`]), `茶${' '.repeat(N)}茶`, `茶${'\u200b'.repeat(N)}茶`, `${'1'.repeat(N / 2)}.${'1'.repeat(N / 2)}x`];

test.each(['order', 'line', 'refund', 'customer', 'event', 'cost'] as const)('no cell of a %s file, however long, stops the reading of the others', (role) => {
  const header = templateHeader(role, 'en');
  const clean = makeCleaner(proposeMapping(header, []).mapping, header, testContext);
  for (const cell of CELLS) {
    const row = header.map(() => cell);
    const at = performance.now();
    proposeMapping(header, [row]);
    clean(row, 2);
    expect([cell.slice(0, 12), performance.now() - at < 5_000]).toEqual([cell.slice(0, 12), true]);
  }
}, 60_000);
