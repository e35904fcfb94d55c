import { Button, Select } from 'antd';
import { useMutation } from '@tanstack/react-query';
import { AUDIT_ACTIONS } from '../../../../src/kernel/words/auditActions.ts';
import { api, type Paged } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { type Column, DataTable, Pager } from '../../ui/DataTable.tsx';
import { useToast } from '../../ui/Field.tsx';
import { Notice } from '../../ui/Figure.tsx';
import { Page } from '../../ui/Page.tsx';
import { Empty } from '../../ui/States.tsx';
import { usePages } from '../../ui/usePages.ts';
import type { AuditLine, AuditVerdict } from './settingsQueries.ts';
import './settings.css';

const PAGE_SIZE = 50;

/** Who did what, newest first; each line carries the hash of the one before. */
export default function AuditPage() {
  const t = useT();
  const toast = useToast();
  const { moment, count } = useFormats();
  const [filters, change] = useFilters();
  const action = filters['action'];
  const name = (code: string): string => t(`audit.${code}`);
  const pages = usePages(['audit', action ?? ''], (cursor, signal) => api.get<Paged<AuditLine>>('/audit', { action, limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) }, signal));
  const check = useMutation({ mutationFn: () => api.get<AuditVerdict>('/audit/verify'), onError: toast.failed });
  const columns: Column<AuditLine>[] = [
    { key: 'at', title: t('settings.audit.at'), phone: 'aside', cell: ({ at }) => <span className="nowrap">{moment(at)}</span> },
    { key: 'actor', title: t('settings.audit.actor'), cell: ({ actor, actorKind }) => (actor === 'cli' ? t('settings.audit.kind.cli') : actorKind === 'system' || !actor ? t(`settings.audit.kind.${actorKind}`) : actor) },
    { key: 'action', title: t('settings.audit.action'), phone: 'head', cell: (line) => name(line.action) },
    { key: 'target', title: t('settings.audit.target'), cell: ({ target }) => <code className="clip">{target}</code> },
    { key: 'detail', title: t('settings.audit.detail'), cell: ({ detail }) => <code className="clip">{Object.entries(detail).map(([key, value]) => `${key}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`).join(' · ') || '—'}</code> },
  ];
  const { data, error, refetch, isPlaceholderData } = pages.query;
  return (
    <Page title={t('nav.settings.audit')} lead={t('settings.audit.lead')} actions={<Button onClick={() => check.mutate()} loading={check.isPending}>{t('settings.audit.check')}</Button>}>
      {check.data && <Notice tone={check.data.intact ? 'note' : 'act'}>{check.data.intact ? t('settings.audit.intact', { lines: check.data.lines }) : t('settings.audit.broken', { seq: count(check.data.brokenAt ?? 0) })}</Notice>}
      <div className="row settings-form">
        <Select aria-label={t('settings.audit.action')} className="action-choice" allowClear showSearch={{ optionFilterProp: 'label' }} placeholder={t('settings.audit.every')} value={action} onChange={(value?: string) => change({ action: value ?? null })} options={AUDIT_ACTIONS.map((value) => ({ value, label: name(value) }))} />
      </div>
      <DataTable name="audit" caption={t('nav.settings.audit')} columns={columns} rows={data?.rows} rowKey={({ seq }) => String(seq)} error={error} onRetry={() => void refetch()} dimmed={isPlaceholderData} empty={<Empty title={t('settings.audit.none')} />} />
      <Pager pages={pages} size={PAGE_SIZE} noun="settings.audit.lines" />
    </Page>
  );
}
