import { useMemo } from 'react';
import { useFormats } from '../../../lib/format.ts';
import { useT } from '../../../lib/language.tsx';
import type { Line } from './core/drawn.ts';
import type { Size } from './core/layout.ts';
import { nodeOf, type Way } from './core/ways.ts';
import { useBench } from './context.ts';
import { portSaid } from '../said.ts';
import { passedKey } from './stage.ts';

export type Label = { words: string; passed: number | null };
/** In pixels: the widest a label is drawn, its padding, a line of it, a "+", a letter of Chinese and of Latin. */
const WIDEST = 190, PADDING = 26, LINE = 20, PLUS = 26, WIDE = 12.5, THIN = 6.8;

/** About how wide a text is drawn, in pixels: letters of Chinese are twice as wide. */
const widthOf = (text: string): number => [...text].reduce((sum, letter) => sum + (letter > '\u2e7f' ? WIDE : THIN), 0);

/** What stands on lines: the way's words where a node has several, how many went it, and room for a "+". */
export function useLabels(): { wordsOf(line: Line, passed: ReadonlyMap<string, number>): Label; said(way: Way): string; sizeOf(line: Line): Size } {
  const { definition, teller } = useBench();
  return useMemo(() => {
    const said = (way: Way): string => { const node = nodeOf(definition, way.from); return node ? portSaid(teller, node, way.port) : ''; };
    return {
      said,
      wordsOf: ({ way, isNamed }: Line, passed: ReadonlyMap<string, number>): Label => ({ words: way && isNamed ? said(way) : '', passed: (way && passed.get(passedKey(way))) ?? null }),
      sizeOf: ({ way, isNamed }: Line): Size => {
        if (way === null) return { width: 8, height: 8 };
        const wide = isNamed ? widthOf(said(way)) + PADDING : 0;
        return isNamed ? { width: Math.min(WIDEST, wide), height: LINE * (wide > WIDEST ? 2 : 1) + 4 + PLUS + 4 } : { width: PLUS, height: PLUS };
      },
    };
  }, [definition, teller]);
}

export function LabelWords({ label: { words, passed } }: { label: Label }) {
  const t = useT();
  const { count } = useFormats();
  const people = passed === null ? null : <span className="jc-passed" title={t('canvas.passed', { people: passed })}><span aria-hidden="true">{count(passed)}</span><span className="unseen">{t('canvas.passed', { people: passed })}</span></span>;
  if (words === '') return people && <span className="jc-passed-alone">{people}</span>;
  return <span className="jc-port" title={words}><span className="jc-port-words">{words}</span>{people}</span>;
}
