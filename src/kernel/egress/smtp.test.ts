import fc from 'fast-check';
import DataStream from 'nodemailer/lib/smtp-connection/data-stream';
import { expect, test } from 'vitest';
import { dataOf } from './smtp.ts';

const ended = (message: Buffer): string => `${dataOf(message).toString('latin1')}.\r\n`;

test.each([['a', 'a\r\n.\r\n'], ['a\r\n', 'a\r\n.\r\n'], ['.a\r\n', '..a\r\n.\r\n'], ['a\n.\nb', 'a\r\n..\r\nb\r\n.\r\n'], ['a\r.\rb', 'a\r\n..\r\nb\r\n.\r\n'], ['a\r\n.\r\nMAIL FROM:<x>', 'a\r\n..\r\nMAIL FROM:<x>\r\n.\r\n'], ['', '\r\n.\r\n']])('%j goes over the wire as %j: no line of it ends a message or begins one', (message, wire) => {
  expect(ended(Buffer.from(message))).toBe(wire);
});

test('whatever the message, it goes as the library would send it', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.constantFrom('a', '.', '\r', '\n', '\r\n', '..', ' ', 'é', '中'), { maxLength: 40 }), async (parts) => {
    const message = Buffer.from(parts.join('')), theirs = new DataStream();
    theirs.end(message);
    expect(ended(message)).toBe(Buffer.concat(await theirs.toArray() as Buffer[]).toString('latin1'));
  }), { seed: 3, numRuns: 500 });
});
