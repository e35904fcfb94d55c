/** How an identifier may stand in a file, brought to forms that are compared letter by letter. Pure. */

const MAIL = /[^\s@"'<>()=&?/,;:，；：]+@[^\s@"'<>()=&?/,;:，；：]+\.[a-z0-9-]+/g;
const PHONE = /\+?\d[\d().-]{5,24}\d|\+?\d[\d() .-]{5,24}\d/g;
const WORD = /[a-z0-9@._+-]{6,200}/g;
const DIGITS_LEAST = 7;
/** A shorter number, or one that reads as a day, stands in columns that have nothing to do with people. */
const NUMBER_LEAST = 9;
const NAME_LEAST = 6;
const COUNTRY_DIGITS_MOST = 3;

const plain = (text: string): string => text.normalize('NFKC').trim().toLowerCase();
const digitsIn = (text: string): string => text.replace(/\D/g, '').replace(/^0+/, '');

/**
 * The forms by which an identifier is looked for in any cell; none where its text is too short or too plain to mean this person wherever it stands. A telephone
 * in E.164 is looked for with and without its country.
 */
export function formsOf(text: string): string[] {
  const form = plain(text);
  if (/^\+\d+$/.test(form)) return Array.from({ length: COUNTRY_DIGITS_MOST + 1 }, (_, n) => form.slice(1 + n).replace(/^0+/, '')).filter(({ length }) => length >= DIGITS_LEAST);
  if (/^\d+$/.test(form)) return form.length >= NUMBER_LEAST ? [form] : [];
  return form.length >= NAME_LEAST ? [form] : [];
}

/** What in a cell may be one of these forms: the whole of it, e-mail addresses, numbers as people write them, words. */
export function* formsIn(cell: string): Generator<string> {
  const form = plain(cell);
  if (form.length < NAME_LEAST) return;
  yield form;
  const number = digitsIn(form);
  if (number.length >= DIGITS_LEAST && number.length <= 20) yield number;
  for (const [mail] of form.matchAll(MAIL)) yield mail;
  for (const [phone] of form.matchAll(PHONE)) yield digitsIn(phone);
  for (const [word] of form.matchAll(WORD)) yield word;
}
