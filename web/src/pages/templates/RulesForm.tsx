import { useQuery } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useWrite } from '../../lib/useWrite.ts';
import { Field } from '../../ui/Field.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { type Rules, rulesQuery } from './templateQueries.ts';

/** A line a phrase: 最: 最近, 最后 says that 最 may stand in 最近 and 最后. */
const linesOf = (claims: Rules['claims']): string => claims.map(({ phrase, except }) => (except.length === 0 ? phrase : `${phrase}: ${except.join(', ')}`)).join('\n');
const claimsOf = (text: string): Rules['claims'] => text.split('\n').flatMap((line) => {
  const [phrase = '', except = ''] = line.split(/[:：]/, 2);
  return phrase.trim() === '' ? [] : [{ phrase: phrase.trim(), except: except.split(/[,，、]/).map((one) => one.trim()).filter(Boolean) }];
});

/** What texts are held to: whose rules for text messages, the signature that is counted, the claims nobody may make. */
export function RulesForm({ onDone }: { onDone: () => void }) {
  const rules = useQuery(rulesQuery);
  return <Loaded query={rules} skeleton={<Skeleton lines={8} />}>{(data) => <Form rules={data} onDone={onDone} />}</Loaded>;
}

function Form({ rules, onDone }: { rules: Rules; onDone: () => void }) {
  const t = useT();
  const [smsProvider, setProvider] = useState(rules.smsProvider);
  const [signature, setSignature] = useState(rules.signature);
  const [claims, setClaims] = useState(() => linesOf(rules.claims));
  const save = useWrite(['templates'], () => api.put<Rules>('/templates/rules', { smsProvider, signature: signature.trim(), claims: claimsOf(claims) }), { done: t('templates.saved'), after: onDone });
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate(undefined); };
  return (
    <form className="form rules-form" onSubmit={submit}>
      <Field label={t('templates.rules.provider')} hint={t('templates.rules.provider.hint')}>{(ids) => <Select {...ids} value={smsProvider} onChange={setProvider} options={rules.providers.map((value) => ({ value, label: t(`templates.provider.${value}`) }))} />}</Field>
      <Field label={t('templates.rules.signature')} hint={t('templates.rules.signature.hint')}>{(ids) => <Input {...ids} maxLength={20} prefix="【" suffix="】" value={signature} onChange={({ target }) => setSignature(target.value.replace(/[【】]/g, ''))} />}</Field>
      <Field label={t('templates.rules.claims')} hint={t('templates.rules.claims.hint')}>{(ids) => <Input.TextArea {...ids} autoSize={{ minRows: 8, maxRows: 20 }} value={claims} onChange={({ target }) => setClaims(target.value)} />}</Field>
      <div><Button type="primary" htmlType="submit" loading={save.isPending}>{t('settings.save')}</Button></div>
    </form>
  );
}
