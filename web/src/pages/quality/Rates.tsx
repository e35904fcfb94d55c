import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, InputNumber, Select } from 'antd';
import { type FormEvent, useMemo, useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency, useData, useMay } from '../../lib/session.ts';
import { DayField } from '../../ui/DayField.tsx';
import { Field, useToast } from '../../ui/Field.tsx';
import { Section } from '../../ui/Page.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { ratesQuery } from '../import/importQueries.ts';

/** Dated rates into the reporting currency; each holds from its day on. */
export function Rates() {
  const t = useT();
  const may = useMay();
  const own = useCurrency();
  const { day, decimal } = useFormats();
  const rates = useQuery(ratesQuery);
  return (
    <Section title={t('quality.rates')} note={t('quality.rates.note', { own })}>
      <Loaded query={rates} skeleton={<Skeleton lines={2} />}>
        {({ rows }) => (rows.length === 0 ? <Empty title={t('quality.rates.none', { own })} /> : (
          <div className="table-scroll" tabIndex={0}>
            <table className="data compact rates">
              <caption className="unseen">{t('quality.rates')}</caption>
              <thead><tr><th scope="col">{t('imports.currency')}</th><th scope="col">{t('quality.rates.from')}</th><th scope="col" className="number">{t('quality.rates.rate', { own })}</th></tr></thead>
              <tbody>{rows.map(({ currency, day: from, rate }) => <tr key={`${currency} ${from}`}><td>1 {currency}</td><td className="nowrap">{day(from)}</td><td className="number">{decimal(Number(rate), 4)}</td></tr>)}</tbody>
            </table>
          </div>
        ))}
      </Loaded>
      {may('settings.write') && <NewRate />}
    </Section>
  );
}

function NewRate() {
  const t = useT();
  const toast = useToast();
  const client = useQueryClient();
  const own = useCurrency();
  const { until } = useData();
  const currencies = useMemo(() => Intl.supportedValuesOf('currency').filter((one) => one !== own).map((value) => ({ value, label: value })), [own]);
  const [draft, setDraft] = useState<{ currency: string | null; day: string; rate: number | null }>({ currency: null, day: '', rate: null });
  const day = draft.day || until || '';
  const save = useMutation({
    mutationFn: () => api.put('/rates', { rows: [{ currency: draft.currency, day, rate: draft.rate }] }),
    onSuccess: () => { void client.invalidateQueries({ queryKey: ['rates'] }); toast.done(t('imports.saved')); setDraft({ ...draft, rate: null }); },
    onError: toast.failed,
  });
  const submit = (event: FormEvent) => { event.preventDefault(); save.mutate(); };
  return (
    <form className="inline-form" onSubmit={submit}>
      <Field label={t('imports.currency')}>{(ids) => <Select {...ids} showSearch value={draft.currency} onChange={(currency: string) => setDraft({ ...draft, currency })} options={currencies} />}</Field>
      <Field label={t('quality.rates.from')}>{(ids) => <DayField {...ids} value={day} onChange={(next) => setDraft({ ...draft, day: next })} />}</Field>
      <Field label={t('quality.rates.rate', { own })}>{(ids) => <InputNumber {...ids} min={0.000001} value={draft.rate} onChange={(rate) => setDraft({ ...draft, rate })} />}</Field>
      <div className="row"><Button type="primary" htmlType="submit" loading={save.isPending} disabled={!draft.currency || !draft.rate || !day}>{t('quality.rates.add')}</Button></div>
    </form>
  );
}
