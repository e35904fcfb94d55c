import type { Choice } from './Choices.tsx';

type WordSelectProps = { label: string; options: readonly (Choice & { label: string })[]; value: string; onChoose: (key: string) => void };

/** One part of a filter that reads as a sentence: a word that opens into the others. */
export const WordSelect = ({ label, options, value, onChoose }: WordSelectProps) => (
  <select className="sentence-part word-select" aria-label={label} value={value} onChange={({ target }) => onChoose(target.value)}>
    {options.map((option) => <option key={option.key} value={option.key}>{option.label}</option>)}
  </select>
);
