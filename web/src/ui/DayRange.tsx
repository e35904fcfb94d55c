import { DayField } from './DayField.tsx';

/** Two days, first and last; neither can pass the other. */
export function DayRange({ label, from, to, onChange }: { label: string; from: string; to: string; onChange: (days: { from: string; to: string }) => void }) {
  return (
    <fieldset className="row plain-fieldset" aria-label={label}>
      <DayField aria-label={`${label} 1`} value={from} max={to} onChange={(day) => onChange({ from: day, to })} />
      <span aria-hidden="true">–</span>
      <DayField aria-label={`${label} 2`} value={to} min={from} onChange={(day) => onChange({ from, to: day })} />
    </fieldset>
  );
}
