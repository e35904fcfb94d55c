import { useQuery } from '@tanstack/react-query';
import { Modal } from 'antd';
import { type KeyboardEvent, useDeferredValue, useEffect, useState } from 'react';
import type { z } from 'zod';
import type { customerPageShape } from '../../../src/customers/contract.ts';
import { api } from '../lib/api.ts';
import { useT } from '../lib/language.tsx';
import { useGo } from '../lib/location.tsx';
import { sentenceOf } from '../lib/problem.ts';
import { paths } from '../paths.ts';
import { Icon } from '../ui/Icon.tsx';
import { StageBadge } from '../ui/StageBadge.tsx';

type Hits = z.infer<typeof customerPageShape>;
type Hit = Hits['rows'][number];

/** Ctrl K: one field for names, phone tails, e-mails and order numbers. */
export function Search() {
  const t = useT();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const listen = (event: globalThis.KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k') return;
      event.preventDefault();
      setOpen(true);
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
  return (
    <>
      <button type="button" className="bar-button search-button" aria-keyshortcuts="Control+K" onClick={() => setOpen(true)}>
        <Icon name="search" size={16} /><span className="search-word">{t('bar.search')}</span><kbd className="wide-only" aria-hidden="true">Ctrl K</kbd>
      </button>
      <Modal open={open} onCancel={() => setOpen(false)} footer={null} closable={false} destroyOnHidden width={560} className="search-modal" title={<span className="unseen">{t('bar.search')}</span>}>
        <SearchBox onDone={() => setOpen(false)} />
      </Modal>
    </>
  );
}

function SearchBox({ onDone }: { onDone: () => void }) {
  const t = useT();
  const go = useGo();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const wanted = useDeferredValue(text.trim());
  const ready = [...wanted].length >= 2;
  const { data, error, isFetching } = useQuery({
    queryKey: ['search', wanted], enabled: ready,
    queryFn: ({ signal }) => api.get<Hits>('/customers', { q: wanted, limit: 8 }, signal),
  });
  const hits = ready ? (data?.rows ?? []) : [];
  const open = (hit: Hit | undefined) => {
    if (!hit) return;
    onDone();
    go(paths.customer(hit.id));
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setAt((now) => Math.min(now + 1, hits.length - 1));
    else if (event.key === 'ArrowUp') setAt((now) => Math.max(now - 1, 0));
    else if (event.key === 'Enter') open(hits[at]);
    else return;
    event.preventDefault();
  };
  return (
    <div className="search-box">
      <div className="search-line">
        <Icon name="search" />
        <input
          autoFocus role="combobox" aria-expanded={hits.length > 0} aria-controls="search-hits" aria-activedescendant={hits[at] ? `hit-${at}` : undefined}
          aria-label={t('bar.search.hint')} placeholder={t('bar.search.hint')} value={text} onKeyDown={press}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
        />
      </div>
      <ul id="search-hits" role="listbox" aria-label={t('bar.search.results')}>
        {hits.map((hit, index) => (
          <li key={hit.id} id={`hit-${index}`} role="option" aria-selected={index === at} onMouseEnter={() => setAt(index)} onClick={() => open(hit)}>
            <span className="strong">{hit.name || t('customers.nameless')}</span><span className="grey">{hit.identifiers.slice(0, 2).map(({ shown }) => shown).join(' · ')}</span>{hit.stage && <StageBadge stage={hit.stage} />}
          </li>
        ))}
      </ul>
      <p className="grey small search-note" aria-live="polite">
        {error ? sentenceOf(t, error) : !ready ? t('bar.search.least') : hits.length > 0 || isFetching ? t('bar.search.keys') : t('bar.search.none', { text: wanted })}
      </p>
    </div>
  );
}
