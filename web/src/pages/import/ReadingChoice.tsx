import { Select } from 'antd';
import { DELIMITERS, ENCODINGS, type Reading } from '../../../../src/collect/core/reading.ts';
import { useT } from '../../lib/language.tsx';
import type { FilePreview } from './importQueries.ts';
import type { Drop, Piece } from './useDrop.ts';

/** What encodings are called; their names are the same in every language. */
const NAMES: Readonly<Record<string, string>> = {
  'utf-8': 'UTF-8', gb18030: 'GBK / GB18030', big5: 'Big5', 'utf-16le': 'UTF-16 LE', 'utf-16be': 'UTF-16 BE', shift_jis: 'Shift_JIS', 'euc-kr': 'EUC-KR',
  'windows-1252': 'Windows-1252', 'windows-1251': 'Windows-1251', 'windows-1250': 'Windows-1250',
};
const nameOf = (encoding: string): string => NAMES[encoding] ?? encoding;

const MARKS: Readonly<Record<string, string>> = { ',': 'comma', '\t': 'tab', ';': 'semicolon', '|': 'bar', '，': 'wide', ' ': 'space' };

const CUT = ['csv', 'tsv', 'spaces'];
const isText = ({ format }: FilePreview): boolean => [...CUT, 'jsonl', 'html'].includes(format);

/** What the file's text was found to be written in, and another choice where that is wrong; the preview is drawn anew with it. */
export function ReadingChoice({ piece: { look, ...piece }, drop }: { piece: Piece; drop: Drop }) {
  const t = useT();
  if (!isText(look)) return null;
  const { encoding, delimiter } = look.reading;
  const choose = (change: { [key in keyof Reading]: Reading[key] | undefined }) => drop.chooseReading({ look, ...piece }, { encoding, delimiter, ...change });
  const damaged = look.notes['text.damaged'] ?? 0;
  return (
    <div className="row sheet-choice">
      <label className="row">{t('imports.encoding')}
        <Select value={encoding ?? ''} popupMatchSelectWidth={false} {...(damaged > 0 ? { status: 'warning' as const } : {})} onChange={(value: string) => choose({ encoding: ENCODINGS.find((one) => one === value) })}
          options={[{ value: '', label: encoding ? t('imports.reading.again') : t('imports.reading.found', { what: nameOf(look.encoding) }) }, ...ENCODINGS.map((value) => ({ value: value as string, label: nameOf(value) }))]} />
      </label>
      {CUT.includes(look.format) && (
        <label className="row">{t('imports.delimiter')}
          <Select value={delimiter ?? ''} popupMatchSelectWidth={false} onChange={(value: string) => choose({ delimiter: DELIMITERS.find((one) => one === value) })}
            options={[{ value: '', label: delimiter ? t('imports.reading.again') : t('imports.reading.found', { what: t(`imports.delimiter.${MARKS[look.delimiter] ?? 'comma'}`) }) }, ...DELIMITERS.map((value) => ({ value: value as string, label: t(`imports.delimiter.${MARKS[value]}`) }))]} />
        </label>
      )}
      {damaged > 0 && <span className="ochre small">{t('import.note.text.damaged', { count: damaged })}</span>}
    </div>
  );
}
