import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { blocks } from '../../../../src/reach/core/templates/finding.ts';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useWrite } from '../../lib/useWrite.ts';
import { Field } from '../../ui/Field.tsx';
import { Notice } from '../../ui/Figure.tsx';
import { FieldFindings } from './Findings.tsx';
import type { Finding, Template } from './templateQueries.ts';

/** Publishing: what it means, what stands against it, and the reason that a forbidden claim needs. */
export function PublishPanel({ template, findings, onDone }: { template: Template; findings: readonly Finding[]; onDone: () => void }) {
  const t = useT();
  const [reason, setReason] = useState('');
  const publish = useWrite(['templates', 'blocks'], () => api.post<Template>(`/templates/${template.id}/publish`, { revision: template.revision, reason: reason.trim() }), { done: t('templates.published'), after: onDone });
  const submit = (event: FormEvent) => { event.preventDefault(); publish.mutate(undefined); };
  const known = findings as Parameters<typeof blocks>[0];
  const isBlocked = blocks(known, { withReason: true }), needsReason = !isBlocked && blocks(known, { withReason: false });
  return (
    <form className="form" onSubmit={submit}>
      <p>{t('templates.publish.lead', { version: (template.published ?? 0) + 1 })}</p>
      <div><FieldFindings findings={findings} /></div>
      {isBlocked && <Notice tone="warn">{t('templates.publish.blocked')}</Notice>}
      {needsReason && <Field label={t('templates.reason')} hint={t('templates.reason.hint')}>{(ids) => <Input.TextArea {...ids} required maxLength={500} rows={3} value={reason} onChange={({ target }) => setReason(target.value)} />}</Field>}
      <div><Button type="primary" htmlType="submit" loading={publish.isPending} disabled={isBlocked || (needsReason && reason.trim() === '')}>{t('templates.publish')}</Button></div>
    </form>
  );
}
