import { useQuery } from '@tanstack/react-query';
import { Button, Checkbox } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useGo } from '../../lib/location.tsx';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import { Field } from '../../ui/Field.tsx';
import { Skeleton } from '../../ui/States.tsx';
import { ReceiptWords } from '../settings/PrivacyPage.tsx';
import { erasureQuery } from '../settings/settingsQueries.ts';
import type { Customer } from './customerQueries.ts';
import { CUSTOMER_MOVES } from './customerQueries.ts';

/** What will be gone and what stays, why, and that it is meant; afterwards the receipt. */
export function ErasePanel({ customer, onErased }: { customer: Customer; onErased: (id: string) => void }) {
  const t = useT();
  const [reason, setReason] = useState('');
  const [meant, setMeant] = useState(false);
  const erase = useWrite(CUSTOMER_MOVES, () => api.post<{ id: string }>(`/customers/${customer.id}/erase`, { reason: reason.trim() }), { done: t('erase.done'), after: ({ id }) => onErased(id) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    erase.mutate(undefined);
  };
  return (
    <form className="stack merge-form" onSubmit={submit}>
      <p>{t('erase.lead', { name: customer.name || t('customers.nameless') })}</p>
      <ul className="erase-list">
        <li>{t('erase.gone')}</li>
        <li>{t('erase.stays', { orders: customer.orderCount ?? 0 })}</li>
        <li>{t('erase.files')}</li>
      </ul>
      <Field label={t('customer.merge.reason')} hint={t('erase.reason.hint')}>{(ids) => <input {...ids} className="input" maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />}</Field>
      <Checkbox checked={meant} onChange={({ target }) => setMeant(target.checked)}>{t('erase.meant')}</Checkbox>
      <div><Button danger type="primary" htmlType="submit" loading={erase.isPending} disabled={!meant || reason.trim().length < 3}>{t('erase.go')}</Button></div>
    </form>
  );
}

/** The page of somebody who was just erased. */
export function ErasedReceipt({ id }: { id: string }) {
  const t = useT();
  const go = useGo();
  const receipt = useQuery(erasureQuery(id));
  return (
    <div className="stack" role="status">
      <p className="strong">{t('erase.done')}</p>
      {receipt.data ? <p><ReceiptWords of={receipt.data} /></p> : <Skeleton lines={2} />}
      <p className="grey small">{t('erase.receipt.where')} <Anchor className="link" to={paths.settings('privacy')}>{t('nav.settings.privacy')}</Anchor></p>
      <div><Button onClick={() => go(paths.customers())}>{t('erase.back')}</Button></div>
    </div>
  );
}
