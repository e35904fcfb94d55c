import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { useToast } from '../../ui/Field.tsx';
import { type Account, nameIn } from './accountsQueries.ts';

const SECTIONS = ['history', 'culture', 'products', 'advantages', 'competitors', 'needs', 'problems'] as const;
type Section = (typeof SECTIONS)[number];

/** The seven sections, each with its author and day; an empty one says so. */
export function Dossier({ account }: { account: Account }) {
  const t = useT();
  const may = useMay();
  const { day } = useFormats();
  const [editing, setEditing] = useState<Section | null>(null);
  return (
    <div className="dossier">
      {SECTIONS.map((section) => {
        const written = account.sections.find((one) => one.section === section);
        return (
          <section key={section}>
            <h3 className="spread">{t(`dossier.${section}`)}{may('customers.write') && editing !== section && <button type="button" className="plain link small" aria-label={`${t('accounts.write')} ${t(`dossier.${section}`)}`} onClick={() => setEditing(section)}>{t('accounts.write')}</button>}</h3>
            {editing === section
              ? <SectionForm accountId={account.id} section={section} start={written?.body ?? ''} onDone={() => setEditing(null)} />
              : <p className={written?.body ? 'dossier-body' : 'grey'}>{written?.body || t('accounts.unwritten')}</p>}
            {written && <p className="grey small">{[day(written.at), nameIn(account.people, written.author)].filter(Boolean).join(' · ')}</p>}
            <Earlier account={account} section={section} />
          </section>
        );
      })}
    </div>
  );
}

/** What stood in a section before, newest first. */
function Earlier({ account: { sectionHistory, people }, section }: { account: Account; section: Section }) {
  const t = useT();
  const { day } = useFormats();
  const [, ...earlier] = sectionHistory.filter((one) => one.section === section).sort((a, b) => b.at.localeCompare(a.at));
  if (earlier.length === 0) return null;
  return (
    <details className="small dossier-earlier">
      <summary className="link">{t('accounts.earlier', { count: earlier.length })}</summary>
      {earlier.map(({ at, author, body }) => <p key={at} className="grey"><span>{[day(at), nameIn(people, author)].filter(Boolean).join(' · ')}</span><br />{body || t('accounts.unwritten')}</p>)}
    </details>
  );
}

function SectionForm({ accountId, section, start, onDone }: { accountId: string; section: Section; start: string; onDone: () => void }) {
  const t = useT();
  const toast = useToast();
  const client = useQueryClient();
  const [body, setBody] = useState(start);
  const save = useMutation({
    mutationFn: () => api.put(`/accounts/${accountId}/sections/${section}`, { body }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['account', accountId] });
      void client.invalidateQueries({ queryKey: ['accounts'] });
      onDone();
    },
    onError: toast.failed,
  });
  return (
    <div className="stack">
      <Input.TextArea autoFocus aria-label={t(`dossier.${section}`)} autoSize={{ minRows: 3, maxRows: 12 }} maxLength={20_000} value={body} onChange={(event) => setBody(event.target.value)} />
      <div className="row"><Button size="small" type="primary" loading={save.isPending} onClick={() => save.mutate()}>{t('accounts.save')}</Button><Button size="small" type="text" onClick={onDone}>{t('customers.cancel')}</Button></div>
    </div>
  );
}
