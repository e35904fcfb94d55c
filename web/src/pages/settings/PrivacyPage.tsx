import { useQuery } from '@tanstack/react-query';
import { Button, Input, Modal, Popconfirm } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { isKnown, useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { Field } from '../../ui/Field.tsx';
import { Page, Section } from '../../ui/Page.tsx';
import { Progress } from '../../ui/Progress.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { type DataKeys, dataKeysQuery, type Erasure, erasuresQuery } from './settingsQueries.ts';
import './settings.css';

/** How personal data is sealed, and who was erased. */
export default function PrivacyPage() {
  const t = useT();
  const may = useMay();
  return (
    <Page title={t('nav.settings.privacy')} lead={t('privacy.lead')}>
      {may('keys.read') && <Section title={t('privacy.keys')}><Keys /></Section>}
      {may('customers.erase') && <Section title={t('privacy.erasures')}><Erasures /></Section>}
    </Page>
  );
}

function Keys() {
  const keys = useQuery(dataKeysQuery);
  return <Loaded query={keys} skeleton={<Skeleton lines={3} />}>{(data) => <KeysNow keys={data} />}</Loaded>;
}

function KeysNow({ keys: { key, madeAt, rotation } }: { keys: DataKeys }) {
  const t = useT();
  const may = useMay();
  const { moment } = useFormats();
  const rotate = useWrite(['settings'], () => api.post('/data-keys/rotation'), { done: t('privacy.keys.started') });
  const under = rotation !== null && rotation.state !== 'finished';
  return (
    <div className="stack">
      <p>{t(key === 1 ? 'privacy.keys.first' : 'privacy.keys.now', { key, at: moment(madeAt) })}</p>
      {under && <Progress label={t(rotation.state === 'spreading' ? 'privacy.keys.spreading' : 'privacy.keys.sealing', { done: rotation.done, total: rotation.total })} done={rotation.done} total={rotation.state === 'spreading' ? null : Math.max(1, rotation.total)} />}
      {rotation?.finishedAt && <p className="grey small">{t('privacy.keys.finished', { at: moment(rotation.finishedAt), count: rotation.done })}</p>}
      {may('keys.write') && !under && (
        <div><Popconfirm title={t('privacy.keys.sure')} okText={t('privacy.keys.rotate')} cancelText={t('settings.keep')} onConfirm={() => rotate.mutate(undefined)}><Button loading={rotate.isPending}>{t('privacy.keys.rotate')}</Button></Popconfirm></div>
      )}
    </div>
  );
}

function Erasures() {
  const t = useT();
  const { moment } = useFormats();
  const erasures = useQuery(erasuresQuery);
  const [lifting, setLifting] = useState<Erasure | null>(null);
  return (
    <>
      <p className="grey">{t('privacy.erasures.lead')}</p>
      <Loaded query={erasures} skeleton={<Skeleton lines={4} />}>
        {({ rows, people }) => (rows.length === 0 ? <Empty title={t('privacy.erasures.none')} /> : (
          <div className="table-scroll" tabIndex={0}>
            <table className="data compact">
              <thead><tr><th scope="col">{t('privacy.erasures.at')}</th><th scope="col">{t('privacy.erasures.by')}</th><th scope="col">{t('privacy.erasures.reason')}</th><th scope="col">{t('privacy.erasures.receipt')}</th><th scope="col">{t('privacy.erasures.again')}</th><th scope="col" aria-label={t('settings.actions')} /></tr></thead>
              <tbody>
                {rows.map((one) => (
                  <tr key={one.id}>
                    <td className="nowrap">{moment(one.at)}</td><td>{people[one.by] ?? t('role.system')}</td><td className="wrap">{one.reason}</td>
                    <td className="wrap receipt"><ReceiptWords of={one} /></td>
                    <td>{one.namedAgain > 0 ? t('privacy.erasures.named', { count: one.namedAgain, at: moment(one.namedAt) }) : '—'}</td>
                    <td>{one.liftedAt ? <span className="grey small">{t('privacy.erasures.lifted', { at: moment(one.liftedAt) })}</span> : <button type="button" className="plain link" onClick={() => setLifting(one)}>{t('privacy.erasures.lift')}</button>}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        ))}
      </Loaded>
      {lifting && <Lift erasure={lifting} onClose={() => setLifting(null)} />}
    </>
  );
}

const STORES = ['keys', 'postgres', 'clickhouse', 'files'] as const;
const kindWord = (t: ReturnType<typeof useT>, kind: string): string => (isKnown(`privacy.row.${kind}`) ? t(`privacy.row.${kind}`) : t('privacy.row.other'));

/** What was removed, in words: kinds that mean the same to a reader are added up. */
export function ReceiptWords({ of: { state, receipt } }: { of: Pick<Erasure, 'state' | 'receipt'> }) {
  const t = useT();
  const sums = new Map<string, number>();
  for (const store of STORES) for (const [kind, count] of Object.entries(receipt[store] ?? {})) if (count > 0) sums.set(kindWord(t, kind), (sums.get(kindWord(t, kind)) ?? 0) + count);
  return <>{state === 'erasing' && <span className="ochre">{t('privacy.erasures.under')} </span>}{[...sums].map(([word, count]) => t('privacy.receipt', { word, count })).join(' · ')}</>;
}

function Lift({ erasure, onClose }: { erasure: Erasure; onClose: () => void }) {
  const t = useT();
  const [reason, setReason] = useState('');
  const lift = useWrite(['settings'], () => api.post(`/erasures/${erasure.id}/lift`, { reason: reason.trim() }), { done: t('privacy.erasures.lift.done'), after: onClose });
  return (
    <Modal open title={t('privacy.erasures.lift')} onCancel={onClose} okText={t('privacy.erasures.lift')} cancelText={t('settings.keep')} okButtonProps={{ disabled: reason.trim().length < 3, loading: lift.isPending }} onOk={() => lift.mutate(undefined)} width={440}>
      <div className="form">
        <p>{t('privacy.erasures.lift.means')}</p>
        <Field label={t('customer.merge.reason')} hint={t('customer.merge.reason.hint')}>{(ids) => <Input {...ids} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />}</Field>
      </div>
    </Modal>
  );
}
