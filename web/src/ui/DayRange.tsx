import { Input } from 'antd';

/** Two days, first and last, as the browser's own day fields: they know every language and every keyboard. */
export function DayRange({ label, from, to, onChange }: { label: string; from: string; to: string; onChange: (days: { from: string; to: string }) => void }) {
  return (
    <fieldset className="row plain-fieldset" aria-label={label}>
      <Input type="date" aria-label={`${label} 1`} value={from} max={to} onChange={({ target }) => target.value && target.value <= to && onChange({ from: target.value, to })} />
      <span aria-hidden="true">–</span>
      <Input type="date" aria-label={`${label} 2`} value={to} min={from} onChange={({ target }) => target.value && target.value >= from && onChange({ from, to: target.value })} />
    </fieldset>
  );
}
