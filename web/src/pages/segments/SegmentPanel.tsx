import { useQuery } from '@tanstack/react-query';
import { Button, Input, Modal } from 'antd';
import { type FormEvent, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useWrite } from '../../lib/useWrite.ts';
import { Field } from '../../ui/Field.tsx';
import { FilterSentence, type Tree } from '../../ui/FilterSentence.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { catalogueQuery, EVERYBODY, tagKeysQuery } from '../customers/customersQueries.ts';
import { SegmentUses, useUses } from './SegmentUses.tsx';
import { type Fault, SegmentPreview } from './SegmentPreview.tsx';
import { type Segment, type SegmentDetail, segmentQuery } from './segmentsQueries.ts';

export const NEW = 'new';

/** A segment to be made or changed; `id` stands in the address, so that the panel can be shared too. */
export function SegmentPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useT();
  const segment = useQuery({ ...segmentQuery(id), enabled: id !== '' && id !== NEW });
  return (
    <SidePanel open={id !== ''} onClose={onClose} title={t(id === NEW ? 'segments.new' : 'segments.edit.title')}>
      {id === NEW && <SegmentForm segment={undefined} onDone={onClose} />}
      {id !== NEW && id !== '' && <Loaded query={segment} skeleton={<Skeleton lines={6} />}>{(data) => <SegmentForm key={data.version} segment={data} onDone={onClose} />}</Loaded>}
    </SidePanel>
  );
}

type FormProps = { segment: SegmentDetail | undefined; onDone: () => void };

function SegmentForm({ segment, onDone }: FormProps) {
  const t = useT();
  const catalogue = useQuery(catalogueQuery);
  const tags = useQuery(tagKeysQuery);
  const [name, setName] = useState(segment?.name ?? '');
  const [description, setDescription] = useState(segment?.description ?? '');
  const [tree, setTree] = useState<Tree>(segment?.tree ?? EVERYBODY);
  const [fault, setFault] = useState<Fault>();
  const body = { name: name.trim(), description: description.trim(), tree };
  const save = useWrite(['segments'], () => (segment ? api.patch<Segment>(`/segments/${segment.id}`, { ...body, version: segment.version }) : api.post<Segment>('/segments', body)), { done: t('segments.saved'), after: onDone });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form className="stack segment-form" onSubmit={submit}>
      <Field label={t('segments.name')}>{(ids) => <Input {...ids} value={name} maxLength={80} autoFocus={!segment} onChange={({ target }) => setName(target.value)} />}</Field>
      <Field label={t('segments.description')}>{(ids) => <Input.TextArea {...ids} rows={2} value={description} maxLength={500} onChange={({ target }) => setDescription(target.value)} />}</Field>
      <div className="field" role="group" aria-label={t('segments.filter')}>
        <span>{t('segments.filter')}</span>
        {catalogue.data ? <FilterSentence tree={tree} catalogue={catalogue.data} tags={tags.data ?? []} onChange={setTree} live fault={fault} /> : <Skeleton lines={1} />}
        <span className="grey small">{t('segments.filter.hint')}</span>
      </div>
      {segment && <Changed segment={segment} isOther={JSON.stringify(tree) !== JSON.stringify(segment.tree)} />}
      <SegmentPreview tree={tree} onFault={setFault} />
      <div className="row">
        <Button type="primary" htmlType="submit" loading={save.isPending} disabled={name.trim() === ''}>{t('segments.save')}</Button>
        {segment && <DeleteSegment segment={segment} onDone={onDone} />}
      </div>
      {segment && <Versions segment={segment} />}
    </form>
  );
}

/** Whoever works with the segment works with its new conditions from now on. */
function Changed({ segment, isOther }: { segment: SegmentDetail; isOther: boolean }) {
  const t = useT();
  const uses = useUses(segment.id) ?? [];
  if (!isOther || uses.length === 0) return null;
  return <div role="status"><p className="ochre small">{t('segments.change.used', { count: uses.length })}</p><SegmentUses uses={uses} /></div>;
}

function DeleteSegment({ segment, onDone }: { segment: SegmentDetail; onDone: () => void }) {
  const t = useT();
  const [sure, setSure] = useState(false);
  const uses = useUses(segment.id) ?? [];
  const remove = useWrite(['segments'], () => api.delete(`/segments/${segment.id}`), { done: t('segments.deleted'), after: onDone, isOldIfRefused: true });
  return (
    <>
      <Button type="text" onClick={() => setSure(true)}>{t('segments.delete')}</Button>
      <Modal open={sure} title={t('segments.delete.title', { name: segment.name })} onCancel={() => setSure(false)} okText={t('segments.delete')} cancelText={t('customers.cancel')} okButtonProps={{ loading: remove.isPending, danger: true, disabled: uses.length > 0 }} onOk={() => remove.mutate()} width={440}>
        {uses.length > 0 ? <><p className="ochre">{t('segments.delete.used', { count: uses.length })}</p><SegmentUses uses={uses} /></> : <p>{t('segments.delete.means')}</p>}
      </Modal>
    </>
  );
}

/** What the segment asked for before, newest first. */
function Versions({ segment }: { segment: SegmentDetail }) {
  const t = useT();
  const { day } = useFormats();
  const { data: catalogue } = useQuery(catalogueQuery);
  if (segment.versions.length < 2 || !catalogue) return null;
  return (
    <section>
      <h3>{t('segments.versions')}</h3>
      <ul className="segment-versions">
        {segment.versions.map(({ version, tree, at, authorName }) => (
          <li key={version}><span className="grey small">{t('segments.version', { version })} · {t('segments.made.by', { name: authorName || t('segments.made.program'), day: day(at) })}</span><FilterSentence tree={tree} catalogue={catalogue} /></li>
        ))}
      </ul>
    </section>
  );
}
