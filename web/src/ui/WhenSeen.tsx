import { type ReactNode, useEffect, useRef, useState } from 'react';

/** How far below the window a part is drawn already, so that scrolling meets it finished. */
const AHEAD = '300px';

/** Draws a part of a page, and asks for what it shows, once it comes near the window; until then its room is kept, `height` in pixels. */
export function WhenSeen({ height, children }: { height: number; children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const { current } = place;
    if (!current) return undefined;
    const watch = new IntersectionObserver((entries) => entries.some(({ isIntersecting }) => isIntersecting) && setSeen(true), { root: current.closest('.page-scroll'), rootMargin: AHEAD });
    watch.observe(current);
    return () => watch.disconnect();
  }, []);
  return seen ? children : <div ref={place} style={{ minHeight: height }} />;
}
