import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Language } from '../../../../../src/kernel/words/types.ts';
import type { SharedDocument } from '../../../../../src/reach/core/templates/shared.ts';
import { useT } from '../../../lib/language.tsx';
import { sentenceOf } from '../../../lib/problem.ts';
import { useMay } from '../../../lib/session.ts';
import { Choices } from '../../../ui/Choices.tsx';
import { Notice } from '../../../ui/Figure.tsx';
import { CustomerChoice } from '../CustomerChoice.tsx';
import { Shown } from '../Shown.tsx';
import { blockPreviewQuery } from './blockQueries.ts';

const CHANNELS = ['email', 'sms'] as const;

/** A block as somebody gets it, in a mail and in a text message. */
export function BlockLook({ of, document, language }: { of: string; document: SharedDocument; language: Language }) {
  const t = useT();
  const may = useMay();
  const [whom, setWhom] = useState<{ id: string; name: string } | null>(null);
  const [channel, setChannel] = useState<(typeof CHANNELS)[number]>('email');
  const { data, error } = useQuery(blockPreviewQuery({ key: of, document, channel, language, customer: whom?.id ?? null }));
  return (
    <aside className="template-look block-look" aria-label={t('templates.preview')}>
      <div className="spread"><h2>{t('templates.preview')}</h2><Choices label={t('blocks.preview')} value={channel} onChoose={(key) => setChannel(key as 'email')} options={CHANNELS.map((key) => ({ key, label: t(`message.channel.${key}`) }))} /></div>
      {may('customers.read') && <CustomerChoice label={t('templates.as')} whom={whom} onWhom={setWhom} />}
      {error && <Notice tone="warn">{sentenceOf(t, error)}</Notice>}
      {data?.refused && <Notice tone="warn">{t(`refusal.${data.refused.code}`, data.refused.facts)}</Notice>}
      {data?.content && <Shown content={data.content} />}
      {data?.sms && <p className="grey small">{t('templates.sms.length', { units: data.sms.units, segments: data.sms.segments, per: data.sms.perSegment })}</p>}
    </aside>
  );
}
