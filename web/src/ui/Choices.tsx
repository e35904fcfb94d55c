import { type ReactNode, useEffect, useRef } from 'react';

export type Choice = { key: string; label: ReactNode };

/** So much of the word before the chosen one shows, in pixels, as a sign that there are more. */
const PEEK = 40;

/** A short row of words of which one is chosen; scrolls sideways where it does not fit, to the one chosen. */
export function Choices({ label, options, value, onChoose }: { label: string; options: readonly Choice[]; value: string; onChoose: (key: string) => void }) {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const chosen = row.current?.querySelector<HTMLElement>('[aria-pressed="true"]');
    // Only sideways: the page itself stays where it is.
    if (row.current && chosen && chosen.offsetLeft + chosen.offsetWidth > row.current.offsetLeft + row.current.clientWidth) row.current.scrollLeft = chosen.offsetLeft - row.current.offsetLeft - PEEK;
  }, [value]);
  return (
    <div ref={row} className="choices" role="group" aria-label={label}>
      {options.map((option) => (
        <button key={option.key || 'all'} type="button" className="plain choice" aria-pressed={value === option.key} onClick={() => onChoose(option.key)}>{option.label}</button>
      ))}
    </div>
  );
}
