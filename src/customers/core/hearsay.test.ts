import { expect, test } from 'vitest';
import { keptOf } from './hearsay.ts';

const kept = (subjects: string[], pairs: string[], held: string[], loose: string[] = []) => {
  const { subjects: ids, pairs: left } = keptOf({ subjects: new Set(subjects), pairs: pairs.map((pair) => ({ a: pair[0] as string, b: pair[1] as string })), loose: new Set(loose) }, held);
  return [[...ids].sort().join(''), left.map(({ a, b }) => `${a}${b}`).join(' ')];
};

test.each<[string, Parameters<typeof kept>, string[]]>([
  ['nobody worked with stays', [['a', 'b'], ['ab'], []], ['', '']],
  ['one worked with keeps the whole person', [['a', 'b', 'c', 'd'], ['ab', 'bc'], ['c']], ['abc', 'ab bc']],
  ['links to who is not in doubt go all the same', [['a', 'b'], ['ab', 'bx'], ['a']], ['ab', 'ab']],
  ['a shared receiver stays beside the one who is kept, and brings nobody along', [['a', 'b', 'r'], ['ar', 'br'], ['a'], ['r']], ['ar', 'ar']],
  ['who is not in doubt holds nobody', [['a', 'b'], ['ax', 'bx'], ['x']], ['', '']],
])('%s', (_, given, wanted) => expect(kept(...given)).toEqual(wanted));
