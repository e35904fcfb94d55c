import { useQuery } from '@tanstack/react-query';
import { Button, Popconfirm, Select } from 'antd';
import { useState } from 'react';
import type { ChannelContent, TemplateDocument } from '../../../../src/reach/core/templates/document.ts';
import { isKnown, useT } from '../../lib/language.tsx';
import { Choices } from '../../ui/Choices.tsx';
import { Field } from '../../ui/Field.tsx';
import { Empty } from '../../ui/States.tsx';
import { BlocksEditor } from './BlocksEditor.tsx';
import { newContent, type Place, withContent } from './draft.ts';
import { type Finding, variablesQuery } from './templateQueries.ts';
import { TextBox } from './TextBox.tsx';

type Props = { document: TemplateDocument; place: Place; content: ChannelContent | undefined; findings: readonly Finding[]; readOnly: boolean; onDocument: (document: TemplateDocument) => void };

/** The text that is open: its fields, each with what speaks against it. */
export function ContentEditor({ document, place, content, findings, readOnly, onDocument }: Props) {
  const t = useT();
  const set = (next: ChannelContent | null) => onDocument(withContent(document, place, next));
  const own = findings.filter(({ at }) => at?.variant === place.variant && at.channel === place.channel && at.language === place.language);
  if (!content) return <Empty title={t('templates.unwritten', { channel: t(`message.channel.${place.channel}`), language: t(`templates.language.${place.language}`) })} action={!readOnly && <Button onClick={() => set(copyOf(document, place) ?? newContent(place.channel))}>{t('templates.write')}</Button>} />;
  const remove = <Popconfirm title={t('templates.remove.sure')} okText={t('templates.remove')} cancelText={t('settings.keep')} onConfirm={() => set(null)}><button type="button" className="plain link small">{t('templates.remove')}</button></Popconfirm>;
  return (
    <div className="stack content-editor">
      <Fields key={`${place.variant} ${place.channel} ${place.language}`} content={content} findings={own} readOnly={readOnly} onChange={set} />
      <SentByField document={document} readOnly={readOnly} onDocument={onDocument} />
      <Sample document={document} readOnly={readOnly} onDocument={onDocument} />
      {!readOnly && <div>{remove}</div>}
    </div>
  );
}

/** A new language begins with what is written in another. */
const copyOf = ({ variants }: TemplateDocument, { variant, channel }: Place): ChannelContent | undefined => variants.find(({ key }) => key === variant)?.contents.find(({ content }) => content.channel === channel)?.content;

type FieldsProps<C extends ChannelContent = ChannelContent> = { content: C; findings: readonly Finding[]; readOnly: boolean; onChange: (content: ChannelContent) => void };

function Fields(props: FieldsProps) {
  const { content, findings, readOnly, onChange } = props;
  const t = useT();
  const field = (name: string, rows = 1, hint?: string) => (
    <TextBox
      label={t(`templates.field.${name}`)} value={(content as unknown as Record<string, string>)[name] ?? ''} rows={rows} readOnly={readOnly} hint={hint}
      findings={findings.filter((one) => one.field === name)} onChange={(text) => onChange({ ...content, [name]: text } as ChannelContent)}
    />
  );
  switch (content.channel) {
    case 'email': return <EmailFields {...props} content={content} />;
    case 'sms': return field('text', 4, t('templates.sms.hint'));
    case 'push': return <>{field('title')}{field('body', 3)}{field('url')}</>;
    case 'in_app': return <>{choice(t('templates.shape'), ['message', 'banner'], content.shape, (shape) => onChange({ ...content, shape: shape as 'message' }), (one) => t(`templates.shape.${one}`))}{field('title')}{field('body', 3)}{field('url')}</>;
    case 'wecom': return <>{field('text', 5)}{field('url')}</>;
    case 'mp': return <>{choice(t('templates.mp'), ['service', 'subscribe'], content.kind, (kind) => onChange({ ...content, kind: kind as 'service' }), (one) => t(`templates.mp.${one}`))}{content.kind === 'subscribe' && field('providerTemplate')}{content.kind === 'service' ? field('text', 5) : <JsonBox label={t('templates.field.data')} value={content.data} readOnly={readOnly} findings={findings.filter((one) => one.field.startsWith('data'))} onChange={(data) => onChange({ ...content, data: data as Record<string, string> })} />}{field('url')}</>;
    case 'webhook': return <JsonBox label={t('templates.field.json')} value={content.body} readOnly={readOnly} findings={findings} onChange={(body) => onChange({ ...content, body })} />;
    case 'call': return <>{field('title')}{field('body', 5)}</>;
  }
}

