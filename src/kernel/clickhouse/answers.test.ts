import { expect, test } from 'vitest';
import { rememberedAnswers } from './answers.ts';

const counted = () => {
  let reads = 0;
  return { reads: () => reads, read: (answer = 'a') => () => Promise.resolve(`${answer}${reads++}`) };
};

test('an answer is read once until something is written', async () => {
  const answers = rememberedAnswers();
  const { read, reads } = counted();
  expect([await answers.ask('q', read()), await answers.ask('q', read())]).toEqual(['a0', 'a0']);
  expect(await answers.ask('other', read())).toBe('a1');
  await answers.writing(() => Promise.resolve());
  expect(await answers.ask('q', read())).toBe('a2');
  expect(reads()).toBe(3);
});

test('what is read beside a write is not kept, whichever began first or failed', async () => {
  const answers = rememberedAnswers();
  const { read } = counted();
  let end: () => void = () => undefined;
  const held = new Promise<void>((go) => { end = go; });
  const write = answers.writing(() => held);
  expect(await answers.ask('during', read())).toBe('a0');
  end();
  await write;
  expect(await answers.ask('during', read())).toBe('a1');
  const slow = answers.ask('across', () => held.then(() => new Promise((go) => { setTimeout(go, 5); })).then(read()));
  await expect(answers.writing(() => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full');
  expect(await slow).toBe('a2');
  expect(await answers.ask('across', read())).toBe('a3');
});

test('a failed read is not kept; a long answer is not kept; the oldest goes when the room is full', async () => {
  const answers = rememberedAnswers();
  const { read, reads } = counted();
  await expect(answers.ask('q', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  expect(await answers.ask('q', read())).toBe('a0');
  for (let round = 0; round < 2; round++) await answers.ask('long', read('x'.repeat(6_000_001)));
  expect(reads()).toBe(3);
  for (let n = 0; n < 50; n++) await answers.ask(`big ${n}`, read('x'.repeat(999_990)));
  expect(await answers.ask('q', read())).toBe('a53');
  const before = reads();
  await answers.ask('big 49', read());
  expect(reads()).toBe(before);
});
