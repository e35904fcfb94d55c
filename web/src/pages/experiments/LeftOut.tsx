import { useT } from '../../lib/language.tsx';
import { Behind } from './People.tsx';

/** Whom the draw, or a file, left out, by why; each opens its people. */
export function LeftOut({ by, batch }: { by: Readonly<Record<string, number>>; batch?: string }) {
  const t = useT();
  return <span className="left-out">{Object.entries(by).map(([why, people]) => {
    const said = t(`experiments.excluded.${why}`, { people });
    return <span key={why}><Behind people={people} pick={{ leftOut: why, ...(batch ? { batch } : {}) }} title={said}>{said}</Behind></span>;
  })}</span>;
}
