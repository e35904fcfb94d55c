import { expect, test } from 'vitest';
import { phrase } from '../../../../src/kernel/words/speaker.ts';
import { LANGUAGES } from '../../../../src/kernel/words/types.ts';
import { words } from '../../words/index.ts';
import { BLANKS } from './ImportReport.tsx';

const reasons = Object.entries(words).filter(([key]) => key.startsWith('import.reject.'));

test('every reason a row is put aside for can be said by itself, in every language', () => {
  expect(reasons.length).toBeGreaterThan(20);
  for (const [, told] of reasons) for (const language of LANGUAGES) expect(phrase(language, told[language], BLANKS)).not.toBe('');
});
