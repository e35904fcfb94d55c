import { Button, Input, Modal } from 'antd';
import { type FormEvent, useState } from 'react';
import { SUPPRESSIONS } from '../../../../src/reach/core/person.ts';
import { api, type Paged } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { isKnown, useT } from '../../lib/language.tsx';
import { Anchor, useFilters } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { paths } from '../../paths.ts';
import { type Column, DataTable, Pager } from '../../ui/DataTable.tsx';
import { Field } from '../../ui/Field.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { Empty } from '../../ui/States.tsx';
import { usePages } from '../../ui/usePages.ts';
import { WordSelect } from '../../ui/WordSelect.tsx';
import type { Suppression } from './reachQueries.ts';

const PAGE_SIZE = 50;

/** Who is left alone and why; lifted with a reason, added by hand. */
export function SuppressionsView() {
  const t = useT();
  const may = useMay()('reach.write');
  const [{ reason, lifted = 'no' }, change] = useFilters();
  const [adding, setAdding] = useState(false);
  const [lifting, setLifting] = useState<Suppression | null>(null);
  const pages = usePages(['reach', 'suppressions', reason ?? '', lifted], (cursor, signal) => api.get<Paged<Suppression>>('/reach/suppressions', { reason, lifted, limit: PAGE_SIZE, cursor }, signal));
  const { data, error, refetch, isPlaceholderData } = pages.query;
  const columns = useColumns(may && lifted === 'no' ? setLifting : undefined, lifted === 'yes');
  return (
    <>
      <div className="spread suppressions-head">
        <span className="sentence">
          <WordSelect label={t('channels.suppress.state')} value={lifted} onChoose={(key) => change({ lifted: key === 'no' ? null : key })} options={[{ key: 'no', label: t('channels.suppress.now') }, { key: 'yes', label: t('channels.suppress.over') }]} />
          <span className="sentence-joint"> · </span>
          <WordSelect label={t('channels.suppress.why')} value={reason ?? ''} onChoose={(key) => change({ reason: key })} options={[{ key: '', label: t('channels.suppress.any') }, ...SUPPRESSIONS.map((key) => ({ key, label: t(`suppression.${key}`) }))]} />
        </span>
        {may && <Button onClick={() => setAdding(true)}>{t('channels.suppress.add')}</Button>}
      </div>
      <DataTable name="suppressions" caption={t('channels.view.suppressions')} columns={columns} rows={data?.rows} rowKey={({ id }) => id} error={error} onRetry={() => void refetch()} dimmed={isPlaceholderData} empty={<Empty title={t('channels.suppress.none')}>{t('channels.suppress.none.why')}</Empty>} />
      <Pager pages={pages} size={PAGE_SIZE} noun="channels.suppress.lines" />
      {lifting && <LiftForm of={lifting} onClose={() => setLifting(null)} />}
      <SidePanel open={adding} onClose={() => setAdding(false)} title={t('channels.suppress.add.title')}>{adding && <SuppressForm onDone={() => setAdding(false)} />}</SidePanel>
    </>
  );
}

function useColumns(lift: ((of: Suppression) => void) | undefined, isLifted: boolean): Column<Suppression>[] {
  const t = useT();
  const { moment } = useFormats();
  const kindWord = (kind: string | null): string => (kind !== null && isKnown(`identifier.kind.${kind}`) ? t(`identifier.kind.${kind}`) : (kind ?? ''));
  const sourceWord = (source: string): string => { const key = `channels.suppress.source.${source.split(':')[0] ?? ''}`; return t(isKnown(key) ? key : 'channels.suppress.source.other'); };
  const who = ({ shown, customer, kind }: Suppression) => {
    const said = shown ?? (kind === null ? t('channels.suppress.whole') : t('channels.suppress.hidden'));
    return <>{customer ? <Anchor to={paths.customer(customer)}>{said}</Anchor> : <span className={shown ? undefined : 'grey'}>{said}</span>}{kind && <span className="grey"> · {kindWord(kind)}</span>}</>;
  };
  const columns: Column<Suppression>[] = [
    { key: 'who', title: t('channels.suppress.who'), phone: 'head', cell: who },
    { key: 'why', title: t('channels.suppress.why'), cell: ({ reason }) => t(`suppression.${reason}`) },
    { key: 'source', title: t('channels.suppress.source'), cell: ({ source }) => sourceWord(source) },
    { key: 'at', title: t('channels.suppress.at'), cell: ({ at }) => <span className="nowrap">{moment(at)}</span> },
  ];
  if (isLifted) columns.push({ key: 'lifted', title: t('channels.suppress.over'), cell: ({ liftedAt, liftReason }) => <span className="decision-why">{t('channels.suppress.lifted.by', { at: moment(liftedAt), reason: liftReason ?? '' })}</span> });
  if (lift) columns.push({ key: 'lift', title: <span className="unseen">{t('settings.actions')}</span>, phone: 'aside', cell: (row) => <button type="button" className="plain link" onClick={() => lift(row)}>{t('channels.suppress.lift')}</button> });
  return columns;
}

function LiftForm({ of: { id, shown }, onClose }: { of: Suppression; onClose: () => void }) {
  const t = useT();
  const [reason, setReason] = useState('');
  const lift = useWrite(['reach'], () => api.post(`/reach/suppressions/${id}/lift`, { reason: reason.trim() }), { done: t('channels.suppress.lifted'), after: onClose });
  return (
    <Modal open title={t('channels.suppress.lift.title')} okText={t('channels.suppress.lift')} cancelText={t('customers.cancel')} okButtonProps={{ disabled: reason.trim() === '', loading: lift.isPending }} onOk={() => lift.mutate(undefined)} onCancel={onClose} width={440}>
      {shown && <p>{shown}</p>}
      <Field label={t('channels.suppress.lift.why')}>{(ids) => <Input.TextArea {...ids} rows={3} maxLength={500} value={reason} onChange={({ target }) => setReason(target.value)} />}</Field>
    </Modal>
  );
}

const KINDS = ['email', 'phone', 'openid', 'external_userid'] as const;

function SuppressForm({ onDone }: { onDone: () => void }) {
  const t = useT();
  const [draft, setDraft] = useState({ kind: 'email', value: '', reason: '' });
  const body = { kind: draft.kind, value: draft.value.trim(), reason: draft.reason.trim() };
  const save = useWrite(['reach'], () => api.post('/reach/suppressions', body), { done: t('channels.suppress.added'), after: onDone });
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate(undefined); };
  return (
    <form className="form" onSubmit={submit}>
      <p className="grey">{t('channels.suppress.add.note')}</p>
      <Field label={t('channels.suppress.kind')}>{(ids) => <select {...ids} className="input" value={draft.kind} onChange={({ target }) => setDraft({ ...draft, kind: target.value })}>{KINDS.map((kind) => <option key={kind} value={kind}>{t(`identifier.kind.${kind}`)}</option>)}</select>}</Field>
      <Field label={t('channels.suppress.value')}>{(ids) => <Input {...ids} maxLength={254} value={draft.value} onChange={({ target }) => setDraft({ ...draft, value: target.value })} />}</Field>
      <Field label={t('channels.suppress.lift.why')}>{(ids) => <Input.TextArea {...ids} rows={3} maxLength={500} value={draft.reason} onChange={({ target }) => setDraft({ ...draft, reason: target.value })} />}</Field>
      <div className="row"><Button type="primary" htmlType="submit" loading={save.isPending} disabled={body.value === '' || body.reason === ''}>{t('channels.suppress.add')}</Button></div>
    </form>
  );
}
