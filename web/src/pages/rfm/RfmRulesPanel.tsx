import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { type FormEvent, useState } from 'react';
import type { z } from 'zod';
import type { rfmPreviewReply } from '../../../../src/lifecycle/contract.ts';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Field, useToast } from '../../ui/Field.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import type { Rfm } from './RfmPage.tsx';

type Rules = Rfm['rules'];
type Preview = z.infer<typeof rfmPreviewReply>;
const METHODS = ['quantiles', 'means', 'thresholds'] as const;
const WINDOWS = [90, 180, 365, 730] as const;
const MINOR = 100;
const FIRST_THRESHOLDS = { recencyDays: 60, frequency: 2, monetaryMinor: 30_000 };

/** Window, method and thresholds; the headcounts under the new rules are shown before anything is saved. */
export function RfmRulesPanel({ rfm, onClose }: { rfm: Rfm; onClose: () => void }) {
  const t = useT();
  const toast = useToast();
  const client = useQueryClient();
  const [rules, setRules] = useState<Rules>(rfm.rules);
  const preview = useMutation({ mutationFn: () => api.post<Preview>('/lifecycle/rfm/preview', rules), onError: toast.failed });
  const save = useMutation({
    mutationFn: () => api.put('/lifecycle/rfm', rules),
    onSuccess: async () => {
      await client.invalidateQueries();
      toast.done(t('rfm.saved'));
      onClose();
    },
    onError: toast.failed,
  });
  const change = (part: Partial<Rules>) => {
    preview.reset();
    setRules((now) => ({ ...now, ...part }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <SidePanel open onClose={onClose} title={t('rfm.rules')}>
      <form className="form" onSubmit={submit}>
        <Field label={t('rfm.window')} hint={t('rfm.window.hint')}>
          {(ids) => <select {...ids} className="input" value={rules.windowDays ?? 0} onChange={(event) => change({ windowDays: Number(event.target.value) || null })}>{[...WINDOWS, 0].map((days) => <option key={days} value={days}>{days === 0 ? t('rfm.window.all') : t('home.last', { days })}</option>)}</select>}
        </Field>
        <Field label={t('rfm.method')} hint={t(`rfm.method.${rules.method}.hint`)}>
          {(ids) => <select {...ids} className="input" value={rules.method} onChange={(event) => change({ method: event.target.value as Rules['method'], thresholds: rules.thresholds ?? FIRST_THRESHOLDS })}>{METHODS.map((method) => <option key={method} value={method}>{t(`rfm.method.${method}`)}</option>)}</select>}
        </Field>
        {rules.method === 'quantiles' && <Field label={t('rfm.bins')}>{(ids) => <input {...ids} className="input" type="number" min={2} max={9} value={rules.bins} onChange={(event) => change({ bins: Number(event.target.value) })} />}</Field>}
        {rules.method === 'thresholds' && <Thresholds thresholds={rules.thresholds ?? FIRST_THRESHOLDS} change={(thresholds) => change({ thresholds })} />}
        {preview.data && <Difference rfm={rfm} preview={preview.data} />}
        <div className="row">
          <Button onClick={() => preview.mutate()} loading={preview.isPending}>{t('rfm.preview')}</Button>
          <Button type="primary" htmlType="submit" loading={save.isPending}>{t('rfm.save')}</Button>
        </div>
      </form>
    </SidePanel>
  );
}

type Limits = NonNullable<Rules['thresholds']>;

function Thresholds({ thresholds, change }: { thresholds: Limits; change: (thresholds: Limits) => void }) {
  const t = useT();
  const field = (key: keyof Limits, scale: number) => (
    <Field key={key} label={t(`rfm.threshold.${key}`)}>{(ids) => <input {...ids} className="input" type="number" min={0} step="any" value={thresholds[key] / scale} onChange={(event) => change({ ...thresholds, [key]: Math.round(Number(event.target.value) * scale) })} />}</Field>
  );
  return <>{field('recencyDays', 1)}{field('frequency', 1)}{field('monetaryMinor', MINOR)}</>;
}

function Difference({ rfm, preview }: { rfm: Rfm; preview: Preview }) {
  const t = useT();
  const { count } = useFormats();
  return (
    <table className="data compact">
      <thead><tr><th scope="col">{t('rfm.name')}</th><th scope="col" className="number">{t('rfm.nowCount')}</th><th scope="col" className="number">{t('rfm.thenCount')}</th></tr></thead>
      <tbody>{rfm.table.map(({ name, own, customers }) => <tr key={name}><td>{own ?? t(`rfm.${name}`)}</td><td className="number">{count(customers)}</td><td className="number">{count(preview.names[name] ?? 0)}</td></tr>)}</tbody>
    </table>
  );
}
