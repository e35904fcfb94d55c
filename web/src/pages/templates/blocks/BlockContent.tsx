import { Button, Select } from 'antd';
import { LANGUAGES, type Language } from '../../../../../src/kernel/words/types.ts';
import type { EmailBody } from '../../../../../src/reach/core/templates/document.ts';
import type { SharedContent, SharedDocument } from '../../../../../src/reach/core/templates/shared.ts';
import { useT } from '../../../lib/language.tsx';
import { Choices } from '../../../ui/Choices.tsx';
import { Field } from '../../../ui/Field.tsx';
import { Empty } from '../../../ui/States.tsx';
import { BlocksEditor } from '../BlocksEditor.tsx';
import { FieldFindings } from '../Findings.tsx';
import type { Finding } from '../templateQueries.ts';
import { TextBox } from '../TextBox.tsx';

type Props = { document: SharedDocument; language: Language; findings: readonly Finding[]; readOnly: boolean; onLanguage: (language: Language) => void; onDocument: (document: SharedDocument) => void };

const FIRST_PARTS: EmailBody = { kind: 'blocks', accent: '#1E6B52', blocks: [{ kind: 'text', text: '' }] };
const FIRST_MJML: EmailBody = { kind: 'mjml', mjml: '<mj-section>\n  <mj-column>\n    <mj-text>{{ workspace.name }}</mj-text>\n  </mj-column>\n</mj-section>' };

/** What a block says, language by language. */
export function BlockContent({ document, language, findings, readOnly, onLanguage, onDocument }: Props) {
  const t = useT();
  const { contents } = document, content = contents.find((one) => one.language === language);
  const put = (next: SharedContent) => onDocument({ ...document, contents: content ? contents.map((one) => (one === content ? next : one)) : [...contents, next] });
  const isWritten = (key: Language) => contents.some((one) => one.language === key), isWrong = (key: Language) => findings.some(({ level, at }) => level === 'error' && at?.language === key);
  const word = (key: Language) => <span className={isWrong(key) ? 'act' : isWritten(key) ? 'strong' : 'grey'}>{t(`templates.language.${key}`)}{isWrong(key) && <span className="unseen"> {t('templates.wrong')}</span>}</span>;
  const said = { language: t(`templates.language.${language}`) };
  return (
    <div className="stack">
      <Choices label={t('templates.languages')} value={language} onChoose={(key) => onLanguage(key as Language)} options={LANGUAGES.map((key) => ({ key, label: word(key) }))} />
      {content
        ? <Fields content={content} findings={findings.filter(({ at }) => at?.language === language)} readOnly={readOnly} onChange={put} />
        : <Empty title={t('blocks.unwritten', said)} action={!readOnly && <Button onClick={() => put({ ...(contents[0] as SharedContent), language })}>{t('templates.write')}</Button>}>{t('blocks.unwritten.why', { language: t(`templates.language.${document.language}`) })}</Empty>}
      <Field label={t('templates.language.own')} hint={t('templates.language.own.hint')}>{(ids) => <Select {...ids} disabled={readOnly} value={document.language} onChange={(own: Language) => onDocument({ ...document, language: own })} options={LANGUAGES.filter(isWritten).map((value) => ({ value, label: t(`templates.language.${value}`) }))} />}</Field>
      {!readOnly && content && contents.length > 1 && language !== document.language && <div><button type="button" className="plain link small" onClick={() => onDocument({ ...document, contents: contents.filter((one) => one !== content) })}>{t('templates.remove')}</button></div>}
    </div>
  );
}

type FieldsProps = { content: SharedContent; findings: readonly Finding[]; readOnly: boolean; onChange: (content: SharedContent) => void };

function Fields({ content, findings, readOnly, onChange }: FieldsProps) {
  const t = useT();
  const { email, text } = content, kind = email?.kind ?? 'none';
  const forms = [{ key: 'none', label: t('blocks.email.none') }, { key: 'blocks', label: t('templates.body.blocks') }, { key: 'mjml', label: t('templates.body.mjml') }];
  const turn = (next: string) => next !== kind && onChange({ ...content, email: next === 'none' ? null : next === 'mjml' ? FIRST_MJML : FIRST_PARTS });
  const ofMail = findings.filter(({ at }) => at?.channel === 'email');
  return (
    <>
      <TextBox label={t('blocks.text')} hint={t('blocks.text.hint')} rows={3} value={text} readOnly={readOnly} findings={findings.filter(({ at }) => at?.channel !== 'email')} onChange={(next) => onChange({ ...content, text: next })} />
      <div className="row"><span className="grey small">{t('blocks.email')}</span><Choices label={t('blocks.email')} value={kind} onChoose={readOnly ? () => undefined : turn} options={forms} /></div>
      {email?.kind === 'mjml' && <TextBox label="MJML" hint={t('blocks.mjml.hint')} code rows={12} value={email.mjml} readOnly={readOnly} findings={ofMail} onChange={(mjml) => onChange({ ...content, email: { kind: 'mjml', mjml } })} />}
      {email?.kind === 'blocks' && <><BlocksEditor body={email} findings={ofMail} readOnly={readOnly} onChange={(body) => onChange({ ...content, email: body })} /><FieldFindings findings={ofMail.filter(({ field }) => !field.startsWith('blocks'))} /></>}
    </>
  );
}
