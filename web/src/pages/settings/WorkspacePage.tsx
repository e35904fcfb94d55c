import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { LANGUAGES, type Language, useSpoken, useT } from '../../lib/language.tsx';
import { useMay, useSession } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { LANGUAGE_NAMES } from '../../shell/Bar.tsx';
import { Field } from '../../ui/Field.tsx';
import { Notice } from '../../ui/Figure.tsx';
import { Page, Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { type Workspace, workspaceQuery } from './settingsQueries.ts';
import { ExportEverything } from './WorkspacePageExport.tsx';
import './settings.css';

/** The workspace itself: its name, the zone its days are cut by, the currency it reckons in, the language of its own sentences. */
export default function WorkspacePage() {
  const t = useT();
  const workspace = useQuery(workspaceQuery);
  const { role } = useSession();
  return (
    <Page title={t('nav.settings.workspace')} lead={t('workspace.lead')} narrow>
      <Loaded query={workspace} skeleton={<Skeleton lines={6} />}>{(data) => <WorkspaceForm key={JSON.stringify(data)} workspace={data} />}</Loaded>
      {role === 'owner' && <Section title={t('everything.title')}><ExportEverything /></Section>}
    </Page>
  );
}

type Draft = Pick<Workspace, 'name' | 'timezone' | 'currency' | 'language'>;

/** The zones and currencies this browser knows, and the one in use whether it knows it or not. */
const zones = (used: string): string[] => [...new Set([used, ...Intl.supportedValuesOf('timeZone')])];
const currencies = (used: string): string[] => [...new Set([used, 'CNY', 'TWD', 'HKD', 'USD', 'EUR', 'GBP', 'JPY', ...Intl.supportedValuesOf('currency')])];

function changesOf(workspace: Draft, draft: Draft): Partial<Draft> {
  return Object.fromEntries((['name', 'timezone', 'currency', 'language'] as const).filter((key) => draft[key] !== workspace[key]).map((key) => [key, draft[key]]));
}

function WorkspaceForm({ workspace }: { workspace: Workspace }) {
  const { t, language } = useSpoken();
  const may = useMay();
  const client = useQueryClient();
  const { name, timezone, currency } = workspace;
  const [draft, setDraft] = useState<Draft>({ name, timezone, currency, language: workspace.language });
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  const changes = changesOf(workspace, { ...draft, name: draft.name.trim() });
  const save = useWrite(['settings'], () => api.patch('/workspaces/current', changes), { done: t('settings.saved'), after: () => void client.invalidateQueries() });
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate(undefined); };
  const reckons = 'timezone' in changes || 'currency' in changes;
  const names = new Intl.DisplayNames(language, { type: 'currency' });
  const locked = !may('settings.write');
  return (
    <form className="form workspace-form" onSubmit={submit}>
      {locked && <Notice>{t('workspace.locked')}</Notice>}
      <Field label={t('workspace.name')}>{(ids) => <Input {...ids} maxLength={100} disabled={locked} value={draft.name} onChange={({ target }) => set({ name: target.value })} />}</Field>
      <Field label={t('workspace.timezone')} hint={t('workspace.timezone.hint')}>{(ids) => <Select {...ids} showSearch disabled={locked} value={draft.timezone} onChange={(value: string) => set({ timezone: value })} options={zones(timezone).map((value) => ({ value, label: value.replaceAll('_', ' ') }))} />}</Field>
      <Field label={t('workspace.currency')} hint={t('workspace.currency.hint')}>{(ids) => <Select {...ids} showSearch optionFilterProp="label" disabled={locked} value={draft.currency} onChange={(value: string) => set({ currency: value })} options={currencies(currency).map((value) => ({ value, label: `${value} · ${names.of(value) ?? ''}` }))} />}</Field>
      <Field label={t('workspace.language')} hint={t('workspace.language.hint')}>{(ids) => <Select {...ids} disabled={locked} value={draft.language} onChange={(value: Language) => set({ language: value })} options={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))} />}</Field>
      {reckons && <Notice tone="warn">{t('workspace.reckons')}</Notice>}
      {!locked && <div><Button type="primary" htmlType="submit" loading={save.isPending} disabled={!draft.name.trim() || Object.keys(changes).length === 0}>{t('settings.save')}</Button></div>}
    </form>
  );
}
