import { useState } from 'react';
import { CHANNELS, type ChannelName, PURPOSES, type Purpose } from '../../../../src/reach/core/message.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { DayRange } from '../../ui/DayRange.tsx';
import { Rule } from './Rule.tsx';
import { ClockPart, ManyPart, Pick, useEditing } from './RuleParts.tsx';
import { Say } from './Say.tsx';
import { useChannelWord } from './useReason.ts';
import type { Draft } from './useRulesDraft.ts';

type Part = { draft: Draft };
const DEFAULT_HOURS = { from: 8 * 60, to: 21 * 60 };

export function QuietRule({ draft }: Part) {
  const t = useT();
  const channelWord = useChannelWord();
  const { rules: { quiet }, set } = draft;
  const change = (part: Partial<typeof quiet>) => set({ quiet: { ...quiet, ...part } });
  return (
    <Rule of="quiet" draft={draft} reasons={['quiet_hours']} on={{ value: quiet.on, set: (on) => change({ on }) }}>
      <p>
        <Say of="sendRules.quiet.say" parts={{
          from: <ClockPart label={t('sendRules.quiet.from')} value={quiet.from} onChange={(from) => change({ from })} />, to: <ClockPart label={t('sendRules.quiet.to')} value={quiet.to} onChange={(to) => change({ to })} />,
          purposes: <ManyPart<Purpose> label={t('sendRules.choose.purposes')} value={quiet.purposes} options={PURPOSES.map((key) => ({ key, label: t(`message.purpose.${key}`) }))} onChange={(purposes) => change({ purposes })} />,
          channels: <ManyPart<ChannelName> label={t('sendRules.choose.channels')} value={quiet.channels} options={CHANNELS.map((key) => ({ key, label: channelWord(key) }))} onChange={(channels) => change({ channels })} />,
        }} />
      </p>
    </Rule>
  );
}

export function ProviderHoursRule({ draft }: Part) {
  const t = useT();
  const editing = useEditing();
  const channelWord = useChannelWord();
  const { rules: { providerHours }, set } = draft;
  const bound = CHANNELS.filter((channel) => providerHours[channel]), free = CHANNELS.filter((channel) => !providerHours[channel]);
  const put = (channel: ChannelName, hours: { from: number; to: number } | null) => set({ providerHours: Object.fromEntries(CHANNELS.flatMap((one) => { const own = one === channel ? hours : providerHours[one]; return own ? [[one, own]] : []; })) });
  return (
    <Rule of="providerHours" draft={draft} reasons={['provider_hours']}>
      {bound.length === 0 && <p className="grey">{t('sendRules.provider.none')}</p>}
      {bound.map((channel) => {
        const hours = providerHours[channel] ?? DEFAULT_HOURS;
        return (
          <p key={channel}>
            <Say of="sendRules.provider.say" parts={{
              channel: <strong className="strong">{channelWord(channel)}</strong>, from: <ClockPart label={t('sendRules.from')} value={hours.from} onChange={(from) => put(channel, { ...hours, from })} />, to: <ClockPart label={t('sendRules.to')} value={hours.to} onChange={(to) => put(channel, { ...hours, to })} />,
            }} />
            {editing && <Remove what={channelWord(channel)} onRemove={() => put(channel, null)} />}
          </p>
        );
      })}
      {editing && free.length > 0 && <p><select className="sentence-part word-select rule-add" aria-label={t('sendRules.provider.channel')} value="" onChange={({ target }) => put(target.value as ChannelName, DEFAULT_HOURS)}><option value="">{t('sendRules.provider.add')}</option>{free.map((channel) => <option key={channel} value={channel}>{channelWord(channel)}</option>)}</select></p>}
    </Rule>
  );
}

/** Takes one line of a rule away. */
export function Remove({ what, onRemove }: { what: string; onRemove: () => void }) {
  const t = useT();
  return <button type="button" className="plain grey small rule-remove" aria-label={t('sendRules.remove.of', { what })} onClick={onRemove}>{t('sendRules.remove')}</button>;
}

export function HolidaysRule({ draft }: Part) {
  const t = useT();
  const { day } = useFormats();
  const editing = useEditing();
  const { rules: { holidays }, set } = draft;
  const change = (part: Partial<typeof holidays>) => set({ holidays: { ...holidays, ...part } });
  const said = ({ from, to }: { from: string; to: string }): string => (from === to ? day(from) : `${day(from)} – ${day(to)}`);
  return (
    <Rule of="holidays" draft={draft} reasons={['holiday']}>
      <p><Say of={holidays.calendar === 'none' ? 'sendRules.holidays.none.say' : 'sendRules.holidays.say'} parts={{ calendar: <Pick label={t('sendRules.holidays.calendar')} value={holidays.calendar} options={(['none', 'chinese'] as const).map((key) => ({ key, label: t(`sendRules.holidays.${key}`) }))} onChange={(calendar) => change({ calendar })} /> }} /></p>
      {holidays.days.map((range, at) => <p key={`${range.from} ${range.to}`}>{t('sendRules.holidays.own', { days: said(range) })}{editing && <Remove what={said(range)} onRemove={() => change({ days: holidays.days.filter((_, one) => one !== at) })} />}</p>)}
      {editing && <NewDays onAdd={(range) => change({ days: [...holidays.days.filter(({ from, to }) => from !== range.from || to !== range.to), range] })} />}
    </Rule>
  );
}

const today = (): string => new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 10);

function NewDays({ onAdd }: { onAdd: (range: { from: string; to: string }) => void }) {
  const t = useT();
  const [range, setRange] = useState<{ from: string; to: string } | null>(null);
  if (!range) return <p><button type="button" className="plain link" onClick={() => setRange({ from: today(), to: today() })}>{t('sendRules.holidays.add')}</button></p>;
  return (
    <div className="row">
      <DayRange label={t('sendRules.holidays.days')} from={range.from} to={range.to} onChange={setRange} />
      <button type="button" className="plain link" onClick={() => { onAdd(range); setRange(null); }}>{t('sendRules.add')}</button>
    </div>
  );
}
