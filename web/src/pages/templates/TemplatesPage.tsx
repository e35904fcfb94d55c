import { useQuery } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { type FormEvent, useState } from 'react';
import { CHANNELS, type ChannelName, PURPOSES, type Purpose } from '../../../../src/reach/core/message.ts';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useSpoken, useT } from '../../lib/language.tsx';
import { Anchor, useFilters, useGo } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { Field } from '../../ui/Field.tsx';
import { Page } from '../../ui/Page.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { Empty } from '../../ui/States.tsx';
import { TemplateViews } from './blocks/TemplateViews.tsx';
import { newDocument } from './draft.ts';
import { RulesForm } from './RulesForm.tsx';
import { type Head, type Template, templatesQuery } from './templateQueries.ts';
import './templates.css';

const NEW = 'new';
const RULES = 'rules';

/** What is said to customers: every template, for what, on which channels, and whether what is published is what is written. */
export default function TemplatesPage() {
  const t = useT();
  const may = useMay();
  const go = useGo();
  const [filters, change] = useFilters();
  const templates = useQuery(templatesQuery);
  const panel = may('reach.write') ? filters['panel'] ?? '' : '';
  const open = (name: string | null) => change({ panel: name });
  const actions = may('reach.write') && <><Button onClick={() => open(RULES)}>{t('templates.rules')}</Button><Button type="primary" onClick={() => open(NEW)}>{t('templates.new')}</Button></>;
  return (
    <Page title={t('nav.engage.templates')} lead={t('templates.lead')} actions={actions}>
      <TemplateViews at="templates" />
      <DataTable
        name="templates" caption={t('nav.engage.templates')} columns={useTemplateColumns()} rows={templates.data?.rows} rowKey={({ id }) => id} error={templates.error} onRetry={() => void templates.refetch()}
        onOpen={({ id }) => go(paths.template(id))} expectedRows={6} empty={<Empty title={t('templates.empty')}>{t('templates.empty.why')}</Empty>}
      />
      <SidePanel open={panel === NEW} onClose={() => open(null)} title={t('templates.new')}><NewTemplate onMade={(id) => go(paths.template(id))} /></SidePanel>
      <SidePanel open={panel === RULES} onClose={() => open(null)} title={t('templates.rules')}><RulesForm onDone={() => open(null)} /></SidePanel>
    </Page>
  );
}

function useTemplateColumns(): Column<Head>[] {
  const t = useT();
  const { list } = useFormats();
  return [
    { key: 'name', title: t('templates.name'), phone: 'head', cell: ({ id, name, description }) => <span className="template-name"><Anchor className="customer-name" to={paths.template(id)} tabIndex={-1}>{name}</Anchor>{description && <span className="grey small">{description}</span>}</span> },
    { key: 'state', title: t('templates.state'), phone: 'aside', cell: (head) => <StateOf head={head} /> },
    { key: 'purpose', title: t('templates.purpose'), cell: ({ purpose }) => t(`message.purpose.${purpose}`) },
    { key: 'channels', title: t('templates.channels'), cell: ({ channels }) => list(channels.map((one) => t(`message.channel.${one}`))) },
    { key: 'languages', title: t('templates.languages'), cell: ({ languages }) => list(languages.map((one) => t(`templates.language.${one}`))) },
    { key: 'variants', title: t('templates.variants'), numeric: true, cell: ({ variants }) => variants },
    { key: 'updated', title: t('templates.updated'), cell: (head) => <Updated head={head} /> },
  ];
}

export function StateOf({ head: { published, changed } }: { head: Pick<Head, 'published' | 'changed'> }) {
  const t = useT();
  if (published === null) return <span className="ochre nowrap">{t('templates.state.draft')}</span>;
  return <span className="nowrap">{t('templates.state.published', { version: published })}{changed && <span className="ochre"> · {t('templates.state.changed')}</span>}</span>;
}

function Updated({ head: { updatedAt, updatedBy } }: { head: Head }) {
  const { moment } = useFormats();
  return <span className="grey nowrap">{moment(updatedAt)}{updatedBy && ` · ${updatedBy}`}</span>;
}

function NewTemplate({ onMade }: { onMade: (id: string) => void }) {
  const { t, language } = useSpoken();
  const [name, setName] = useState('');
  const [purpose, setPurpose] = useState<Purpose>('marketing');
  const [channel, setChannel] = useState<ChannelName>('email');
  const make = useWrite(['templates'], () => api.post<Template>('/templates', { name: name.trim(), purpose, document: newDocument(channel, language) }), { after: ({ id }) => onMade(id) });
  const submit = (event: FormEvent) => { event.preventDefault(); make.mutate(undefined); };
  return (
    <form className="form" onSubmit={submit}>
      <Field label={t('templates.name')}>{(ids) => <Input {...ids} autoFocus required maxLength={80} value={name} onChange={({ target }) => setName(target.value)} />}</Field>
      <Field label={t('templates.purpose')} hint={t(`templates.purpose.${purpose}.why`)}>{(ids) => <Select {...ids} value={purpose} onChange={setPurpose} options={PURPOSES.map((value) => ({ value, label: t(`message.purpose.${value}`) }))} />}</Field>
      <Field label={t('templates.first')}>{(ids) => <Select {...ids} value={channel} onChange={setChannel} options={CHANNELS.map((value) => ({ value, label: t(`message.channel.${value}`) }))} />}</Field>
      <div><Button type="primary" htmlType="submit" loading={make.isPending} disabled={name.trim() === ''}>{t('templates.begin')}</Button></div>
    </form>
  );
}
