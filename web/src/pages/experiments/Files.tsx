import { Button, Checkbox, Input, InputNumber, Modal } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { download } from '../../ui/csv.ts';
import { Field } from '../../ui/Field.tsx';
import { Section } from '../../ui/Page.tsx';
import { freshId } from './draft.ts';
import type { ExperimentDetail } from './experimentsQueries.ts';
import { LeftOut } from './LeftOut.tsx';
import { useEachCost } from './useEachCost.ts';

/** The files for the tools that send: what waits, and what was handed out to whom and why. */
export function Files({ experiment }: { experiment: ExperimentDetail }) {
  const t = useT();
  const may = useMay();
  const { count } = useFormats();
  const [channel, setChannel] = useState<string | null>(null);
  const mayExport = may('customers.export') && may('customers.unmask');
  const waiting = Object.entries(experiment.waiting);
  const isOpen = experiment.asOf <= experiment.lastDay;
  return (
    <Section title={t('experiments.files')} note={t('experiments.files.note')}>
      {isOpen && waiting.length > 0 && (
        <ul className="experiment-waiting">
          {waiting.map(([key, people]) => (
            <li key={key} className="row"><span><span className="strong">{count(people)}</span> {t('experiments.waiting', { channel: t(`experiment.channel.${key}`) })}</span>{mayExport && <Button type="primary" onClick={() => setChannel(key)}>{t('experiments.export')}</Button>}</li>
          ))}
        </ul>
      )}
      {isOpen && waiting.length > 0 && !mayExport && <p className="grey">{t('experiments.export.forbidden')}</p>}
      <Batches experiment={experiment} mayExport={mayExport} />
      {channel !== null && <ExportForm experiment={experiment} channel={channel} onClose={() => setChannel(null)} />}
    </Section>
  );
}

function Batches({ experiment, mayExport }: { experiment: ExperimentDetail; mayExport: boolean }) {
  const t = useT();
  const { count, day, moment } = useFormats();
  const each = useEachCost();
  const [file, setFile] = useState<ExperimentDetail['batches'][number] | null>(null);
  if (experiment.batches.length === 0) return <p className="grey">{t('experiments.files.none')}</p>;
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact">
        <thead><tr><th scope="col">{t('experiments.batch')}</th><th scope="col">{t('experiments.channel')}</th><th scope="col" className="number">{t('experiments.arm.people')}</th><th scope="col">{t('experiments.excluded')}</th><th scope="col">{t('experiments.sentOn')}</th><th scope="col" className="number">{t('experiments.each')}</th><th scope="col">{t('experiments.by')}</th><th scope="col">{t('experiments.reason')}</th>{mayExport && <th scope="col"><span className="unseen">{t('experiments.export.again')}</span></th>}</tr></thead>
        <tbody>
          {experiment.batches.map((batch) => (
            <tr key={batch.id}>
              <td className="strong nowrap">{batch.code}</td><td>{t(`experiment.channel.${batch.channel}`)}</td><td className="number">{count(batch.people)}</td><td className="wrap small">{Object.keys(batch.leftOut).length > 0 ? <LeftOut by={batch.leftOut} batch={batch.id} /> : '—'}</td><td>{day(batch.day)}</td><td className="number">{each(batch.costMinor)}</td>
              <td>{batch.madeByName} <span className="grey small nowrap">{moment(batch.madeAt)}</span></td><td className="wrap">{batch.reason}</td>{mayExport && <td><button type="button" className="plain link" onClick={() => setFile(batch)}>{t('experiments.export.again')}</button></td>}
            </tr>
          ))}
        </tbody>
      </table>
      {file && <AgainForm experiment={experiment} batch={file} onClose={() => setFile(null)} />}
    </div>
  );
}

const REASON_MIN = 3;

function AgainForm({ experiment, batch, onClose }: { experiment: ExperimentDetail; batch: ExperimentDetail['batches'][number]; onClose: () => void }) {
  const t = useT();
  const [reason, setReason] = useState('');
  const run = useWrite(['experiments'], () => api.file(`/insight/experiments/${experiment.id}/exports/${batch.id}`, { reason }), { isSeenFirst: true, after: (file) => { download(`${batch.code}.csv`, file); onClose(); } });
  return (
    <Modal open title={t('experiments.export.again.title', { code: batch.code })} onCancel={onClose} okText={t('experiments.export')} cancelText={t('customers.cancel')} okButtonProps={{ disabled: reason.trim().length < REASON_MIN, loading: run.isPending }} onOk={() => run.mutate()} width={440}>
      <Field label={t('customers.export.why')}>{(ids) => <Input.TextArea {...ids} rows={2} value={reason} onChange={({ target }) => setReason(target.value)} />}</Field>
    </Modal>
  );
}

/** Handing a file out is the sending: it asks why, and says what is recorded. */
function ExportForm({ experiment, channel, onClose }: { experiment: ExperimentDetail; channel: string; onClose: () => void }) {
  const t = useT();
  // One id a file: asked for again after a broken connection, it is the same one.
  const [id] = useState(freshId);
  const [reason, setReason] = useState('');
  const [personalised, setPersonalised] = useState(false);
  const [minutes, setMinutes] = useState(0);
  const people = experiment.waiting[channel] ?? 0;
  const run = useWrite(['experiments'], () => api.file(`/insight/experiments/${experiment.id}/exports`, { id, channel, reason, personalised, minutesEach: personalised ? minutes : 0 }), { isSeenFirst: true, after: (file) => { download(`${experiment.name}-${channel}.csv`, file); onClose(); } });
  return (
    <Modal open title={t('experiments.export.title', { people, channel: t(`experiment.channel.${channel}`) })} onCancel={onClose} okText={t('experiments.export.go')} cancelText={t('customers.cancel')} okButtonProps={{ disabled: reason.trim().length < REASON_MIN, loading: run.isPending }} onOk={() => run.mutate()} width={480}>
      <div className="stack">
        <p>{t('experiments.export.means', { days: experiment.plan.capDays })}</p>
        <Field label={t('customers.export.why')} hint={t('experiments.export.audited')}>{(ids) => <Input.TextArea {...ids} rows={2} value={reason} onChange={({ target }) => setReason(target.value)} />}</Field>
        <Checkbox checked={personalised} onChange={({ target }) => setPersonalised(target.checked)}>{t('experiments.export.personalised')}</Checkbox>
        {personalised && <Field label={t('experiments.export.minutes')} hint={t('experiments.export.minutes.hint')}>{(ids) => <InputNumber {...ids} min={0} max={480} value={minutes} onChange={(value) => setMinutes(value ?? 0)} />}</Field>}
      </div>
    </Modal>
  );
}
