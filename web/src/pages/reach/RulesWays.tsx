import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Input, Modal } from 'antd';
import { useState } from 'react';
import { CHANNELS, type ChannelName } from '../../../../src/reach/core/message.ts';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { isKnown, useT } from '../../lib/language.tsx';
import { Field, useToast } from '../../ui/Field.tsx';
import { Notice } from '../../ui/Figure.tsx';
import { type Health, healthQuery, type Rules, useSourceWords } from './reachQueries.ts';
import { Rule } from './Rule.tsx';
import { NumberPart, Pick, useEditing } from './RuleParts.tsx';
import { Remove } from './RulesWhen.tsx';
import { Say } from './Say.tsx';
import { useChannelWord } from './useReason.ts';
import type { Draft } from './useRulesDraft.ts';

type Part = { draft: Draft };
const SCOPES = ['channel', 'everything'] as const satisfies readonly Rules['optOut'][];

export function OptOutRule({ draft }: Part) {
  const t = useT();
  return (
    <Rule of="optOut" draft={draft} reasons={['suppressed', 'topic_left']}>
      <p><Say of="sendRules.optOut.say" parts={{ scope: <Pick label={t('sendRules.optOut')} value={draft.rules.optOut} options={SCOPES.map((key) => ({ key, label: t(`sendRules.optOut.${key}`) }))} onChange={(optOut) => draft.set({ optOut })} /> }} /></p>
    </Rule>
  );
}

/** Moves one a place towards the front. */
const earlier = <T,>(all: readonly T[], at: number): T[] => all.map((one, i) => (i === at - 1 ? (all[at] as T) : i === at ? (all[at - 1] as T) : one));

export function BestRule({ draft }: Part) {
  const t = useT();
  const editing = useEditing();
  const channelWord = useChannelWord();
  const { rules: { best }, set } = draft, free = CHANNELS.filter((channel) => !best.includes(channel));
  return (
    <Rule of="best" draft={draft} reasons={['no_account', 'no_address']}>
      <p>{best.length === 0 ? t('sendRules.best.none') : t('sendRules.best.say', { channels: best.map(channelWord).join(t('sendRules.arrow')) })}</p>
      {editing && (
        <>
          <ol className="best-list">
            {best.map((channel, at) => (
              <li key={channel}>
                <span>{channelWord(channel)}</span>
                <button type="button" className="plain link small" disabled={at === 0} aria-label={t('sendRules.best.up', { channel: channelWord(channel) })} onClick={() => set({ best: earlier(best, at) })}>↑</button>
                <Remove what={channelWord(channel)} onRemove={() => set({ best: best.filter((one) => one !== channel) })} />
              </li>
            ))}
          </ol>
          {free.length > 0 && <p><select className="sentence-part word-select rule-add" aria-label={t('sendRules.best.add')} value="" onChange={({ target }) => set({ best: [...best, target.value as ChannelName] })}><option value="">{t('sendRules.best.add')}</option>{free.map((channel) => <option key={channel} value={channel}>{channelWord(channel)}</option>)}</select></p>}
        </>
      )}
    </Rule>
  );
}

export function BaseRule({ draft }: Part) {
  const t = useT();
  const editing = useEditing();
  const { base } = draft.rules;
  const [typed, setTyped] = useState<string | null>(null);
  const wrong = typed !== null && typed.trim() !== '' && !isAddress(typed.trim());
  const type = (text: string) => {
    setTyped(text);
    if (text.trim() === '' || isAddress(text.trim())) draft.set({ base: text.trim() || null });
  };
  const input = <input type="url" className="sentence-part base-part" aria-label={t('sendRules.base')} aria-invalid={wrong} placeholder="https://" maxLength={200} value={typed ?? base ?? ''} onChange={({ target }) => type(target.value)} onBlur={() => { if (!wrong) setTyped(null); }} />;
  return (
    <Rule of="base" draft={draft} reasons={[]}>
      <p><Say of="sendRules.base.say" parts={{ base: editing ? input : <strong className="strong">{base ?? t('sendRules.base.unset')}</strong> }} /></p>
      {wrong && <p className="act small" role="alert">{t('sendRules.base.wrong')}</p>}
      {base === null && !wrong && <p className="ochre small">{t('sendRules.base.none')}</p>}
    </Rule>
  );
}

const isAddress = (text: string): boolean => /^https?:\/\//.test(text) && URL.canParse(text);

const HUNDRED = 100;
const round = (value: number): number => Math.round(value * 1_000_000) / 1_000_000;

export function HealthRule({ draft }: Part) {
  const t = useT();
  const { rules: { health }, set } = draft;
  const stopped = (useQuery(healthQuery).data?.rows ?? []).filter(({ unwellAt }) => unwellAt !== null);
  const change = (part: Partial<typeof health>) => set({ health: { ...health, ...part } });
  return (
    <Rule of="health" draft={draft} reasons={['source_unhealthy']}>
      <p><Say of="sendRules.health.say" parts={{
        sends: <NumberPart label={t('sendRules.health.sends')} value={health.sends} min={1} max={1_000_000} onChange={(sends) => change({ sends })} />,
        bounces: <NumberPart label={t('sendRules.health.bounces')} value={round(health.bounceShare * HUNDRED)} min={0} max={HUNDRED} step={0.1} onChange={(percent) => change({ bounceShare: round(percent / HUNDRED) })} />,
        complaints: <NumberPart label={t('sendRules.health.complaints')} value={round(health.complaintShare * HUNDRED)} min={0} max={HUNDRED} step={0.01} onChange={(percent) => change({ complaintShare: round(percent / HUNDRED) })} />,
      }} /></p>
      {stopped.map((one) => <StoppedSource key={`${one.kind} ${one.id}`} source={one} />)}
    </Rule>
  );
}

function StoppedSource({ source }: { source: Health }) {
  const t = useT();
  const toast = useToast();
  const client = useQueryClient();
  const { moment } = useFormats();
  const words = useSourceWords();
  const editing = useEditing();
  const [reason, setReason] = useState<string | null>(null);
  const { kind, id, unwellAt, sends, bounces, complaints, reason: why } = source;
  const lift = useMutation({
    mutationFn: () => api.post('/reach/sources/lift', { kind, id, reason: (reason ?? '').trim() }), onError: toast.failed,
    onSuccess: () => { setReason(null); toast.done(t('sendRules.health.lifted')); void client.invalidateQueries({ queryKey: ['reach'] }); },
  });
  return (
    <Notice tone="act" action={editing && <button type="button" className="plain link" onClick={() => setReason('')}>{t('sendRules.health.lift')}</button>}>
      {t('sendRules.health.stopped', { source: words({ kind, id }), at: moment(unwellAt), reason: why && isKnown(`unwell.${why}`) ? t(`unwell.${why}`) : '', sends, bounces, complaints })}
      <Modal open={reason !== null} title={t('sendRules.health.lift')} okText={t('sendRules.health.lift')} cancelText={t('customers.cancel')} okButtonProps={{ disabled: !reason?.trim(), loading: lift.isPending }} onOk={() => lift.mutate()} onCancel={() => setReason(null)} width={440}>
        <Field label={t('sendRules.health.lift.sure')}>{(ids) => <Input.TextArea {...ids} rows={3} maxLength={500} value={reason ?? ''} onChange={({ target }) => setReason(target.value)} />}</Field>
      </Modal>
    </Notice>
  );
}
