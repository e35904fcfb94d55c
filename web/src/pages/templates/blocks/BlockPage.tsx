import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Button, Input, Popconfirm } from 'antd';
import { useState } from 'react';
import { blocks as isBlocked } from '../../../../../src/reach/core/templates/finding.ts';
import type { SharedDocument } from '../../../../../src/reach/core/templates/shared.ts';
import { api } from '../../../lib/api.ts';
import { useT } from '../../../lib/language.tsx';
import { useGo } from '../../../lib/location.tsx';
import { useMay } from '../../../lib/session.ts';
import { useWrite } from '../../../lib/useWrite.ts';
import { paths } from '../../../paths.ts';
import { Field } from '../../../ui/Field.tsx';
import { Notice } from '../../../ui/Figure.tsx';
import { Page } from '../../../ui/Page.tsx';
import { SidePanel } from '../../../ui/SidePanel.tsx';
import { Failure, Loaded, Skeleton } from '../../../ui/States.tsx';
import { usePaused } from '../usePaused.ts';
import { BlockContent } from './BlockContent.tsx';
import { BlockHistory } from './BlockHistory.tsx';
import { BlockLook } from './BlockLook.tsx';
import { blockQuery, checkQuery, type Check, type Shared } from './blockQueries.ts';
import { BlockUses } from './BlockUses.tsx';
import { Effect } from './Effect.tsx';
import '../templates.css';

export default function BlockPage() {
  const { id = '' } = useParams({ strict: false });
  const t = useT(), block = useQuery(blockQuery(id));
  if (block.error && !block.data) return <Page title={t('blocks.title')}><Failure error={block.error} onRetry={() => void block.refetch()} /></Page>;
  return <Loaded query={block} skeleton={<div className="page"><Skeleton lines={10} /></div>}>{(data) => <Editor key={`${data.id} ${data.version} ${data.name}`} block={data} />}</Loaded>;
}

/** Whether what saving would do keeps it from being saved, and whether it asks for a reason: what customers get is what counts. */
function verdictOf({ findings, templates }: Check): { stops: boolean; breaks: boolean; asks: boolean } {
  const sent = templates.filter(({ version }) => version !== null).map((one) => one.findings as Parameters<typeof isBlocked>[0]);
  const breaks = sent.some((one) => isBlocked(one, { withReason: true }));
  return { stops: breaks || isBlocked(findings as Parameters<typeof isBlocked>[0], { withReason: true }), breaks, asks: sent.some((one) => isBlocked(one, { withReason: false })) };
}

/** One block: what it says on the left, how that looks on the right, and what saving would change. */
function Editor({ block }: { block: Shared }) {
  const t = useT();
  const canWrite = useMay()('reach.write'), go = useGo();
  const [document, setDocument] = useState<SharedDocument>(block.document);
  const [name, setName] = useState(block.name);
  const [language, setLanguage] = useState(block.document.language);
  const [reason, setReason] = useState('');
  const [isHistory, setHistory] = useState(false);
  const looked = usePaused(document);
  const check = useQuery(checkQuery(block.key, looked)), found: Check = check.data ?? { findings: block.findings, templates: [] };
  const { stops, breaks, asks } = verdictOf(found);
  const isRewritten = JSON.stringify(document) !== JSON.stringify(block.document), isChanged = isRewritten || name.trim() !== block.name;
  const save = useWrite(['blocks', 'templates'], () => api.patch<Shared>(`/blocks/${block.id}`, { version: block.version, name: name.trim(), ...(isRewritten ? { document, reason: reason.trim() } : {}) }), { done: t('blocks.saved') });
  const drop = useWrite(['blocks'], () => api.delete(`/blocks/${block.id}`), { done: t('blocks.deleted'), after: () => go(paths.blocks()) });
  const actions = (
    <>
      <Button onClick={() => setHistory(true)}>{t('templates.history')}</Button>
      {canWrite && <Button type="primary" disabled={!isChanged || name.trim() === '' || (isRewritten && (stops || looked !== document || (asks && reason.trim() === '')))} loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('settings.save')}</Button>}
    </>
  );
  return (
    <Page title={block.name} lead={<><code>{block.key}</code> · {isChanged ? <span className="ochre">{t('templates.unsaved')}</span> : t('blocks.version.of', { version: block.version })}</>} actions={actions}>
      <div className="template-editor">
        <div className="template-write">
          {canWrite && <Field label={t('blocks.name')}>{(ids) => <Input {...ids} maxLength={80} value={name} onChange={({ target }) => setName(target.value)} />}</Field>}
          <BlockContent document={document} language={language} findings={found.findings} readOnly={!canWrite} onLanguage={setLanguage} onDocument={setDocument} />
          {isRewritten && <Effect templates={found.templates} />}
          {isRewritten && breaks && <Notice tone="warn">{t('blocks.effect.blocked')}</Notice>}
          {isRewritten && !stops && asks && <Field label={t('templates.reason')} hint={t('templates.reason.hint')}>{(ids) => <Input.TextArea {...ids} maxLength={500} rows={2} value={reason} onChange={({ target }) => setReason(target.value)} />}</Field>}
          <BlockUses uses={block.usedBy} />
          {canWrite && block.usedBy.length === 0 && <div><Popconfirm title={t('blocks.delete.sure')} okText={t('blocks.delete')} cancelText={t('settings.keep')} onConfirm={() => drop.mutate(undefined)}><button type="button" className="plain link small">{t('blocks.delete')}</button></Popconfirm></div>}
        </div>
        <BlockLook of={block.key} document={looked} language={language} />
      </div>
      <SidePanel open={isHistory} onClose={() => setHistory(false)} title={t('templates.history')}><BlockHistory block={block} document={document} onTake={canWrite ? (taken) => { setDocument(taken); setHistory(false); } : undefined} /></SidePanel>
    </Page>
  );
}
