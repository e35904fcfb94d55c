import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { LANGUAGES, type Language } from '../../../../src/kernel/words/types.ts';
import { CHANNELS, type ChannelName, PURPOSES, type Purpose } from '../../../../src/reach/core/message.ts';
import type { TemplateDocument, Variant, When } from '../../../../src/reach/core/templates/document.ts';
import { testOf } from '../../../../src/reach/core/templates/test.ts';
import { useT } from '../../lib/language.tsx';
import { Choices } from '../../ui/Choices.tsx';
import { Field } from '../../ui/Field.tsx';
import { segmentsQuery } from '../segments/segmentsQueries.ts';
import { addVariant, moved, type Place, variantOf, withVariant } from './draft.ts';
import { type Finding, vocabularyQuery } from './templateQueries.ts';

type Props = {
  document: TemplateDocument; purpose: Purpose; place: Place; findings: readonly Finding[]; readOnly: boolean;
  onPlace: (place: Place) => void; onDocument: (document: TemplateDocument) => void; onPurpose: (purpose: Purpose) => void;
};

/** Which text is open: for whom, on which channel, in which language; a mark says where something is written and where something is wrong. */
export function Places({ document, purpose, place, findings, readOnly, onPlace, onDocument, onPurpose }: Props) {
  const t = useT();
  const variant = variantOf(document, place.variant);
  const isWritten = (channel: ChannelName, language?: Language): boolean => variant?.contents.some((one) => one.content.channel === channel && (language === undefined || one.language === language)) ?? false;
  const isWrong = (channel: ChannelName, language?: Language): boolean => findings.some(({ level, at }) => level === 'error' && at?.variant === variant?.key && at?.channel === channel && (language === undefined || at.language === language));
  const label = (word: string, written: boolean, wrong: boolean) => <span className={wrong ? 'act' : written ? 'strong' : 'grey'}>{word}{wrong && <span className="unseen"> {t('templates.wrong')}</span>}</span>;
  return (
    <div className="stack places">
      <Variants {...{ document, place, readOnly, onPlace, onDocument, onPurpose, purpose }} />
      <Choices label={t('templates.channels')} value={place.channel} onChoose={(channel) => onPlace({ ...place, channel: channel as ChannelName })} options={CHANNELS.map((key) => ({ key, label: label(t(`message.channel.${key}`), isWritten(key), isWrong(key)) }))} />
      <Choices label={t('templates.languages')} value={place.language} onChoose={(language) => onPlace({ ...place, language: language as Language })} options={LANGUAGES.map((key) => ({ key, label: label(t(`templates.language.${key}`), isWritten(place.channel, key), isWrong(place.channel, key)) }))} />
    </div>
  );
}

