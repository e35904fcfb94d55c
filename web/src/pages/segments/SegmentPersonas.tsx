import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { Section } from '../../ui/Page.tsx';
import { PersonaForm } from './personas/PersonaForm.tsx';
import { personasQuery } from './segmentsQueries.ts';

const LISTS = ['goals', 'pains', 'channels'] as const;

/** Whom the segment describes, told as people. */
export function SegmentPersonas({ id }: { id: string }) {
  const t = useT();
  const may = useMay();
  const { count } = useFormats();
  const [open, setOpen] = useState(false);
  const { data } = useQuery(personasQuery);
  const own = data?.rows.filter(({ segmentId }) => segmentId === id) ?? [];
  return (
    <Section title={t('segments.persona')} actions={<><Anchor className="link" to={paths.personas()}>{t('personas.title')}</Anchor>{may('lifecycle.write') && !open && <Button onClick={() => setOpen(true)}>{t('segments.persona.add')}</Button>}</>}>
      {own.length === 0 && !open && <p className="grey">{t('segments.persona.none')}</p>}
      {own.map((one) => (
        <div key={one.id} className="persona">
          <p><span className="strong">{one.name}</span> <span className="grey">{one.people === null ? '' : t('segments.preview', { count: one.people })}</span></p>
          {LISTS.map((key) => one[key].length > 0 && <p key={key} className="small">{t(`personas.${key}`)}{t('segments.colon')}{one[key].join(' · ')}</p>)}
          {one.people === null && <span className="grey">{count(null)}</span>}
        </div>
      ))}
      {open && <PersonaForm segmentId={id} onDone={() => setOpen(false)} />}
    </Section>
  );
}
