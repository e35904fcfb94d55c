import { useQuery } from '@tanstack/react-query';
import { Input } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { sentenceOf } from '../../lib/problem.ts';
import './segments.css';

type Hit = { id: string; name: string };
const FOUND_MAX = 5;

/** Somebody is looked for by name or number, and picked. */
export function FindCustomer({ picked, onPick }: { picked: string; onPick: (id: string) => void }) {
  const t = useT();
  const [text, setText] = useState('');
  const hits = useQuery({ queryKey: ['segments', 'whom', text], enabled: text !== '', queryFn: () => api.post<{ rows: Hit[] }>('/customers/query', { q: text, limit: FOUND_MAX }) });
  return (
    <>
      <div className="segment-whom"><Input.Search allowClear loading={hits.isFetching} aria-label={t('segments.why.find')} placeholder={t('segments.why.find')} onSearch={(value) => setText(value.trim())} /></div>
      {hits.error && <p className="ochre" role="alert">{sentenceOf(t, hits.error)}</p>}
      {text !== '' && hits.data && (hits.data.rows.length === 0 ? <p className="grey" role="status">{t('segments.why.nobody')}</p> : (
        <p className="row segment-hits">{hits.data.rows.map((one) => <button key={one.id} type="button" className="plain link" aria-pressed={one.id === picked} onClick={() => onPick(one.id)}>{one.name || one.id.slice(0, 8)}</button>)}</p>
      ))}
    </>
  );
}
