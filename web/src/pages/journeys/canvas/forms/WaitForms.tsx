import type { Node } from '../../../../../../src/engage/core/definition.ts';
import { useFormats } from '../../../../lib/format.ts';
import { useT } from '../../../../lib/language.tsx';
import { useBench } from '../context.ts';
import { EventsField } from './EventsField.tsx';
import { Amount, Boxes, DaysAround, Pick, Tick, TimeOfDay, While } from './fields.tsx';

type Of<Kind extends Node['kind']> = Extract<Node, { kind: Kind }>;
export type FormProps<Kind extends Node['kind']> = { node: Of<Kind>; disabled: boolean; onNode: (node: Node) => void };
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];

/** The customer's fields that hold a day, by name. */
export function useDayFields(): { value: string; label: string }[] {
  const { catalogue, teller: { language } } = useBench();
  return catalogue.fields.filter(({ type, masked, encrypted }) => type === 'day' && !masked && !encrypted).map(({ key, label }) => ({ value: key, label: label === undefined ? key : typeof label === 'string' ? label : label[language] }));
}

export function WaitForm({ node, disabled, onNode }: FormProps<'wait'>) {
  const t = useT();
  return <While label={t('canvas.form.while')} value={node.for} disabled={disabled} onWhile={(value) => onNode({ ...node, for: value })} />;
}

export function WaitUntilForm({ node, disabled, onNode }: FormProps<'wait_until'>) {
  const t = useT();
  const { weekday } = useFormats();
  return (
    <>
      <TimeOfDay label={t('canvas.form.time')} value={node.time} disabled={disabled} onTime={(time) => onNode({ ...node, time })} />
      <Boxes label={t('canvas.form.weekdays')} hint={t('canvas.form.weekdays.hint')} disabled={disabled} options={WEEKDAYS.map((value) => ({ value, label: weekday(value) }))} values={node.weekdays} onValues={(weekdays) => onNode({ ...node, weekdays })} />
    </>
  );
}

export function WaitDateForm({ node, disabled, onNode }: FormProps<'wait_date'>) {
  const t = useT();
  return (
    <>
      <Pick label={t('canvas.form.field.day')} value={node.field} disabled={disabled} options={useDayFields()} onPick={(field) => onNode({ ...node, field })} />
      <DaysAround label={t('canvas.form.side')} value={node.offsetDays} disabled={disabled} onDays={(offsetDays) => onNode({ ...node, offsetDays })} />
      <TimeOfDay label={t('canvas.form.time')} value={node.time} disabled={disabled} onTime={(time) => onNode({ ...node, time })} />
      <Tick label={t('canvas.form.yearly')} hint={t('canvas.form.yearly.hint')} value={node.yearly} disabled={disabled} onTick={(yearly) => onNode({ ...node, yearly })} />
    </>
  );
}

export function WaitEventForm({ node, disabled, onNode }: FormProps<'wait_event'>) {
  const t = useT();
  return (
    <>
      <EventsField label={t('canvas.form.events')} events={node.events} disabled={disabled} onEvents={(events) => onNode({ ...node, events })} />
      <While label={t('canvas.form.timeout')} value={node.timeout} disabled={disabled} onWhile={(timeout) => onNode({ ...node, timeout })} />
    </>
  );
}

export function RateForm({ node, disabled, onNode }: FormProps<'rate'>) {
  const t = useT();
  return (
    <div className="jc-pair">
      <Amount label={t('segments.people')} value={node.most} min={1} max={1_000_000} disabled={disabled} onNumber={(most) => onNode({ ...node, most })} />
      <Pick label={t('canvas.form.per')} value={node.per} disabled={disabled} options={['minute', 'hour', 'day'].map((value) => ({ value, label: t(`sendRules.per.${value}`) }))} onPick={(per) => onNode({ ...node, per: per as typeof node.per })} />
    </div>
  );
}
