import { expect, test } from 'vitest';
import { inThread } from './thread.ts';

const ECHO = new URL('../../test/support/echoThread.ts', import.meta.url);
const given = (more: object = {}) => ({ to: 3, bytes: Uint8Array.of(1, 2, 3), fail: false, ...more });

test('a thread tells of its way step by step, each heard before the next, and gives its answer', async () => {
  const heard: string[] = [];
  const answer = await inThread<object, number, Uint8Array>(ECHO, given(), {
    onNews: async (step) => {
      heard.push(`begin ${step}`);
      await new Promise((later) => setTimeout(later, 5));
      heard.push(`end ${step}`);
    },
  });
  expect([...answer]).toEqual([2, 4, 6]);
  expect(heard).toEqual([1, 2, 3].flatMap((step) => [`begin ${step}`, `end ${step}`]));
});

test('moved buffers are gone here and whole there', async () => {
  const bytes = Uint8Array.of(7, 8);
  expect([...await inThread<object, number, Uint8Array>(ECHO, given({ to: 0, bytes }), { transfer: [bytes.buffer] })]).toEqual([14, 16]);
  expect(bytes).toHaveLength(0);
});

test('what fails there fails here, and what fails while listening ends it', async () => {
  await expect(inThread(ECHO, given({ fail: true }))).rejects.toThrow('as asked');
  await expect(inThread(ECHO, given(), { onNews: () => Promise.reject(new Error('no room')) })).rejects.toThrow('no room');
});

test('an endless thread ends at once when it is told to stop, and none begins after that', async () => {
  const stopping = new AbortController();
  const run = inThread<object, number, Uint8Array>(ECHO, given({ to: 1, spin: true }), { signal: stopping.signal, onNews: () => { setTimeout(() => stopping.abort(new Error('stopping')), 20); } });
  await expect(run).rejects.toThrow('stopping');
  await expect(inThread(ECHO, given(), { signal: stopping.signal })).rejects.toThrow('stopping');
});
