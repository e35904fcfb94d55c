import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { CHANNELS, type Purpose } from '../../../../src/reach/core/message.ts';
import type { TemplateDocument } from '../../../../src/reach/core/templates/document.ts';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import { Page } from '../../ui/Page.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { Failure, Loaded, Skeleton } from '../../ui/States.tsx';
import { ContentEditor } from './ContentEditor.tsx';
import { contentAt, type Place, variantOf } from './draft.ts';
import { Findings } from './Findings.tsx';
import { History } from './History.tsx';
import { LookAt } from './LookAt.tsx';
import { Places } from './Places.tsx';
import { PublishPanel } from './PublishPanel.tsx';
import { lintQuery, type Template, templateQuery } from './templateQueries.ts';
import { StateOf } from './TemplatesPage.tsx';
import { SentBy } from './TextBox.tsx';
import { usePaused } from './usePaused.ts';
import './templates.css';

export default function TemplatePage() {
  const { id = '' } = useParams({ strict: false });
  const t = useT(), template = useQuery(templateQuery(id));
  if (template.error && !template.data) return <Page title={t('nav.engage.templates')}><Failure error={template.error} onRetry={() => void template.refetch()} /></Page>;
  return <Loaded query={template} skeleton={<div className="page"><Skeleton lines={10} /></div>}>{(data) => <Editor key={`${data.id} ${data.revision}`} template={data} />}</Loaded>;
}

/** The place to begin with: the first text there is. */
function firstPlace(document: TemplateDocument): Place {
  const variant = document.variants.at(-1), entry = variant?.contents[0];
  return { variant: variant?.key ?? 'all', channel: entry?.content.channel ?? CHANNELS[0], language: entry?.language ?? document.language };
}

/** One template: its texts on the left, what somebody gets of them on the right, what speaks against them between. */
function Editor({ template }: { template: Template }) {
  const t = useT();
  const may = useMay();
  const canWrite = may('reach.write');
  const [document, setDocument] = useState(template.document);
  const [purpose, setPurpose] = useState<Purpose>(template.purpose);
  const [place, setPlace] = useState<Place>(() => firstPlace(template.document));
  const [panel, setPanel] = useState<'history' | 'publish' | null>(null);
  const looked = usePaused(document);
  const lint = useQuery(lintQuery(purpose, looked));
  const findings = lint.data?.findings ?? template.findings;
  const isChanged = JSON.stringify(document) !== JSON.stringify(template.document) || purpose !== template.purpose;
  const save = useWrite(['templates', 'blocks'], () => api.patch<Template>(`/templates/${template.id}`, { revision: template.revision, purpose, document }), { done: t('templates.saved') });
  const variant = variantOf(document, place.variant), at = { ...place, variant: variant?.key ?? place.variant };
  const content = contentAt(document, at);
  const actions = (
    <>
      {template.experiment && <Anchor to={paths.experiment(template.experiment)}>{t('templates.experiment')}</Anchor>}
      <Button onClick={() => setPanel('history')}>{t('templates.history')}</Button>
      {canWrite && <Button disabled={!isChanged} loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('settings.save')}</Button>}
      {canWrite && <Button type="primary" disabled={isChanged || (!template.changed && template.published !== null)} onClick={() => setPanel('publish')}>{t('templates.publish')}</Button>}
    </>
  );
  return (
    <Page title={template.name} lead={<><StateOf head={template} /> · {isChanged ? <span className="ochre">{t('templates.unsaved')}</span> : t(`message.purpose.${purpose}`)}</>} actions={actions}>
      <div className="template-editor">
        <div className="template-write">
          <Places document={document} purpose={purpose} place={at} findings={findings} readOnly={!canWrite} onPlace={setPlace} onDocument={setDocument} onPurpose={setPurpose} />
          <SentBy value={document.event}><ContentEditor document={document} place={at} content={content} findings={findings} readOnly={!canWrite} onDocument={setDocument} /></SentBy>
          <Findings findings={findings} document={document} onPlace={(to) => setPlace(to)} />
        </div>
        <LookAt template={template} document={looked} place={at} canTest={canWrite && !isChanged && content !== undefined} />
      </div>
      <SidePanel open={panel === 'history'} onClose={() => setPanel(null)} title={t('templates.history')}><History template={template} onTake={canWrite ? (taken) => { setDocument(taken); setPlace(firstPlace(taken)); setPanel(null); } : undefined} /></SidePanel>
      <SidePanel open={panel === 'publish'} onClose={() => setPanel(null)} title={t('templates.publish')}><PublishPanel template={template} findings={findings} onDone={() => setPanel(null)} /></SidePanel>
    </Page>
  );
}
