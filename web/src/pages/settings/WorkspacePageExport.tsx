import { useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useWrite } from '../../lib/useWrite.ts';
import { Field } from '../../ui/Field.tsx';
import { Progress } from '../../ui/Progress.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { type ExportRun, exportRunsQuery } from './webhooksQueries.ts';

const REASON_MIN = 3;

/** The browser fetches the file itself, so that it shows its own progress and keeps nothing in memory. */
const fetchFile = ({ id }: ExportRun): void => location.assign(`/api/v1/exchange/runs/${id}/file`);

/** Everything of the workspace as one archive: why, how far, and what was taken before. */
export function ExportEverything() {
  const t = useT();
  const runs = useQuery(exportRunsQuery);
  const [reason, setReason] = useState('');
  const [clear, setClear] = useState(true);
  const start = useWrite(['settings'], () => api.post<ExportRun>('/exchange/runs', { reason: reason.trim(), clear }), { after: (run) => { setReason(''); fetchFile(run); } });
  const under = runs.data?.rows.find(({ state }) => state === 'asked' || state === 'running');
  const submit = (event: FormEvent) => { event.preventDefault(); start.mutate(undefined); };
  return (
    <div className="stack">
      <p className="grey">{t('everything.lead')}</p>
      <form className="form" onSubmit={submit}>
        <Field label={t('everything.reason')} hint={t('everything.reason.hint')}>{(ids) => <Input {...ids} maxLength={500} value={reason} onChange={({ target }) => setReason(target.value)} />}</Field>
        <div><Checkbox checked={clear} onChange={({ target }) => setClear(target.checked)}>{t('everything.clear')}</Checkbox><p className="grey small">{t('everything.clear.hint')}</p></div>
        <div><Button htmlType="submit" loading={start.isPending} disabled={reason.trim().length < REASON_MIN || under !== undefined}>{t('everything.start')}</Button></div>
      </form>
      {under && <Progress label={under.part ? t('everything.under', { part: under.part, rows: under.rowsDone }) : t('everything.waiting')} done={under.partsDone} total={Math.max(1, under.partsTotal)} />}
      <Loaded query={runs} skeleton={<Skeleton lines={2} />}>{({ rows }) => (rows.length === 0 ? null : <Runs rows={rows} />)}</Loaded>
    </div>
  );
}

function Runs({ rows }: { rows: readonly ExportRun[] }) {
  const t = useT();
  const { moment } = useFormats();
  return (
    <div>
      <h3>{t('everything.last')}</h3>
      <ul className="export-runs">{rows.slice(0, 5).map(({ id, askedAt, by, reason, state, rowsDone }) => <li key={id}><span className="nowrap">{moment(askedAt)}</span> · {by} · {reason} · <span className={state === 'failed' ? 'ochre' : 'grey'}>{t(`everything.state.${state}`, { rows: rowsDone })}</span></li>)}</ul>
    </div>
  );
}
