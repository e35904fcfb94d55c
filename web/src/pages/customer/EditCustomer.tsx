import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useWrite } from '../../lib/useWrite.ts';
import { Field } from '../../ui/Field.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { type FieldLine, fieldsQuery } from '../settings/fieldsQueries.ts';
import type { Customer } from './customerQueries.ts';
import { draftFrom, FieldEditor, valueFrom } from './FieldEditor.tsx';
import { CUSTOMER_MOVES } from './customerQueries.ts';
import { useFieldName } from './valueWords.ts';

/** Counted by the product although the customer module owns it. */
const COUNTED = new Set(['referred_count']);
const isWritable = ({ source, section, key }: FieldLine, canUnmask: boolean): boolean =>
  (source === 'own' || source === 'customers') && !COUNTED.has(key) && (section !== 'private' || canUnmask);

/** Name and fields of a customer, each with the editor of its type; only what was changed is sent. */
export function EditCustomer({ customer, onDone }: { customer: Customer; onDone: () => void }) {
  const fields = useQuery(fieldsQuery);
  return (
    <Loaded query={fields} skeleton={<Skeleton lines={8} />}>
      {({ rows }) => <EditForm customer={customer} fields={rows.filter((field) => isWritable(field, customer.canUnmask))} onDone={onDone} />}
    </Loaded>
  );
}

type FormProps = { customer: Customer; fields: readonly FieldLine[]; onDone: () => void };

function EditForm({ customer, fields, onDone }: FormProps) {
  const t = useT();
  const fieldName = useFieldName();
  const known = new Map(customer.fields.map((field) => [field.key, field]));
  const first = (field: FieldLine): string => { const said = known.get(field.key); return said && !said.hidden ? draftFrom(field, said.value) : ''; };
  const [name, setName] = useState(customer.name);
  const [drafts, setDrafts] = useState<Readonly<Record<string, string>>>({});
  const changed = fields.filter((field) => drafts[field.key] !== undefined && drafts[field.key] !== first(field));
  const save = useWrite(CUSTOMER_MOVES, () => api.patch(`/customers/${customer.id}`, {
    ...(name.trim() === customer.name ? {} : { name: name.trim() }),
    fields: Object.fromEntries(changed.map((field) => [field.key, valueFrom(field, drafts[field.key] ?? '')])),
  }), { done: t('customer.saved'), after: onDone });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(undefined);
  };
  const own = [...fields.filter(({ source }) => source === 'own'), ...fields.filter(({ source }) => source !== 'own')];
  return (
    <form className="form edit-customer" onSubmit={submit}>
      <Field label={t('customers.col.name')}>{(ids) => <input {...ids} className="input" maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />}</Field>
      {own.map((field) => (
        <FieldEditor
          key={field.key} field={field} name={fieldName(field)} value={drafts[field.key] ?? first(field)} onChange={(text) => setDrafts({ ...drafts, [field.key]: text })}
          hint={known.get(field.key)?.hidden ? t('customer.edit.hidden') : undefined}
        />
      ))}
      <div className="row edit-foot">
        <Button type="primary" htmlType="submit" loading={save.isPending} disabled={changed.length === 0 && name.trim() === customer.name}>{t('customer.save')}</Button>
        <Button type="text" onClick={onDone}>{t('customers.cancel')}</Button>
      </div>
    </form>
  );
}
