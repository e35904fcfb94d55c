import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useGo } from '../../lib/location.tsx';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import { Field } from '../../ui/Field.tsx';
import { Section } from '../../ui/Page.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { StageBadge } from '../../ui/StageBadge.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { type Definition, type Journey, JOURNEY_MOVES, type Playbook, playbooksQuery } from './journeyQueries.ts';
import { PlaybookForm } from './PlaybookForm.tsx';

/** Nothing yet but an end: what the canvas opens to be drawn on. */
const BLANK: Definition = { entries: [], audience: null, key: null, reentry: 'once', start: 'end', nodes: [{ id: 'end', kind: 'exit', reason: 'through' }], edges: [], exits: [], goal: null, holdOut: 0.1, zoneField: null };

/** Begins a journey: blank, or from a ready one with the templates it needs. */
export function NewJourney({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT();
  const go = useGo();
  const [chosen, setChosen] = useState<Playbook | null>(null);
  const close = () => {
    setChosen(null);
    onClose();
  };
  const opened = ({ id }: Journey) => go(paths.journey(id));
  return (
    <SidePanel open={open} onClose={close} title={chosen ? chosen.name : t('journeys.new')}>
      {chosen ? <PlaybookForm playbook={chosen} onBack={() => setChosen(null)} onMade={opened} /> : <><Blank onMade={opened} /><Ready onChoose={setChosen} /></>}
    </SidePanel>
  );
}

function Blank({ onMade }: { onMade: (journey: Journey) => void }) {
  const t = useT();
  const [name, setName] = useState('');
  const make = useWrite(JOURNEY_MOVES, () => api.post<Journey>('/journeys', { name: name.trim(), definition: BLANK }), { after: onMade });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate(undefined);
  };
  return (
    <form className="form" onSubmit={submit}>
      <Field label={t('journeys.new.name')}>{(ids) => <Input {...ids} maxLength={80} value={name} onChange={({ target }) => setName(target.value)} />}</Field>
      <div><Button htmlType="submit" loading={make.isPending} disabled={name.trim() === ''}>{t('journeys.new.blank')}</Button></div>
    </form>
  );
}

const NO_STAGE = 'none';

/** The ready ones by the stage they work on, each with a sentence of what it does and the templates it needs. */
function Ready({ onChoose }: { onChoose: (playbook: Playbook) => void }) {
  const t = useT();
  const { list } = useFormats();
  const playbooks = useQuery(playbooksQuery);
  return (
    <Loaded query={playbooks} skeleton={<Skeleton lines={8} />}>
      {({ rows }) => (
        <Section title={t('journeys.ready')} note={t('journeys.ready.note')}>
          {[...Map.groupBy(rows, ({ stage }) => stage ?? NO_STAGE)].map(([stage, own]) => (
            <section key={stage} className="playbooks">
              <h3 className="small">{stage === NO_STAGE ? t('journeys.ready.any') : <StageBadge stage={stage as 'active'} />}</h3>
              <ul>
                {own.map((playbook) => (
                  <li key={playbook.key}>
                    <button type="button" className="plain playbook" onClick={() => onChoose(playbook)}>
                      <span className="strong">{playbook.name}</span>
                      <span>{t(`journeys.playbook.${playbook.key}`)}</span>
                      <span className="grey small">{playbook.templates.length === 0 ? t('journeys.ready.noTemplates') : t('journeys.ready.templates', { names: list(playbook.templates.map((key) => t(`journeys.template.${key}`))) })}</span>
                    </button>
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </Section>
      )}
    </Loaded>
  );
}
