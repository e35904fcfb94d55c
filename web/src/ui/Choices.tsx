import type { ReactNode } from 'react';

export type Choice = { key: string; label: ReactNode };

/** A short row of words of which one is chosen; scrolls sideways where it does not fit. */
export function Choices({ label, options, value, onChoose }: { label: string; options: readonly Choice[]; value: string; onChoose: (key: string) => void }) {
  return (
    <div className="choices" role="group" aria-label={label}>
      {options.map((option) => (
        <button key={option.key || 'all'} type="button" className="plain choice" aria-pressed={value === option.key} onClick={() => onChoose(option.key)}>{option.label}</button>
      ))}
    </div>
  );
}
