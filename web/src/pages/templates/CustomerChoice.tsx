import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useT } from '../../lib/language.tsx';
import { findQuery } from '../customer/customerQueries.ts';

type Whom = { id: string; name: string } | null;

/** One customer, found by name or number; `label` says what for. */
export function CustomerChoice({ label, whom, onWhom }: { label: string; whom: Whom; onWhom: (whom: Whom) => void }) {
  const t = useT();
  const [text, setText] = useState('');
  const { data } = useQuery(findQuery(useDeferredValue(text.trim())));
  const found = (data?.rows ?? []).map(({ id, name, stage }) => ({ value: id, label: name || t('customers.nameless'), stage }));
  const options = whom && !found.some(({ value }) => value === whom.id) ? [{ value: whom.id, label: whom.name, stage: null }, ...found] : found;
  return (
    <Select
      aria-label={label} placeholder={label} allowClear showSearch filterOption={false} value={whom?.id ?? null} onSearch={setText} options={options} notFoundContent={null} style={{ width: '100%' }}
      onChange={(id: string | undefined) => onWhom(id ? { id, name: String(options.find(({ value }) => value === id)?.label ?? '') } : null)}
    />
  );
}
