import { Select } from 'antd';
import { useEventName } from './eventNames.ts';

/** Which event a step means; what is known of the data can be searched by name. */
export function EventChoice({ label, value, events, onChoose }: { label: string; value: string; events: readonly string[]; onChoose: (event: string) => void }) {
  const name = useEventName();
  const all = [...new Set([value, 'order.paid', 'order.refunded', ...events])];
  return (
    <label className="row nowrap"><span className="grey">{label}</span>
      <Select className="event-choice" showSearch optionFilterProp="label" value={value} onChange={onChoose} aria-label={label} options={all.map((event) => ({ value: event, label: name(event) }))} />
    </label>
  );
}
