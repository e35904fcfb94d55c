import { expect, test } from 'vitest';
import { diffLines, differenceOf } from './difference.ts';
import type { TemplateDocument } from './document.ts';

const told = (before: string, after: string): string => diffLines([...before], [...after]).map(({ kind, text }) => `${kind === 'same' ? ' ' : kind === 'in' ? '+' : '-'}${text}`).join('');

test('what is common stays, what is left is out or in, and both sides can be read back', () => {
  expect(told('abc', 'abc')).toBe(' a b c');
  expect(told('abcd', 'axcd')).toBe(' a-b+x c d');
  expect([told('', 'a'), told('a', ''), told('', '')]).toEqual(['+a', '-a', '']);
  for (const [before, after] of [['kitten', 'sitting'], ['aaaa', 'aa'], ['abcabba', 'cbabac']] as const) {
    const lines = diffLines([...before], [...after]);
    expect(lines.filter(({ kind }) => kind !== 'in').map(({ text }) => text).join('')).toBe(before);
    expect(lines.filter(({ kind }) => kind !== 'out').map(({ text }) => text).join('')).toBe(after);
  }
  expect(diffLines(Array.from({ length: 3_000 }, () => 'a'), ['a'])).toHaveLength(3_001);
});

test('two versions differ in the texts that differ', () => {
  const document = (text: string, stages: string[] = []): TemplateDocument => ({ language: 'zh-CN', sample: {}, variants: [{ key: 'all', name: '', when: { stages, segments: [], angles: [], arms: [] }, contents: [{ language: 'zh-CN', content: { channel: 'push', title: '茶', body: text, url: '' } }] }] });
  expect(differenceOf(document('一\n二'), document('一\n二'))).toEqual([]);
  expect(differenceOf(document('一\n二'), document('一\n三', ['new']))).toEqual([
    { at: 'all · when', lines: [{ kind: 'in', text: 'stages: new' }] },
    { at: 'all · push · zh-CN · body', lines: [{ kind: 'same', text: '一' }, { kind: 'out', text: '二' }, { kind: 'in', text: '三' }] },
  ]);
});