const choice = (label: string, keys: readonly string[], value: string, onChoose: (key: string) => void, word: (key: string) => string) =>
  <Choices label={label} value={value} onChoose={onChoose} options={keys.map((key) => ({ key, label: word(key) }))} />;

type Email = Extract<ChannelContent, { channel: 'email' }>;

const MJML = `<mjml>
  <mj-body>
    <mj-section>
      <mj-column>
        <mj-text>{{ customer.name | default: "…" }}</mj-text>
        <mj-text font-size="12px"><a href="{{ links.unsubscribe }}">Unsubscribe</a></mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>`;
const FIRST_BLOCKS = (newContent('email') as Email).body;

function EmailFields({ content, findings, readOnly, onChange }: FieldsProps<Email>) {
  const t = useT();
  const of = (name: string) => findings.filter((one) => one.field === name);
  const { body } = content;
  const turn = (kind: string) => kind !== body.kind && onChange({ ...content, body: kind === 'mjml' ? { kind: 'mjml', mjml: MJML } : FIRST_BLOCKS });
  return (
    <>
      <TextBox label={t('templates.field.subject')} value={content.subject} readOnly={readOnly} findings={of('subject')} onChange={(subject) => onChange({ ...content, subject })} />
      <TextBox label={t('templates.field.preheader')} hint={t('templates.field.preheader.hint')} value={content.preheader} readOnly={readOnly} findings={of('preheader')} onChange={(preheader) => onChange({ ...content, preheader })} />
      {!readOnly && choice(t('templates.body'), ['blocks', 'mjml'], body.kind, turn, (one) => t(`templates.body.${one}`))}
      {body.kind === 'mjml'
        ? <TextBox label="MJML" code rows={16} value={body.mjml} readOnly={readOnly} findings={of('mjml')} onChange={(mjml) => onChange({ ...content, body: { kind: 'mjml', mjml } })} />
        : <BlocksEditor body={body} findings={findings} readOnly={readOnly} onChange={(next) => onChange({ ...content, body: next })} />}
      <details><summary>{t('templates.field.plain')}</summary><TextBox label={t('templates.field.plain')} hint={t('templates.field.plain.hint')} rows={6} value={content.text} readOnly={readOnly} findings={of('text')} onChange={(text) => onChange({ ...content, text })} /></details>
    </>
  );
}

type JsonProps = { label: string; value: Readonly<Record<string, unknown>>; readOnly: boolean; findings?: readonly Finding[]; hint?: string; onChange: (value: Record<string, unknown>) => void };

const parsed = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text || '{}');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
};

/** Plain data as JSON; what cannot be read is not taken over. */
function JsonBox({ label, value, readOnly, findings = [], hint, onChange }: JsonProps) {
  const t = useT();
  const [text, setText] = useState(() => JSON.stringify(value, null, 2));
  const change = (next: string) => {
    setText(next);
    const read = parsed(next);
    if (read) onChange(read);
  };
  return <><TextBox label={label} hint={hint} code rows={8} value={text} readOnly={readOnly} findings={findings} onChange={change} variables={false} />{!parsed(text) && <p className="act small" role="alert">{t('templates.json.broken')}</p>}</>;
}

/** By which event the template is sent: its properties stand among the variables, and lint knows them. */
function SentByField({ document: { event, ...document }, readOnly, onDocument }: Pick<Props, 'document' | 'readOnly' | 'onDocument'>) {
  const t = useT();
  const events = useQuery(variablesQuery(event)).data?.events ?? [];
  const label = (one: string): string => (isKnown(`event.${one}`) ? t(`event.${one}`) : one);
  return <Field label={t('templates.event')} hint={t('templates.event.hint')}>{(ids) => <Select {...ids} allowClear showSearch optionFilterProp="label" disabled={readOnly} placeholder={t('templates.event.none')} value={event ?? null} onChange={(next: string | null | undefined) => onDocument(next ? { ...document, event: next } : document)} options={[...new Set([...events, ...(event ? [event] : [])])].map((value) => ({ value, label: label(value) }))} />}</Field>;
}

const Sample = ({ document, readOnly, onDocument }: Pick<Props, 'document' | 'readOnly' | 'onDocument'>) => {
  const t = useT();
  return <details><summary>{t('templates.sample')}</summary><JsonBox label={t('templates.sample')} hint={t('templates.sample.hint')} value={document.sample} readOnly={readOnly} onChange={(sample) => onDocument({ ...document, sample })} /></details>;
};
