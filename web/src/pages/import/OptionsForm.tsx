import { AutoComplete, Input, Select } from 'antd';
import { useMemo } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useSession } from '../../lib/session.ts';
import { Field } from '../../ui/Field.tsx';
import { Section } from '../../ui/Page.tsx';
import type { SourceView } from './importQueries.ts';

export type Draft = { name: string; shop: string; channel: string; currency: string; zone: string };
type OptionsProps = { draft: Draft; source: SourceView | undefined; sources: readonly SourceView[]; onChange: (draft: Draft) => void; onReread: () => void };

/** Said once for all files of the drop; each has a sensible default, so nothing must be touched. */
export function OptionsForm({ draft, source, sources, onChange, onReread }: OptionsProps) {
  const t = useT();
  const { day } = useFormats();
  const { workspace } = useSession();
  const zones = useMemo(() => Intl.supportedValuesOf('timeZone').map((value) => ({ value, label: value })), []);
  const currencies = useMemo(() => Intl.supportedValuesOf('currency').map((value) => ({ value, label: value })), []);
  const reread = (next: Draft) => { onChange(next); setTimeout(onReread, 0); };
  const hint = draft.name.trim() === '' ? t('imports.source.hint') : source ? t('imports.source.known', { day: source.lastDay ? day(source.lastDay) : 'none' }) : t('imports.source.new');
  return (
    <Section title={t('imports.options')} note={t('imports.options.note')}>
      <div className="options">
        <Field label={t('imports.source')} hint={hint}>{(ids) => <AutoComplete {...ids} value={draft.name} maxLength={60} options={sources.filter(({ retired }) => !retired).map(({ key, name }) => ({ key, value: name }))} onChange={(name: string) => onChange({ ...draft, name: name ?? '' })} />}</Field>
        <Field label={t('imports.shop')} hint={t('imports.shop.hint')}>{(ids) => <Input {...ids} value={draft.shop} maxLength={100} onChange={({ target }) => onChange({ ...draft, shop: target.value })} />}</Field>
        <Field label={t('imports.channel')} hint={t('imports.channel.hint')}>{(ids) => <Input {...ids} value={draft.channel} maxLength={100} onChange={({ target }) => onChange({ ...draft, channel: target.value })} />}</Field>
        <Field label={t('imports.currency')} hint={t('imports.currency.hint')}>{(ids) => <Select {...ids} showSearch value={draft.currency} onChange={(currency: string) => reread({ ...draft, currency })} options={[{ value: '', label: t('imports.currency.default', { currency: workspace.currency }) }, ...currencies]} />}</Field>
        <Field label={t('imports.zone')} hint={t('imports.zone.hint')}>{(ids) => <Select {...ids} showSearch value={draft.zone} onChange={(zone: string) => reread({ ...draft, zone })} options={[{ value: '', label: t('imports.zone.default', { zone: workspace.timezone }) }, ...zones]} />}</Field>
      </div>
    </Section>
  );
}
