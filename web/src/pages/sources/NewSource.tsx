import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { type FormEvent, useState } from 'react';
import type { SourceKind } from '../../../../src/collect/contract.ts';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { Field, useToast } from '../../ui/Field.tsx';
import { keyOf } from '../import/sourceName.ts';

/** The kinds of the contract, said again since pages hold none of its code. */
const KINDS: readonly SourceKind[] = ['orders', 'profiles', 'behaviour', 'conversations', 'surveys', 'social', 'offline'];

/** A source that sends by HTTP is named first; its write key comes next. */
export function NewSource({ onClose }: { onClose: () => void }) {
  const t = useT();
  const toast = useToast();
  const client = useQueryClient();
  const [draft, setDraft] = useState<{ name: string; kind: SourceKind; shop: string }>({ name: '', kind: 'behaviour', shop: '' });
  const key = keyOf(draft.name);
  const make = useMutation({
    mutationFn: () => api.post('/sources', { key, name: draft.name.trim(), kind: draft.kind, shop: draft.shop.trim() }),
    onSuccess: () => { void client.invalidateQueries({ queryKey: ['sources'] }); toast.done(t('imports.saved')); onClose(); },
    onError: toast.failed,
  });
  const submit = (event: FormEvent) => { event.preventDefault(); make.mutate(); };
  return (
    <form className="inline-form" onSubmit={submit}>
      <Field label={t('quality.source.name')} hint={key ? t('quality.source.keyed', { key }) : t('quality.source.name.hint')}>{(ids) => <Input {...ids} value={draft.name} maxLength={60} onChange={({ target }) => setDraft({ ...draft, name: target.value })} />}</Field>
      <Field label={t('quality.source.kind')}>{(ids) => <Select {...ids} value={draft.kind} onChange={(kind: SourceKind) => setDraft({ ...draft, kind })} options={KINDS.map((value) => ({ value, label: t(`source.kind.${value}`) }))} />}</Field>
      <Field label={t('imports.shop')}>{(ids) => <Input {...ids} value={draft.shop} maxLength={100} onChange={({ target }) => setDraft({ ...draft, shop: target.value })} />}</Field>
      <div className="row"><Button type="primary" htmlType="submit" loading={make.isPending} disabled={key === ''}>{t('quality.source.make')}</Button><Button type="text" onClick={onClose}>{t('imports.cancel')}</Button></div>
    </form>
  );
}
