import { useQuery } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { type FormEvent, useState } from 'react';
import { CHANNELS, type ChannelName } from '../../../../src/reach/core/message.ts';
import { api } from '../../lib/api.ts';
import { useSpoken, useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { Field } from '../../ui/Field.tsx';
import { Failure, Skeleton } from '../../ui/States.tsx';
import type { Head, Template } from '../templates/templateQueries.ts';
import { templatesQuery } from '../templates/templateQueries.ts';
import { JOURNEY_MOVES } from './journeyQueries.ts';
import { documentFor } from './starters.ts';
import type { Journey, Playbook } from './journeyQueries.ts';

/** Stands for "write a draft of it now" and "choose later" among a workspace's templates. */
const WRITE = 'write', LATER = 'later';
/** Channels a first text can be written for without the provider's own forms. */
const WRITTEN: readonly ChannelName[] = CHANNELS.filter((one) => one !== 'mp' && one !== 'webhook');

type Chosen = Readonly<Record<string, string>>;
const purposeOf = ({ definition }: Playbook, key: string): Head['purpose'] => definition.nodes.flatMap((node) => (node.kind === 'send' && node.template.id.endsWith(`:${key}`) ? [node.purpose] : []))[0] ?? 'marketing';

/** A template of the workspace that is called as this one would be, else a draft to be written. */
const firstFor = (name: string, templates: readonly Head[], mayWrite: boolean): string => templates.find((one) => one.name === name)?.id ?? (mayWrite ? WRITE : templates[0]?.id ?? LATER);

/** Which template stands in each place of a ready journey; what the workspace lacks is written as a draft to be edited. */
export function PlaybookForm({ playbook, onBack, onMade }: { playbook: Playbook; onBack: () => void; onMade: (journey: Journey) => void }) {
  const t = useT();
  const templates = useQuery(templatesQuery);
  if (templates.error && !templates.data) return <Failure error={templates.error} onRetry={() => void templates.refetch()} />;
  if (!templates.data) return <Skeleton lines={6} />;
  return (
    <div className="stack">
      <button type="button" className="plain link" onClick={onBack}>{t('journeys.ready.back')}</button>
      <p>{t(`journeys.playbook.${playbook.key}`)}</p>
      <Places playbook={playbook} templates={templates.data.rows} onMade={onMade} />
    </div>
  );
}

function Places({ playbook, templates, onMade }: { playbook: Playbook; templates: readonly Head[]; onMade: (journey: Journey) => void }) {
  const { t, language } = useSpoken();
  const mayWrite = useMay()('reach.write');
  const [name, setName] = useState(playbook.name);
  const [channel, setChannel] = useState<ChannelName>('email');
  const [chosen, setChosen] = useState<Chosen>(() => Object.fromEntries(playbook.templates.map((key) => [key, firstFor(t(`journeys.template.${key}`), templates, mayWrite)])));
  const written = async (key: string): Promise<string> => (await api.post<Template>('/templates', { name: t(`journeys.template.${key}`), purpose: purposeOf(playbook, key), document: documentFor(channel, language, { title: t(`journeys.template.${key}`), text: t(`journeys.starter.${key}`) }) })).id;
  const make = useWrite(JOURNEY_MOVES, async () => {
    const pairs: [string, string][] = [];
    // One after another: names of templates are each taken once.
    for (const [key, id] of Object.entries(chosen)) if (id !== LATER) pairs.push([key, id === WRITE ? await written(key) : id]);
    return api.post<Journey>(`/journey-playbooks/${playbook.key}`, { name: name.trim(), templates: Object.fromEntries(pairs) });
  }, { done: t('journeys.new.done'), after: onMade });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate(undefined);
  };
  const options = [...(mayWrite ? [{ value: WRITE, label: t('journeys.ready.write') }] : []), ...templates.map(({ id, name: label }) => ({ value: id, label })), { value: LATER, label: t('journeys.ready.later') }];
  const writes = Object.values(chosen).filter((one) => one === WRITE).length;
  return (
    <form className="form" onSubmit={submit}>
      <Field label={t('journeys.new.name')}>{(ids) => <Input {...ids} required maxLength={80} value={name} onChange={({ target }) => setName(target.value)} />}</Field>
      {playbook.templates.map((key) => <Field key={key} label={t('journeys.ready.place', { name: t(`journeys.template.${key}`) })}>{(ids) => <Select {...ids} showSearch={{ optionFilterProp: 'label' }} value={chosen[key] ?? LATER} options={options} onChange={(id) => setChosen({ ...chosen, [key]: id })} />}</Field>)}
      {writes > 0 && <Field label={t('journeys.ready.channel', { count: writes })} hint={t('journeys.ready.channel.why')}>{(ids) => <Select {...ids} value={channel} onChange={setChannel} options={WRITTEN.map((value) => ({ value, label: t(`message.channel.${value}`) }))} />}</Field>}
      <div><Button type="primary" htmlType="submit" loading={make.isPending} disabled={name.trim() === ''}>{t('journeys.ready.make')}</Button></div>
    </form>
  );
}
