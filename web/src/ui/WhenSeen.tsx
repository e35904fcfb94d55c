import { useIsFetching } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';

/** How far below the window a part is drawn already while one scrolls, so that scrolling meets it finished. */
const AHEAD = '300px';
/** After so much rest the part is drawn wherever it is: for whoever searches in the page, prints it or has it read aloud. */
const REST_MS = 800;

/**
 * Draws a part of a page, and asks for what it shows, once it is in the window, one scrolls towards it or the page is at rest; until then its room is kept,
 * `height` in pixels. Nothing is near before what stands above has arrived: a page that is still short would ask for everything at once.
 */
export function WhenSeen({ height, children }: { height: number; children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(false), [scrolls, setScrolls] = useState(false), isCalm = useIsFetching() === 0;
  useEffect(() => {
    const { current } = place, root = current?.closest('.page-scroll') ?? null;
    if (!current || !isCalm) return undefined;
    const begins = (): void => setScrolls(true);
    const watch = new IntersectionObserver((entries) => entries.some(({ isIntersecting }) => isIntersecting) && setSeen(true), { root, rootMargin: scrolls ? AHEAD : '0px' });
    watch.observe(current);
    root?.addEventListener('scroll', begins, { once: true, passive: true });
    const rest = setTimeout(() => setSeen(true), REST_MS);
    return () => {
      watch.disconnect();
      clearTimeout(rest);
      root?.removeEventListener('scroll', begins);
    };
  }, [isCalm, scrolls]);
  return seen ? children : <div ref={place} style={{ minHeight: height }} />;
}
