import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { api } from '../../../lib/api.ts';
import { useFormats } from '../../../lib/format.ts';
import { useT } from '../../../lib/language.tsx';
import { Anchor, useFilters } from '../../../lib/location.tsx';
import { useMay } from '../../../lib/session.ts';
import { useWrite } from '../../../lib/useWrite.ts';
import { paths } from '../../../paths.ts';
import { Page } from '../../../ui/Page.tsx';
import { SidePanel } from '../../../ui/SidePanel.tsx';
import { Empty, Loaded, Skeleton } from '../../../ui/States.tsx';
import { type Persona, personasQuery } from '../segmentsQueries.ts';
import { SegmentViews } from '../SegmentViews.tsx';
import { PersonaForm } from './PersonaForm.tsx';
import { ReadyPersonas } from './ReadyPersonas.tsx';
import '../segments.css';

const NEW = 'new';
const LISTS = ['goals', 'pains', 'channels'] as const;

/** The library of personas: whom each segment describes, told as a person, as large as the segment is today. */
export default function PersonasPage() {
  const t = useT();
  const may = useMay();
  const [filters, change] = useFilters();
  const personas = useQuery(personasQuery);
  const edited = filters['edit'] ?? '';
  const mayWrite = may('lifecycle.write');
  const close = () => change({ edit: null });
  return (
    <Page title={t('personas.title')} lead={t('personas.lead')} actions={mayWrite && <Button type="primary" onClick={() => change({ edit: NEW })}>{t('personas.new')}</Button>}>
      <SegmentViews at="personas" />
      <Loaded query={personas} skeleton={<Skeleton lines={8} />}>{({ rows }) => (
        <>
          {rows.length === 0 ? <Empty title={t('personas.empty')}>{t('personas.empty.why')}</Empty> : <div className="personas">{rows.map((one) => <Card key={one.id} persona={one} onEdit={mayWrite ? () => change({ edit: one.id }) : undefined} />)}</div>}
          {mayWrite && <ReadyPersonas known={rows} />}
        </>
      )}</Loaded>
      <SidePanel open={mayWrite && edited !== ''} onClose={close} title={t(edited === NEW ? 'personas.new' : 'personas.edit')}>
        {edited === NEW && <PersonaForm onDone={close} />}
        {edited !== NEW && personas.data?.rows.filter(({ id }) => id === edited).map((one) => <PersonaForm key={one.id} persona={one} onDone={close} />)}
      </SidePanel>
    </Page>
  );
}

function Card({ persona, onEdit }: { persona: Persona; onEdit: (() => void) | undefined }) {
  const t = useT();
  const { count, day } = useFormats();
  const { name, segmentId, segmentName, people, story } = persona;
  return (
    <article className="persona-card">
      <header className="spread"><h2>{name}</h2><span className="persona-size"><span className="strong">{count(people)}</span> <span className="grey small">{t('personas.people')}</span></span></header>
      <p className="small grey">{t('personas.of')} <Anchor className="link" to={paths.segment(segmentId)}>{segmentName}</Anchor> · <Anchor className="link" to={paths.customers({ segment: segmentId })}>{t('segments.toPeople')}</Anchor></p>
      {story !== '' && <p>{story}</p>}
      <dl className="persona-lists">{LISTS.map((key) => persona[key].length > 0 && <div key={key}><dt className="grey small">{t(`personas.${key}`)}</dt><dd><ul>{persona[key].map((line) => <li key={line}>{line}</li>)}</ul></dd></div>)}</dl>
      <footer className="spread"><span className="grey small">{t('personas.changed', { day: day(persona.changedAt) })}</span>{onEdit && <span className="row"><button type="button" className="plain link small" aria-label={t('personas.edit.of', { name })} onClick={onEdit}>{t('segments.edit')}</button><Remove persona={persona} /></span>}</footer>
    </article>
  );
}

/** Pressed twice, so that nobody removes by a slip. */
function Remove({ persona: { id, name } }: { persona: Persona }) {
  const t = useT();
  const [sure, setSure] = useState(false);
  const remove = useWrite(['segments'], () => api.delete(`/personas/${id}`), { done: t('personas.removed') });
  return <button type="button" className={sure ? 'plain small act' : 'plain link small'} aria-label={t('personas.remove.of', { name })} disabled={remove.isPending} onBlur={() => setSure(false)} onClick={() => (sure ? remove.mutate() : setSure(true))}>{t(sure ? 'personas.remove.sure' : 'personas.remove')}</button>;
}
