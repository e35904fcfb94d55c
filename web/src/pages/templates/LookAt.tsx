import { useQuery } from '@tanstack/react-query';
import { Button, Checkbox } from 'antd';
import { useState } from 'react';
import type { TemplateDocument } from '../../../../src/reach/core/templates/document.ts';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { sentenceOf } from '../../lib/problem.ts';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { Notice } from '../../ui/Figure.tsx';
import { CustomerChoice } from './CustomerChoice.tsx';
import type { Place } from './draft.ts';
import { Shown } from './Shown.tsx';
import { previewQuery, type Template } from './templateQueries.ts';

type Props = { template: Template; document: TemplateDocument; place: Place; canTest: boolean };
type Whom = { id: string; name: string } | null;

/** What somebody gets: this text, or whatever a chosen customer would be sent. */
export function LookAt({ template, document, place, canTest }: Props) {
  const t = useT();
  const may = useMay();
  const [whom, setWhom] = useState<Whom>(null);
  const [chosenFor, setChosenFor] = useState(false);
  const [personalised, setPersonalised] = useState(true);
  const preview = useQuery(previewQuery({ document, ...place, variant: chosenFor && whom ? '' : place.variant, customer: whom?.id ?? null, personalised }));
  const test = useWrite(['templates'], () => api.post(`/templates/${template.id}/test`, { ...place, event: document.sample }), { done: t('templates.tested') });
  const { data } = preview;
  const nameOf = (key: string): string => document.variants.find((one) => one.key === key)?.name || (key === 'all' ? t('templates.everybody') : key);
  return (
    <aside className="template-look" aria-label={t('templates.preview')}>
      <div className="spread"><h2>{t('templates.preview')}</h2>{canTest && <Button size="small" loading={test.isPending} onClick={() => test.mutate(undefined)}>{t('templates.test')}</Button>}</div>
      {may('customers.read') && <CustomerChoice label={t('templates.as')} whom={whom} onWhom={setWhom} />}
      <div className="row">
        {whom && <Checkbox checked={chosenFor} onChange={({ target }) => setChosenFor(target.checked)}>{t('templates.as_sent')}</Checkbox>}
        <Checkbox checked={!personalised} onChange={({ target }) => setPersonalised(!target.checked)}>{t('templates.no_traits')}</Checkbox>
      </div>
      {preview.error && <Notice tone="warn">{sentenceOf(t, preview.error)}</Notice>}
      {data?.refused && <Notice tone="warn">{t('templates.not_sent')} {t(`refusal.${data.refused.code}`, data.refused.facts)}</Notice>}
      {data?.content && data.variant && <p className="grey small">{t('templates.taken', { variant: nameOf(data.variant), language: t(`templates.language.${data.language}`) })}</p>}
      {data?.content && <Shown content={data.content} />}
      {data?.sms && <p className="grey small">{t('templates.sms.length', { units: data.sms.units, segments: data.sms.segments, per: data.sms.perSegment })}</p>}
    </aside>
  );
}
