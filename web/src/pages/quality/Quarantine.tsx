import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor, useFilters } from '../../lib/location.tsx';
import { paths } from '../../paths.ts';
import { Choices } from '../../ui/Choices.tsx';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { useToast } from '../../ui/Field.tsx';
import { Section } from '../../ui/Page.tsx';
import { Empty } from '../../ui/States.tsx';
import { reasonName } from '../import/ImportReport.tsx';
import { rejectSentence } from '../import/Refused.tsx';
import { FixRow } from './FixRow.tsx';
import { quarantineQuery, type QuarantineView } from './qualityQueries.ts';

const STATES = ['open', 'replayed', 'dismissed', 'undone'] as const;

/** What a row holds, in few words. */
const gist = ({ cells, event }: QuarantineView): string => (cells ? cells.filter(Boolean).join(' · ') : JSON.stringify(event)).slice(0, 160);

/** Rows that were refused: why, how many of each, and a way to mend them, one or many at once. */
export function Quarantine() {
  const t = useT();
  const { count, moment } = useFormats();
  const [filters, change] = useFilters();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [fixing, setFixing] = useState<QuarantineView | null>(null);
  const state = STATES.find((one) => one === filters['state']) ?? 'open';
  const query = useQuery(quarantineQuery({ importId: filters['import'], code: filters['code'], state, cursor: filters['after'] }));
  const counts = query.data?.counts ?? [];
  const total = counts.reduce((sum, one) => sum + one.count, 0);
  const pick = (next: Readonly<Record<string, string | null>>) => { setChosen(new Set()); change({ after: null, ...next }); };
  const columns: Column<QuarantineView>[] = [
    { key: 'line', title: t('quality.row.line'), phone: 'head', cell: (row) => (row.file ? t('quality.row.at', { file: row.file, line: row.line }) : t('quality.row.event', { source: row.source })) },
    { key: 'why', title: t('imports.refused.why'), cell: ({ rejects }) => <span className="report-line">{rejects.map(({ code, column, params }) => `${column ? `${column}: ` : ''}${rejectSentence(t, code, params)}`).join(' ')}</span> },
    { key: 'holds', title: t('quality.row.holds'), phone: 'hidden', cell: (row) => <span className="clip-cell grey">{gist(row)}</span> },
    { key: 'at', title: t('imports.col.at'), phone: 'hidden', cell: ({ createdAt, settledAt }) => <span className="nowrap">{moment(settledAt ?? createdAt)}</span> },
  ];
  return (
    <Section title={t('quality.quarantine')} note={t('quality.quarantine.note')} actions={<Choices label={t('quality.state')} value={state} onChoose={(key) => pick({ state: key === 'open' ? null : key, code: null })} options={STATES.map((key) => ({ key, label: t(`quality.state.${key}`) }))} />}>
      {filters['import'] && <p className="grey only-import">{t('quality.onlyImport')} <Anchor to={paths.import(filters['import'])}>{t('quality.theImport')}</Anchor> · <button type="button" className="plain link" onClick={() => pick({ import: null, code: null })}>{t('quality.allImports')}</button></p>}
      {counts.length > 0 && (
        <ul className="reasons">
          <li><button type="button" className="plain reason" aria-pressed={!filters['code']} onClick={() => pick({ code: null })}><span className="number strong">{count(total)}</span> {t('quality.everyReason')}</button></li>
          {counts.map(({ code, count: many }) => <li key={code}><button type="button" className="plain reason" aria-pressed={filters['code'] === code} onClick={() => pick({ code })}><span className="number strong">{count(many)}</span> {reasonName(t, code)}</button></li>)}
        </ul>
      )}
      {state === 'open' && <ManyAtOnce chosen={chosen} onDone={() => setChosen(new Set())} />}
      <DataTable
        name="quarantine" caption={t('quality.quarantine')} columns={columns} rows={query.data?.rows} rowKey={({ id }) => id} expectedRows={3} dimmed={query.isPlaceholderData} error={query.error} onRetry={() => void query.refetch()}
        onOpen={setFixing} {...(state === 'open' ? { selection: { ids: chosen, change: setChosen } } : {})} empty={<Empty title={t(`quality.none.${state}`)} />}
      />
      <div className="pager">
        <span>{filters['after'] && <button type="button" className="bar-button" onClick={() => pick({})}>{t('quality.first')}</button>}</span>
        {query.data?.next && <button type="button" className="bar-button" onClick={() => pick({ after: query.data?.next ?? null })}>{t('kit.pager.forward')}</button>}
      </div>
      <FixRow row={fixing} onClose={() => setFixing(null)} />
    </Section>
  );
}

/** Replays or sets aside all ticked rows. */
function ManyAtOnce({ chosen, onDone }: { chosen: ReadonlySet<string>; onDone: () => void }) {
  const t = useT();
  const toast = useToast();
  const client = useQueryClient();
  const ids = [...chosen];
  const settled = () => { onDone(); void client.invalidateQueries(); };
  const replay = useMutation({
    mutationFn: () => api.post<{ replayed: number; refused: unknown[] }>('/quarantine/replay', { rows: ids.map((id) => ({ id })) }),
    onSuccess: ({ replayed, refused }) => { toast.done(t('quality.replayed', { replayed, refused: refused.length })); settled(); }, onError: toast.failed,
  });
  const dismiss = useMutation({
    mutationFn: () => api.post<{ dismissed: number }>('/quarantine/dismiss', { ids }),
    onSuccess: ({ dismissed }) => { toast.done(t('quality.dismissed', { count: dismissed })); settled(); }, onError: toast.failed,
  });
  if (ids.length === 0) return null;
  return (
    <div className="row many">
      <span>{t('quality.chosen', { count: ids.length })}</span>
      <Button type="primary" size="small" loading={replay.isPending} onClick={() => replay.mutate()}>{t('quality.replay')}</Button>
      <Popconfirm title={t('quality.dismiss.sure', { count: ids.length })} okText={t('quality.dismiss')} cancelText={t('imports.keep')} onConfirm={() => dismiss.mutate()}><Button size="small" loading={dismiss.isPending}>{t('quality.dismiss')}</Button></Popconfirm>
    </div>
  );
}
