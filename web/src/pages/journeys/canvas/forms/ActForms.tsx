import { useT } from '../../../../lib/language.tsx';
import { useBench } from '../context.ts';
import { Along, Amount, Pick, Tick, Words } from './fields.tsx';
import type { FormProps } from './WaitForms.tsx';

const isSaid = (text: string): boolean => text.trim() !== '';

export function WebhookForm({ node, disabled, onNode }: FormProps<'webhook'>) {
  const t = useT();
  return (
    <>
      <Words label={t('webhooks.name')} hint={t('canvas.form.webhook.hint')} value={node.name} maxLength={80} disabled={disabled} isValid={isSaid} wrong={t('canvas.form.needed')} onText={(name) => onNode({ ...node, name })} />
      <Along label={t('canvas.form.data')} hint={t('canvas.form.data.hint')} value={node.data} disabled={disabled} onValue={(data) => onNode({ ...node, data })} />
    </>
  );
}

export function TaskForm({ node, disabled, onNode }: FormProps<'task'>) {
  const t = useT();
  return (
    <>
      <Words label={t('canvas.form.task')} value={node.text} area disabled={disabled} isValid={isSaid} wrong={t('canvas.form.needed')} onText={(text) => onNode({ ...node, text })} />
      <Words label={t('canvas.form.assignee')} hint={t('canvas.form.assignee.hint')} value={node.assignee} maxLength={100} disabled={disabled} onText={(assignee) => onNode({ ...node, assignee })} />
      <Tick label={t('canvas.form.due')} value={node.dueDays !== null} disabled={disabled} onTick={(on) => onNode({ ...node, dueDays: on ? 1 : null })} />
      {node.dueDays !== null && <Amount label={t('canvas.form.due.days')} value={node.dueDays} min={0} max={365} disabled={disabled} onNumber={(dueDays) => onNode({ ...node, dueDays })} />}
    </>
  );
}

type Value = string | number | boolean | null;
/** What a field of some type holds to begin with. */
const firstOf = (type: string | undefined): Value => (type === 'number' || type === 'money' ? 0 : type === 'boolean' ? true : '');

function FieldValue({ field, value, disabled, onValue }: { field: string; value: Value; disabled: boolean; onValue: (value: Value) => void }) {
  const t = useT();
  const { catalogue, teller: { language } } = useBench();
  const found = catalogue.fields.find(({ key }) => key === field);
  const label = t('kit.filter.value');
  if (found?.type === 'boolean') return <Pick label={label} disabled={disabled} value={String(value === true)} options={[{ value: 'true', label: t('kit.yes') }, { value: 'false', label: t('kit.no') }]} onPick={(next) => onValue(next === 'true')} />;
  if (found?.type === 'number' || found?.type === 'money') return <Amount label={label} disabled={disabled} whole={false} min={-1e12} max={1e12} value={typeof value === 'number' ? value : 0} onNumber={onValue} />;
  if (found?.options) return <Pick label={label} disabled={disabled} value={String(value ?? '')} options={found.options.map((one) => ({ value: one.value, label: one.label === undefined ? one.value : typeof one.label === 'string' ? one.label : one.label[language] }))} onPick={onValue} />;
  return <Words label={label} disabled={disabled} value={String(value ?? '')} onText={onValue} />;
}

export function UpdateForm({ node, disabled, onNode }: FormProps<'update'>) {
  const t = useT();
  const { catalogue, given, hints, teller: { language } } = useBench();
  const { change } = node;
  const fields = catalogue.fields.filter(({ masked, encrypted }) => !masked && !encrypted).map(({ key, label }) => ({ value: key, label: label === undefined ? key : typeof label === 'string' ? label : label[language] }));
  const typeOf = (key: string): string | undefined => catalogue.fields.find((one) => one.key === key)?.type;
  const setField = (field: string): void => onNode({ ...node, change: { on: 'field', field, value: firstOf(typeOf(field)) } });
  return (
    <>
      <Pick label={t('canvas.form.update')} disabled={disabled} value={change.on} options={[{ value: 'tag', label: t('canvas.form.update.tag') }, { value: 'field', label: t('canvas.form.update.field') }]} onPick={(on) => (on === 'tag' ? onNode({ ...node, change: { on: 'tag', tag: hints.tag, give: true } }) : setField(fields[0]?.value ?? 'name'))} />
      {change.on === 'tag' && (
        <>
          <Words label={t('fields.tag.name')} disabled={disabled} value={change.tag} maxLength={100} options={given} isValid={isSaid} wrong={t('canvas.form.needed')} onText={(tag) => onNode({ ...node, change: { ...change, tag } })} />
          <Pick label={t('canvas.form.give')} disabled={disabled} value={String(change.give)} options={[{ value: 'true', label: t('canvas.form.give.yes') }, { value: 'false', label: t('canvas.form.give.no') }]} onPick={(give) => onNode({ ...node, change: { ...change, give: give === 'true' } })} />
        </>
      )}
      {change.on === 'field' && (
        <>
          <Pick label={t('canvas.form.field')} disabled={disabled} value={change.field} options={fields} onPick={setField} />
          <Tick label={t('canvas.form.clear')} disabled={disabled} value={change.value === null} onTick={(clear) => onNode({ ...node, change: { ...change, value: clear ? null : firstOf(typeOf(change.field)) } })} />
          {change.value !== null && <FieldValue field={change.field} value={change.value} disabled={disabled} onValue={(value) => onNode({ ...node, change: { ...change, value } })} />}
        </>
      )}
    </>
  );
}

export function GrantForm({ node, disabled, onNode }: FormProps<'grant'>) {
  const t = useT();
  return (
    <>
      <Words label={t('canvas.form.grant')} hint={t('canvas.form.grant.hint')} value={node.what} maxLength={40} disabled={disabled} isValid={isSaid} wrong={t('canvas.form.needed')} onText={(what) => onNode({ ...node, what })} />
      <Along label={t('canvas.form.data')} value={node.params} disabled={disabled} onValue={(params) => onNode({ ...node, params })} />
    </>
  );
}

export function OtherJourneyForm({ node, disabled, onNode }: FormProps<'journey'>) {
  const t = useT();
  const { journeys } = useBench();
  return (
    <>
      <Pick label={t('canvas.form.give')} disabled={disabled} value={node.action} options={[{ value: 'start', label: t('canvas.form.journey.start') }, { value: 'stop', label: t('canvas.form.journey.stop') }]} onPick={(action) => onNode({ ...node, action: action as typeof node.action })} />
      <Pick label={t('journeys.name')} disabled={disabled} value={node.journey} options={journeys.map(({ id, name }) => ({ value: id, label: name }))} onPick={(journey) => onNode({ ...node, journey })} />
    </>
  );
}

export function ExitForm({ node, disabled, onNode }: FormProps<'exit'>) {
  const t = useT();
  return <Words label={t('canvas.form.reason')} hint={t('canvas.form.reason.hint')} value={node.reason} maxLength={60} disabled={disabled} onText={(reason) => onNode({ ...node, reason })} />;
}
