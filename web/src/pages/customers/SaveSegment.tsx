import { useQuery } from '@tanstack/react-query';
import { Input, Modal } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { useWrite } from '../../lib/useWrite.ts';
import { Field } from '../../ui/Field.tsx';
import { FilterSentence, type Tree } from '../../ui/FilterSentence.tsx';
import { SegmentPreview } from '../segments/SegmentPreview.tsx';
import type { Segment } from '../segments/segmentsQueries.ts';
import { catalogueQuery } from './customersQueries.ts';
import '../segments/segments.css';

/** Keeps what the list shows under a name; tells who that is, and what of the list is no condition and stays out. */
export function SaveSegment({ tree, onClose, onSaved }: { tree: Tree; onClose: () => void; onSaved: (segment: Segment) => void }) {
  const t = useT();
  const [filters] = useFilters();
  const { data: catalogue } = useQuery(catalogueQuery);
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const save = useWrite(['segments'], () => api.post<Segment>('/segments', { name: name.trim(), description: description.trim(), tree }), { done: t('segments.saved'), after: (made) => { onClose(); onSaved(made); } });
  const ready = name.trim() !== '' && !save.isPending;
  return (
    <Modal open title={t('segments.keep.title')} onCancel={onClose} okText={t('segments.save')} cancelText={t('customers.cancel')} okButtonProps={{ disabled: !ready, loading: save.isPending }} onOk={() => save.mutate()} width={480}>
      <div className="stack">
        <p>{catalogue && <FilterSentence tree={tree} catalogue={catalogue} />}</p>
        <SegmentPreview tree={tree} />
        {filters['q'] && <p className="grey small">{t('segments.keep.search', { text: filters['q'] })}</p>}
        {filters['shop'] && <p className="grey small">{t('segments.keep.shop')}</p>}
        <Field label={t('segments.name')}>{(ids) => <Input {...ids} autoFocus value={name} maxLength={80} onChange={({ target }) => setName(target.value)} onPressEnter={() => { if (ready) save.mutate(); }} />}</Field>
        <Field label={t('segments.description')}>{(ids) => <Input.TextArea {...ids} rows={2} value={description} maxLength={500} onChange={({ target }) => setDescription(target.value)} />}</Field>
      </div>
    </Modal>
  );
}
