import type { TemplateDocument } from './document.ts';
import { bodyFields, fieldsOf } from './fields.ts';
import type { SharedDocument } from './shared.ts';

/** A line of what differs: taken out, put in, or the same on both sides. */
export type DiffLine = { kind: 'same' | 'out' | 'in'; text: string };
export type FieldDiff = { at: string; lines: DiffLine[] };

const LINES_MAX = 2_000;

/** The longest lines common to both stay; what is left is out or in (LCS by dynamic programming, up to two thousand lines a side; beyond, all is new). */
export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  if (before.length > LINES_MAX || after.length > LINES_MAX) return [...before.map((text): DiffLine => ({ kind: 'out', text })), ...after.map((text): DiffLine => ({ kind: 'in', text }))];
  const width = after.length + 1, common = new Uint16Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) common[i * width + j] = before[i] === after[j] ? (common[(i + 1) * width + j + 1] ?? 0) + 1 : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
  }
  const lines: DiffLine[] = [];
  for (let i = 0, j = 0; i < before.length || j < after.length;) {
    if (i < before.length && before[i] === after[j]) {
      lines.push({ kind: 'same', text: before[i] ?? '' });
      i++;
      j++;
    } else if (j >= after.length || (i < before.length && (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))) lines.push({ kind: 'out', text: before[i++] ?? '' });
    else lines.push({ kind: 'in', text: after[j++] ?? '' });
  }
  return lines;
}

/** Every text of a document under its place, and whom each variant is for. */
function placesOf({ variants, language, sample, event }: TemplateDocument): Map<string, string> {
  const places = new Map([['language', language], ['event', event ?? ''], ['sample', JSON.stringify(sample, null, 1)], ['variants', variants.map(({ key }) => key).join('\n')]]);
  for (const { key, name, when, contents } of variants) {
    places.set(`${key} · when`, [name, ...Object.entries(when).flatMap(([what, values]) => (values.length === 0 ? [] : [`${what}: ${values.join(', ')}`]))].filter(Boolean).join('\n'));
    for (const entry of contents) for (const { field, text } of fieldsOf(entry.content)) places.set(`${key} · ${entry.content.channel} · ${entry.language} · ${field}`, text);
  }
  return places;
}

/** Every text of a block under its place. */
const blockPlaces = ({ language, contents }: SharedDocument): Map<string, string> => new Map([
  ['language', language], ...contents.flatMap((one) => [{ field: 'text', text: one.text }, ...(one.email ? bodyFields(one.email) : [])].map(({ field, text }): [string, string] => [`${one.language} · ${field}`, text])),
]);

function between(old: ReadonlyMap<string, string>, fresh: ReadonlyMap<string, string>): FieldDiff[] {
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((at) => {
    const [was, is] = [old.get(at), fresh.get(at)];
    return was === is ? [] : [{ at, lines: diffLines(was ? was.split('\n') : [], is ? is.split('\n') : []) }];
  });
}

/** What changed between two documents, text by text; those that are alike are left out. */
export const differenceOf = (before: TemplateDocument, after: TemplateDocument): FieldDiff[] => between(placesOf(before), placesOf(after));

/** The same of two versions of a shared block. */
export const differenceOfBlocks = (before: SharedDocument, after: SharedDocument): FieldDiff[] => between(blockPlaces(before), blockPlaces(after));
