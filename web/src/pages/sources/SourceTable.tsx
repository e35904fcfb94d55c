import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Popconfirm } from 'antd';
import type { ReactNode } from 'react';
import type { SourceHealth } from '../../../../src/collect/contract.ts';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useSourceName } from '../../lib/names.ts';
import { useMay } from '../../lib/session.ts';
import { useToast } from '../../ui/Field.tsx';
import type { SourceView } from '../import/importQueries.ts';
import type { Made } from './SourcesPage.tsx';

const healthQuery = queryOptions({ queryKey: ['sources', 'health'], queryFn: ({ signal }) => api.get<{ rows: SourceHealth[] }>('/sources/health', undefined, signal), refetchInterval: 5_000 });

/** Each source with what came within the hour, what was refused within the day, and its key. */
export function SourceTable({ rows, onKey }: { rows: readonly SourceView[]; onKey: (made: Made) => void }) {
  const t = useT();
  const sourceName = useSourceName();
  const { data } = useQuery(healthQuery);
  const health = new Map(data?.rows.map((one) => [one.id, one]));
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact stacks">
        <caption className="unseen">{t('sources.title')}</caption>
        <thead><tr><th scope="col">{t('quality.source.name')}</th><th scope="col">{t('sources.last')}</th><th scope="col">{t('sources.hour')}</th><th scope="col" className="number">{t('sources.refused')}</th><th scope="col">{t('quality.source.key')}</th><th scope="col"><span className="unseen">{t('settings.actions')}</span></th></tr></thead>
        <tbody>
          {rows.map((source) => (
            <tr key={source.id} className={source.retired ? 'retired' : undefined}>
              <th scope="row" className="phone-head">{sourceName(source.name)}<span className="grey small"> {source.retired ? t('quality.source.retired') : t(`source.kind.${source.kind}`)}</span></th>
              <Health of={health.get(source.id)} />
              <td data-label={t('quality.source.key')}><Key source={source} of={health.get(source.id)} /></td>
              <td><Deeds source={source} onKey={onKey} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Health({ of }: { of: SourceHealth | undefined }) {
  const t = useT();
  const { moment, count, percent } = useFormats();
  const came = of ? of.day.events + of.day.repeated + of.day.refused : 0;
  const most = Math.max(1, ...(of?.minutes ?? []));
  return (
    <>
      <td className="nowrap" data-label={t('sources.last')}>{of?.lastMinute ? moment(of.lastMinute) : <span className="grey">{t('sources.quiet')}</span>}</td>
      <td className="nowrap" data-label={t('sources.hour')}>{of && <span className="hour"><span className="number">{count(of.hour.events)}</span><span className="spark" aria-hidden="true">{of.minutes.map((events, at) => <i key={at} style={{ height: `${(events / most) * 100}%` }} />)}</span></span>}</td>
      <td className="number" data-label={t('sources.refused')}>{came === 0 ? '—' : <span className={of && of.day.refused > 0 ? 'ochre' : undefined}>{t('sources.refused.of', { share: percent((of?.day.refused ?? 0) / came), count: of?.day.refused ?? 0 })}</span>}{of && of.day.repeated > 0 && <span className="grey small"> {t('sources.repeated', { count: of.day.repeated })}</span>}</td>
    </>
  );
}

function Key({ source, of }: { source: SourceView; of: SourceHealth | undefined }) {
  const t = useT();
  const { moment } = useFormats();
  if (!source.keyTail) return <span className="grey">{t('quality.key.none')}</span>;
  return <span><code>…{source.keyTail}</code>{of?.oldKeyUntil && <span className="grey small"> {t('sources.key.old', { moment: moment(of.oldKeyUntil) })}</span>}</span>;
}

/** A deed that is asked about first. */
function Asked({ label, title, means, onYes }: { label: string; title: string; means: string; onYes: () => void }) {
  const t = useT();
  return <Popconfirm title={title} description={<div className="undo-said">{means}</div>} okText={label} cancelText={t('imports.keep')} onConfirm={onYes}><button type="button" className="plain link">{label}</button></Popconfirm>;
}

function Deeds({ source, onKey }: { source: SourceView; onKey: (made: Made) => void }) {
  const t = useT();
  const may = useMay();
  const toast = useToast();
  const client = useQueryClient();
  const again = () => { void client.invalidateQueries({ queryKey: ['sources'] }); void client.invalidateQueries({ queryKey: ['data-day'] }); };
  const newKey = useMutation({ mutationFn: () => api.post<{ key: string }>(`/sources/${source.id}/key`), onSuccess: ({ key }) => { onKey({ source, key }); again(); }, onError: toast.failed });
  const revoke = useMutation({ mutationFn: () => api.delete(`/sources/${source.id}/key`), onSuccess: again, onError: toast.failed });
  const retire = useMutation({ mutationFn: () => api.patch(`/sources/${source.id}`, { retired: !source.retired }), onSuccess: again, onError: toast.failed });
  const deeds: ReactNode[] = [
    ...(may('keys.write') && !source.retired && !source.keyTail ? [<button key="make" type="button" className="plain link" disabled={newKey.isPending} onClick={() => newKey.mutate()}>{t('quality.key.make')}</button>] : []),
    ...(may('keys.write') && !source.retired && source.keyTail ? [
      <Asked key="rotate" label={t('quality.key.rotate')} title={t('quality.key.sure')} means={t('quality.key.grace')} onYes={() => newKey.mutate()} />,
      <Asked key="revoke" label={t('sources.key.revoke')} title={t('sources.key.revoke.sure', { name: source.name })} means={t('sources.key.revoke.means')} onYes={() => revoke.mutate()} />,
    ] : []),
    ...(may('settings.write') ? [source.retired
      ? <button key="back" type="button" className="plain link" onClick={() => retire.mutate()}>{t('quality.source.back')}</button>
      : <Asked key="retire" label={t('quality.source.retire')} title={t('quality.source.retire.sure', { name: source.name })} means={t('quality.source.retire.means')} onYes={() => retire.mutate()} />] : []),
  ];
  return deeds.length === 0 ? null : <span className="row deeds">{deeds}</span>;
}
