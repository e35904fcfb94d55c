import { useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, Input, InputNumber, Select } from 'antd';
import { type FormEvent, useState } from 'react';
import { FIELD_TYPES, type FieldType } from '../../../../src/kernel/conditions/catalogue.ts';
import { BLOCKS, SECTIONS, UNITS } from '../../../../src/customers/core/fields.ts';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useWrite } from '../../lib/useWrite.ts';
import { Field } from '../../ui/Field.tsx';
import type { FieldLine } from './fieldsQueries.ts';

const NONE = '';
const hasOptions = (type: FieldType): boolean => type === 'enum' || type === 'multi';
const TYPES = FIELD_TYPES.filter((type) => type !== 'file');

type Draft = { label: string; key: string; type: FieldType; section: FieldLine['section']; block: string; options: string; unit: string; ttlDays: number | null; sealed: boolean };

const draftOf = (field: FieldLine | undefined): Draft => ({
  label: field?.label ?? '', key: field?.key ?? '', type: field?.type ?? 'text', section: field?.section ?? 'public', block: field?.block ?? NONE,
  options: field?.options.join('\n') ?? '', unit: field?.unit ?? NONE, ttlDays: field?.ttlDays ?? null, sealed: field?.sealed ?? false,
});

const linesOf = (text: string): string[] => [...new Set(text.split('\n').map((line) => line.trim()).filter(Boolean))];

/** What both a new and a changed field tell the server. */
const partsOf = (draft: Draft) => ({
  label: draft.label.trim(), section: draft.section, block: draft.block || null, options: hasOptions(draft.type) ? linesOf(draft.options) : [],
  unit: draft.type === 'number' && draft.unit ? draft.unit : null, ttlDays: draft.ttlDays,
});

/** A field of one's own: its key and type are chosen once, everything else can change. */
export function FieldForm({ field, onDone }: { field: FieldLine | undefined; onDone: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(field));
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  const save = useWrite(['settings'],
    () => field
      ? api.patch(`/fields/${encodeURIComponent(field.key)}`, partsOf(draft))
      : api.post('/fields', { ...partsOf(draft), type: draft.type, sealed: draft.sealed, ...(draft.key.trim() ? { key: draft.key.trim() } : {}) }),
    { done: t('fields.saved'), after: () => { void client.invalidateQueries(); onDone(); } },
  );
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate(undefined); };
  const needsOptions = draft.type === 'enum' && linesOf(draft.options).length === 0;
  const pick = <T extends string>(key: keyof Draft, label: string, hint: string | undefined, values: readonly T[], word: (value: T) => string, disabled = false) => (
    <Field label={label} hint={hint}>{(ids) => <Select {...ids} value={draft[key] as T} disabled={disabled} onChange={(value: T) => set({ [key]: value })} options={values.map((value) => ({ value, label: word(value) }))} />}</Field>
  );
  return (
    <form className="form" onSubmit={submit}>
      <Field label={t('fields.col.name')}>{(ids) => <Input {...ids} autoFocus required maxLength={100} value={draft.label} onChange={({ target }) => set({ label: target.value })} />}</Field>
      {!field && <Field label={t('fields.col.key')} hint={t('fields.key.hint')}>{(ids) => <Input {...ids} maxLength={60} value={draft.key} onChange={({ target }) => set({ key: target.value })} />}</Field>}
      {pick('type', t('fields.col.type'), field ? t('fields.type.fixed') : undefined, TYPES, (type) => t(`field.type.${type}`), field !== undefined)}
      {hasOptions(draft.type) && <Field label={t('fields.col.options')} hint={t('fields.options.hint')}>{(ids) => <Input.TextArea {...ids} autoSize={{ minRows: 3, maxRows: 10 }} value={draft.options} onChange={({ target }) => set({ options: target.value })} />}</Field>}
      {draft.type === 'number' && pick('unit', t('fields.unit'), undefined, [NONE, ...UNITS.filter((unit) => unit !== 'money')], (unit) => (unit ? t(`fields.unit.${unit}`) : '—'))}
      {pick('section', t('fields.col.section'), t('fields.section.hint'), SECTIONS, (section) => t(`field.section.${section}`))}
      {pick('block', t('fields.col.block'), t('fields.block.hint'), [NONE, ...BLOCKS], (block) => (block ? t(`portrait.${block}`) : '—'))}
      <Field label={t('fields.ttl')} hint={t('fields.ttl.hint')}>{(ids) => <InputNumber {...ids} min={1} max={3650} precision={0} suffix={t('stageRules.days')} value={draft.ttlDays} onChange={(ttlDays) => set({ ttlDays })} />}</Field>
      {!field && <Checkbox checked={draft.sealed} onChange={({ target }) => set({ sealed: target.checked })}>{t('fields.sealed.choose')}</Checkbox>}
      <div><Button type="primary" htmlType="submit" loading={save.isPending} disabled={!draft.label.trim() || needsOptions}>{t('settings.save')}</Button></div>
    </form>
  );
}