function Variants({ document, place, readOnly, onPlace, onDocument, onPurpose, purpose }: Omit<Props, 'findings'>) {
  const t = useT();
  const variant = variantOf(document, place.variant), at = document.variants.findIndex(({ key }) => key === variant?.key);
  const nameOf = ({ key, name }: Variant): string => name || (key === 'all' ? t('templates.everybody') : key);
  const link = (word: string, act: () => void, disabled = false) => <button type="button" className="plain link" disabled={disabled} onClick={act}>{word}</button>;
  const add = () => {
    const made = addVariant(document);
    onDocument(made.document);
    onPlace({ ...place, variant: made.key });
  };
  return (
    <>
      <div className="spread">
        <Choices label={t('templates.variants')} value={variant?.key ?? ''} onChoose={(key) => onPlace({ ...place, variant: key })} options={document.variants.map((one) => ({ key: one.key, label: nameOf(one) }))} />
        {!readOnly && <span className="row">
          {link(t('templates.variant.add'), add, document.variants.length >= 30)}
          {document.variants.length > 1 && link(t('templates.variant.earlier'), () => onDocument({ ...document, variants: moved(document.variants, at, -1) }), at <= 0)}
          {document.variants.length > 1 && link(t('templates.variant.remove'), () => { onDocument({ ...document, variants: document.variants.filter((_, i) => i !== at) }); onPlace({ ...place, variant: document.variants[at === 0 ? 1 : 0]?.key ?? 'all' }); })}
        </span>}
      </div>
      <details key={variant?.key} className="for-whom" open={at < document.variants.length - 1}>
        <summary>{t('templates.settings')}</summary>
        <div className="for-whom-fields">
          <Shares document={document} readOnly={readOnly} onDocument={onDocument} />
          {variant && <Conditions variant={variant} readOnly={readOnly} onChange={(change) => onDocument(withVariant(document, variant.key, (one) => ({ ...one, ...change })))} />}
          <Field label={t('templates.purpose')} hint={t(`templates.purpose.${purpose}.why`)}>{(ids) => <Select {...ids} disabled={readOnly} value={purpose} onChange={onPurpose} options={PURPOSES.map((value) => ({ value, label: t(`message.purpose.${value}`) }))} />}</Field>
          <Field label={t('templates.language.own')} hint={t('templates.language.own.hint')}>{(ids) => <Select {...ids} disabled={readOnly} value={document.language} onChange={(language) => onDocument({ ...document, language })} options={LANGUAGES.map((value) => ({ value, label: t(`templates.language.${value}`) }))} />}</Field>
        </div>
      </details>
    </>
  );
}

/** How many people each arm of a test gets beside the others, where there is a test. */
function Shares({ document, readOnly, onDocument }: Pick<Props, 'document' | 'readOnly' | 'onDocument'>) {
  const t = useT();
  const test = testOf(document);
  if (!test) return null;
  const arms = [test.baseline, ...test.others.map(({ key }) => key)], weights = document.weights ?? {};
  return (
    <Field label={t('templates.shares')} hint={t('templates.shares.hint', { baseline: test.baseline })}>{(ids) => (
      <span className="row" {...ids}>{arms.map((arm) => <label key={arm} className="row small">{arm}<input className="input share" type="number" min={0} max={1_000} readOnly={readOnly} value={weights[arm] ?? 1} onChange={({ target }) => onDocument({ ...document, weights: { ...weights, [arm]: Math.max(0, Number(target.value) || 0) } })} /></label>)}</span>
    )}</Field>
  );
}

function Conditions({ variant, readOnly, onChange }: { variant: Variant; readOnly: boolean; onChange: (change: Partial<Variant>) => void }) {
  const t = useT();
  const { data: words } = useQuery(vocabularyQuery);
  const { data: segments } = useQuery(segmentsQuery);
  const set = (change: Partial<When>) => onChange({ when: { ...variant.when, ...change } });
  const many = (key: keyof When, options: { value: string; label: string }[], mode: 'multiple' | 'tags' = 'multiple') => (
    <Field label={t(`templates.when.${key}`)}>{(ids) => <Select {...ids} mode={mode} disabled={readOnly} value={[...variant.when[key]] as string[]} onChange={(value: string[]) => set({ [key]: mode === 'tags' ? value.map((one) => one.toLowerCase().replace(/[^a-z0-9_]/g, '')).filter((one) => /^[a-z]/.test(one)) : value })} options={options} placeholder={t('templates.when.any')} optionFilterProp="label" />}</Field>
  );
  return (
    <>
      <Field label={t('templates.variant.name')}>{(ids) => <input {...ids} className="input" maxLength={80} readOnly={readOnly} value={variant.name} onChange={({ target }) => onChange({ name: target.value })} />}</Field>
      {many('stages', (words?.stages ?? []).map((value) => ({ value, label: t(`stage.${value}`) })))}
      {many('angles', (words?.angles ?? []).map((value) => ({ value, label: t(`templates.angle.${value}`) })))}
      {many('segments', (segments?.rows ?? []).map(({ id, name }) => ({ value: id, label: name })))}
      {many('arms', variant.when.arms.map((value) => ({ value, label: value })), 'tags')}
    </>
  );
}
