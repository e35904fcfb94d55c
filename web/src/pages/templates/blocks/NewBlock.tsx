import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../../lib/api.ts';
import { useLanguage, useT } from '../../../lib/language.tsx';
import { useWrite } from '../../../lib/useWrite.ts';
import { Field } from '../../../ui/Field.tsx';
import type { Shared } from './blockQueries.ts';

/** A block begins with its name, the key it is called by, and a text. */
export function NewBlock({ onMade }: { onMade: (id: string) => void }) {
  const t = useT(), language = useLanguage();
  const [name, setName] = useState('');
  const [key, setKey] = useState('');
  const [text, setText] = useState('');
  const make = useWrite(['blocks'], () => api.post<Shared>('/blocks', { key, name: name.trim(), document: { language, contents: [{ language, text }] } }), { after: ({ id }) => onMade(id) });
  const submit = (event: FormEvent) => { event.preventDefault(); make.mutate(undefined); };
  return (
    <form className="form" onSubmit={submit}>
      <Field label={t('blocks.name')}>{(ids) => <Input {...ids} required maxLength={80} value={name} onChange={({ target }) => setName(target.value)} />}</Field>
      <Field label={t('blocks.key')} hint={t('blocks.key.hint')}>{(ids) => <Input {...ids} required maxLength={40} pattern="[a-z][a-z0-9_]*" value={key} onChange={({ target }) => setKey(target.value.toLowerCase().replace(/[^a-z0-9_]/g, '_'))} />}</Field>
      <Field label={t('blocks.text')} hint={t('blocks.text.hint')}>{(ids) => <Input.TextArea {...ids} maxLength={2_000} rows={4} value={text} onChange={({ target }) => setText(target.value)} />}</Field>
      <div><Button type="primary" htmlType="submit" loading={make.isPending} disabled={name.trim() === '' || key === ''}>{t('blocks.new')}</Button></div>
    </form>
  );
}
