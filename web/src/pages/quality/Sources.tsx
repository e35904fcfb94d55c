import { type UseQueryResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useSourceName } from '../../lib/names.ts';
import { useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { useToast } from '../../ui/Field.tsx';
import { Section } from '../../ui/Page.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import type { SourceView } from '../import/importQueries.ts';
import { NewSource } from './NewSource.tsx';
import { WriteKey } from './WriteKey.tsx';

type Made = { source: SourceView; key: string };

/** Where the data comes from: how far each source reaches, how often it usually comes, and whether it has stopped. */
export function Sources({ query }: { query: UseQueryResult<{ rows: SourceView[] }> }) {
  const t = useT();
  const may = useMay();
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<Made | null>(null);
  return (
    <Section title={t('quality.sources')} note={t('quality.sources.note')} actions={may('settings.write') && !adding && <Button onClick={() => setAdding(true)}>{t('quality.source.add')}</Button>}>
      {adding && <NewSource onClose={() => setAdding(false)} />}
      <Loaded query={query} skeleton={<Skeleton lines={4} />}>
        {({ rows }) => (rows.length === 0 ? <Empty title={t('quality.sources.none')} action={<Anchor to={paths.imports()}>{t('quality.sources.import')}</Anchor>} /> : <SourceTable rows={rows} onKey={setMade} />)}
      </Loaded>
      {made && <WriteKey source={made.source} secret={made.key} onClose={() => setMade(null)} />}
    </Section>
  );
}

function SourceTable({ rows, onKey }: { rows: readonly SourceView[]; onKey: (made: Made) => void }) {
  const t = useT();
  const sourceName = useSourceName();
  const { day, decimal } = useFormats();
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact stacks">
        <caption className="unseen">{t('quality.sources')}</caption>
        <thead><tr><th scope="col">{t('quality.source.name')}</th><th scope="col">{t('quality.source.state')}</th><th scope="col">{t('quality.source.until')}</th><th scope="col">{t('quality.source.interval')}</th><th scope="col">{t('quality.source.kind')}</th><th scope="col">{t('quality.source.key')}</th><th scope="col"><span className="unseen">{t('settings.actions')}</span></th></tr></thead>
        <tbody>
          {rows.map((source) => (
            <tr key={source.id} className={source.retired ? 'retired' : undefined}>
              <th scope="row" className="phone-head">{sourceName(source.name)}{source.name !== source.key && <span className="grey small"> {source.key}</span>}</th>
              <td data-label={t('quality.source.state')}><Standing source={source} /></td>
              <td className="nowrap" data-label={t('quality.source.until')}>{source.lastDay ? day(source.lastDay) : '—'}{source.firstDay && <span className="grey small"> {t('quality.source.since', { day: day(source.firstDay) })}</span>}</td>
              <td className="nowrap" data-label={t('quality.source.interval')}>{source.intervalDays === null ? '—' : t('quality.source.days', { days: source.intervalDays, shown: decimal(source.intervalDays, source.intervalDays % 1 === 0 ? 0 : 1) })}</td>
              <td data-label={t('quality.source.kind')}>{t(`source.kind.${source.kind}`)}</td>
              <td className="nowrap" data-label={t('quality.source.key')}>{source.keyTail ? <code>…{source.keyTail}</code> : <span className="grey">{t('quality.key.none')}</span>}</td>
              <td><SourceDeeds source={source} onKey={onKey} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Flowing, late (断流) with what follows from it, retired, or never seen. */
function Standing({ source: { late, silentDays, retired, lastDay } }: { source: SourceView }) {
  const t = useT();
  if (retired) return <span className="grey">{t('quality.source.retired')}</span>;
  if (lastDay === null) return <span className="grey">{t('quality.source.never')}</span>;
  if (!late) return <span>{t('quality.source.flowing', { days: silentDays ?? 0 })}</span>;
  return <span className="standing"><span className="ochre">{t('source.late', { days: silentDays ?? 0 })}</span> <span className="grey small">{t('quality.source.held')}</span></span>;
}

function SourceDeeds({ source, onKey }: { source: SourceView; onKey: (made: Made) => void }) {
  const t = useT();
  const may = useMay();
  const toast = useToast();
  const client = useQueryClient();
  const again = () => { void client.invalidateQueries({ queryKey: ['sources'] }); void client.invalidateQueries({ queryKey: ['data-day'] }); };
  const newKey = useMutation({ mutationFn: () => api.post<{ key: string }>(`/sources/${source.id}/key`), onSuccess: ({ key }) => { onKey({ source, key }); again(); }, onError: toast.failed });
  const retire = useMutation({ mutationFn: () => api.patch(`/sources/${source.id}`, { retired: !source.retired }), onSuccess: again, onError: toast.failed });
  const keyLabel = t(source.keyTail ? 'quality.key.rotate' : 'quality.key.make');
  return (
    <span className="row deeds">
      {may('keys.write') && !source.retired && (source.keyTail
        ? <Popconfirm title={t('quality.key.sure')} description={t('quality.key.grace')} okText={keyLabel} cancelText={t('imports.keep')} onConfirm={() => newKey.mutate()}><button type="button" className="plain link">{keyLabel}</button></Popconfirm>
        : <button type="button" className="plain link" disabled={newKey.isPending} onClick={() => newKey.mutate()}>{keyLabel}</button>)}
      {may('settings.write') && (source.retired
        ? <button type="button" className="plain link" onClick={() => retire.mutate()}>{t('quality.source.back')}</button>
        : <Popconfirm title={t('quality.source.retire.sure', { name: source.name })} description={<div className="undo-said">{t('quality.source.retire.means')}</div>} okText={t('quality.source.retire')} cancelText={t('imports.keep')} onConfirm={() => retire.mutate()}><button type="button" className="plain link">{t('quality.source.retire')}</button></Popconfirm>)}
    </span>
  );
}
