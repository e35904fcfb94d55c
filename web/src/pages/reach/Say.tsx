import { Fragment, type ReactNode } from 'react';
import { useT } from '../../lib/language.tsx';
import type { Params } from '../../../../src/kernel/words/types.ts';

/** A sentence of the catalogue with parts that can be seen or changed in their places: `parts` stand for its facts of the same names. */
export function Say({ of, parts, facts = {} }: { of: string; parts: Readonly<Record<string, ReactNode>>; facts?: Params }) {
  const t = useT();
  const text = t(of, { ...facts, ...Object.fromEntries(Object.keys(parts).map((name) => [name, `⟦${name}⟧`])) });
  return <>{text.split(/⟦(\w+)⟧/).map((piece, at) => <Fragment key={at}>{at % 2 === 1 ? parts[piece] : piece}</Fragment>)}</>;
}
