import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { CHANNELS, type ChannelName, PURPOSES, type Purpose } from '../../../../src/reach/core/message.ts';
import { useFormats } from '../../lib/format.ts';
import { isKnown, useT } from '../../lib/language.tsx';
import { fieldsQuery, placed, tagTreeQuery } from '../settings/fieldsQueries.ts';
import type { Rules } from './reachQueries.ts';
import { Rule } from './Rule.tsx';
import { ManyPart, NumberPart, Pick, useEditing } from './RuleParts.tsx';
import { Say } from './Say.tsx';
import { useChannelWord } from './useReason.ts';
import type { Draft } from './useRulesDraft.ts';

type Part = { draft: Draft };
type Need = Rules['consent'][Purpose][ChannelName];
const NEEDS = ['given', 'not_withdrawn', 'none'] as const satisfies readonly Need[];

/** Who must have agreed, by purpose: a sentence each, and beneath it every channel. */
export function ConsentRule({ draft }: Part) {
  const t = useT();
  const { list } = useFormats();
  const editing = useEditing();
  const channelWord = useChannelWord();
  const [open, setOpen] = useState(false);
  const { consent } = draft.rules;
  const said = (purpose: Purpose): string => NEEDS.map((need) => ({ need, channels: CHANNELS.filter((channel) => consent[purpose][channel] === need) })).filter(({ channels }) => channels.length > 0)
    .map(({ need, channels }) => t(`sendRules.need.${need}`, { channels: list(channels.map(channelWord)) })).join(t('sendRules.semi'));
  return (
    <Rule of="consent" draft={draft} reasons={['consent_missing', 'consent_withdrawn']}>
      {PURPOSES.map((purpose) => <p key={purpose}>{t('sendRules.consent.line', { purpose: t(`sendRules.consent.${purpose}`), needs: said(purpose) })}</p>)}
      {editing && <p><button type="button" className="plain link" aria-expanded={open} onClick={() => setOpen(!open)}>{t('sendRules.consent.edit')}</button></p>}
      {editing && open && <ConsentTable draft={draft} />}
    </Rule>
  );
}

function ConsentTable({ draft: { rules: { consent }, set } }: Part) {
  const t = useT();
  const channelWord = useChannelWord();
  const put = (purpose: Purpose, channel: ChannelName, need: Need) => set({ consent: { ...consent, [purpose]: { ...consent[purpose], [channel]: need } } });
  const cell = (purpose: Purpose, channel: ChannelName) => (
    <Pick label={t('sendRules.consent.of', { purpose: t(`sendRules.consent.${purpose}`), channel: channelWord(channel) })} value={consent[purpose][channel]} options={NEEDS.map((key) => ({ key, label: t(`sendRules.need.${key}.word`) }))} onChange={(need) => put(purpose, channel, need)} />
  );
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact consent-table">
        <caption className="unseen">{t('sendRules.part.consent')}</caption>
        <thead><tr><th scope="col">{t('sendRules.choose.channels')}</th>{PURPOSES.map((purpose) => <th key={purpose} scope="col">{t(`sendRules.consent.${purpose}`)}</th>)}</tr></thead>
        <tbody>{CHANNELS.map((channel) => <tr key={channel}><th scope="row">{channelWord(channel)}</th>{PURPOSES.map((purpose) => <td key={purpose}>{cell(purpose, channel)}</td>)}</tr>)}</tbody>
      </table>
    </div>
  );
}

export function ComplaintRule({ draft }: Part) {
  const t = useT();
  const editing = useEditing();
  const { rules: { complaint }, set } = draft;
  const fields = useQuery({ ...fieldsQuery, enabled: editing }).data?.rows ?? [], tags = useQuery({ ...tagTreeQuery, enabled: editing }).data?.rows ?? [];
  const change = (part: Partial<typeof complaint>) => set({ complaint: { ...complaint, ...part } });
  const fieldWord = (key: string): string => fields.find((one) => one.key === key)?.label ?? (isKnown(`field.${key}`) ? t(`field.${key}`) : key);
  const withOwn = (keys: readonly string[], own: readonly string[]): string[] => [...new Set([...own, ...keys])];
  return (
    <Rule of="complaint" draft={draft} reasons={['open_complaint']} on={{ value: complaint.on, set: (on) => change({ on }) }}>
      <p>
        <Say of="sendRules.complaint.say" parts={{
          fields: <ManyPart<string> label={t('sendRules.complaint.fields')} none={t('sendRules.complaint.fields.none')} value={complaint.fields} options={withOwn(fields.filter(({ type }) => type === 'boolean').map(({ key }) => key), complaint.fields).map((key) => ({ key, label: fieldWord(key) }))} onChange={(next) => change({ fields: next })} />,
          tags: <ManyPart<string> label={t('sendRules.complaint.tags')} none={t('sendRules.complaint.tags.none')} value={complaint.tags} options={withOwn(placed(tags).map(({ tag }) => tag.key), complaint.tags).map((key) => ({ key, label: key }))} onChange={(next) => change({ tags: next })} />,
        }} />
      </p>
    </Rule>
  );
}

export function UnhappyRule({ draft }: Part) {
  const t = useT();
  const { rules: { unhappy }, set } = draft;
  const change = (part: Partial<typeof unhappy>) => set({ unhappy: { ...unhappy, ...part } });
  return (
    <Rule of="unhappy" draft={draft} reasons={['unhappy']} on={{ value: unhappy.on, set: (on) => change({ on }) }}>
      <p><Say of="sendRules.unhappy.say" parts={{
        csat: <NumberPart label={t('sendRules.unhappy.csat')} value={unhappy.csatBelow} min={0} max={5} step={0.1} onChange={(csatBelow) => change({ csatBelow })} />,
        nps: <NumberPart label={t('sendRules.unhappy.nps')} value={unhappy.npsBelow} min={0} max={10} step={0.1} onChange={(npsBelow) => change({ npsBelow })} />,
      }} /></p>
    </Rule>
  );
}

const HUNDRED = 100, MOST_PERCENT = 50;
const round = (value: number): number => Math.round(value * 10_000) / 10_000;

export function ControlRule({ draft }: Part) {
  const t = useT();
  const { rules: { control }, set } = draft;
  return (
    <Rule of="control" draft={draft} reasons={['control_group']}>
      <p><Say of="sendRules.control.say" parts={{ share: <NumberPart label={t('sendRules.control.share')} value={round(control.share * HUNDRED)} min={0} max={MOST_PERCENT} step={0.5} onChange={(percent) => set({ control: { ...control, share: round(percent / HUNDRED) } })} /> }} /></p>
      {control.share === 0 && <p className="ochre small">{t('sendRules.control.none')}</p>}
    </Rule>
  );
}
