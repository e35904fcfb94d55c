import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Field, useToast } from '../../ui/Field.tsx';
import { Notice } from '../../ui/Figure.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { rejectSentence } from '../import/Refused.tsx';
import type { QuarantineView } from './qualityQueries.ts';

type Rejects = QuarantineView['rejects'];
type Replayed = { replayed: number; refused: { id: string; rejects: Rejects }[] };

/** One refused row: what is wrong, its cells to mend, and the way back in. */
export function FixRow({ row, onClose }: { row: QuarantineView | null; onClose: () => void }) {
  const t = useT();
  const title = row ? (row.file ? t('quality.row.at', { file: row.file, line: row.line }) : t('quality.row.event', { source: row.source })) : '';
  return <SidePanel open={row !== null} onClose={onClose} title={title}>{row && <Mend key={row.id} row={row} onClose={onClose} />}</SidePanel>;
}

function Mend({ row, onClose }: { row: QuarantineView; onClose: () => void }) {
  const t = useT();
  const toast = useToast();
  const client = useQueryClient();
  const { moment } = useFormats();
  const [cells, setCells] = useState<Record<string, string>>({});
  const [event, setEvent] = useState(() => (typeof row.event === 'string' ? row.event : JSON.stringify(row.event, null, 2)));
  const [rejects, setRejects] = useState<Rejects>(row.rejects);
  const open = row.state === 'open';
  const parsed = row.cells ? null : parse(event);
  const again = () => void client.invalidateQueries();
  const replay = useMutation({
    mutationFn: () => api.post<Replayed>('/quarantine/replay', { rows: [{ id: row.id, ...(row.cells ? { cells } : { event: parsed }) }] }),
    onSuccess: ({ refused }) => {
      again();
      const still = refused[0];
      if (still) { setRejects(still.rejects); return; }
      toast.done(t('quality.replayed', { replayed: 1, refused: 0 }));
      onClose();
    },
    onError: toast.failed,
  });
  const dismiss = useMutation({ mutationFn: () => api.post('/quarantine/dismiss', { ids: [row.id] }), onSuccess: () => { again(); toast.done(t('quality.dismissed', { count: 1 })); onClose(); }, onError: toast.failed });
  return (
    <div className="stack">
      <Notice tone={open ? 'warn' : 'note'}>{rejects.map(({ code, column, params }) => <p key={`${code} ${column}`}>{column && <span className="strong">{column} </span>}{rejectSentence(t, code, params)}</p>)}</Notice>
      {row.settledAt && <p className="grey">{t(`quality.state.${row.state}`)} · {moment(row.settledAt)}</p>}
      {row.cells ? <Cells row={row} rejects={rejects} cells={cells} onChange={setCells} /> : (
        <Field label={t('quality.event')} error={open && parsed === undefined ? t('quality.event.broken') : undefined}>{(ids) => <Input.TextArea {...ids} className="event-text" autoSize={{ minRows: 8, maxRows: 24 }} readOnly={!open} value={event} onChange={({ target }) => setEvent(target.value)} />}</Field>
      )}
      {open && (
        <div className="row">
          <Button type="primary" loading={replay.isPending} disabled={parsed === undefined} onClick={() => replay.mutate()}>{t('quality.replay')}</Button>
          <Button loading={dismiss.isPending} onClick={() => dismiss.mutate()}>{t('quality.dismiss')}</Button>
        </div>
      )}
    </div>
  );
}

/** A JSON object, or undefined. */
function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

type CellsProps = { row: QuarantineView; rejects: Rejects; cells: Readonly<Record<string, string>>; onChange: (cells: Record<string, string>) => void };

/** Every cell under its header; those that were refused first. */
function Cells({ row, rejects, cells, onChange }: CellsProps) {
  const header = row.header ?? [];
  const bad = new Map(rejects.map((one) => [one.column, one]));
  const order = [...header.keys()].sort((a, b) => Number(bad.has(header[b] ?? '')) - Number(bad.has(header[a] ?? '')) || a - b);
  return (
    <div className="cells">
      {order.map((at) => {
        const name = header[at] ?? '';
        return (
          <Field key={`${name} ${at}`} label={<span className={bad.has(name) ? 'ochre' : undefined}>{name}</span>}>
            {(ids) => <Input {...ids} {...(bad.has(name) ? { status: 'warning' as const } : {})} readOnly={row.state !== 'open'} value={cells[name] ?? row.cells?.[at] ?? ''} onChange={({ target }) => onChange({ ...cells, [name]: target.value })} />}
          </Field>
        );
      })}
    </div>
  );
}
