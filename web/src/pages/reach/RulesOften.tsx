import { CHANNELS } from '../../../../src/reach/core/message.ts';
import { useT } from '../../lib/language.tsx';
import { Rule } from './Rule.tsx';
import { NumberPart, Pick, useEditing } from './RuleParts.tsx';
import { Remove } from './RulesWhen.tsx';
import { Say } from './Say.tsx';
import type { Rules } from './reachQueries.ts';
import { useChannelWord } from './useReason.ts';
import type { Draft } from './useRulesDraft.ts';

type Part = { draft: Draft };
type Caps = Rules['caps'];
type Cap = Caps['limits'][number];
const PERIODS = ['minute', 'hour', 'day', 'week', 'month'] as const satisfies readonly Cap['per'][];
const WINDOWS = ['calendar', 'rolling'] as const satisfies readonly Caps['window'][];
const WECOM = ['month', 'week', 'day'] as const satisfies readonly Rules['wecomPer'][];
const ALL = 'all';
const MOST = 1_000, MINUTES_MOST = 43_200;
const NEW_CAP: Cap = { channel: null, per: 'week', limit: 3 };

export function CapsRule({ draft }: Part) {
  const t = useT();
  const editing = useEditing();
  const { rules: { caps }, set } = draft;
  const change = (part: Partial<Caps>) => set({ caps: { ...caps, ...part } });
  const put = (at: number, cap: Cap | null) => change({ limits: caps.limits.flatMap((one, i) => (i !== at ? [one] : cap ? [cap] : [])) });
  const { customers, sources } = caps.allow;
  return (
    <Rule of="caps" draft={draft} reasons={['frequency_capped']}>
      {caps.limits.length === 0 && <p className="ochre">{t('sendRules.cap.none')}</p>}
      {caps.limits.map((cap, at) => <p key={at}><CapLine cap={cap} onChange={(next) => put(at, next)} /></p>)}
      {editing && <p><button type="button" className="plain link" onClick={() => change({ limits: [...caps.limits, NEW_CAP] })}>{t('sendRules.cap.add')}</button></p>}
      <p><Say of="sendRules.window.say" parts={{ window: <Pick label={t('sendRules.window')} value={caps.window} options={WINDOWS.map((key) => ({ key, label: t(`sendRules.window.${key}`) }))} onChange={(window) => change({ window })} /> }} /></p>
      {customers.length + sources.length > 0 && <p>{t('sendRules.allow.say', { customers: customers.length, sources: sources.length })}{editing && <button type="button" className="plain link rule-remove" onClick={() => change({ allow: { customers: [], sources: [] } })}>{t('sendRules.allow.clear')}</button>}</p>}
    </Rule>
  );
}

function CapLine({ cap, onChange }: { cap: Cap; onChange: (cap: Cap | null) => void }) {
  const t = useT();
  const editing = useEditing();
  const channelWord = useChannelWord();
  const channels = [{ key: ALL, label: t('sendRules.cap.channel.all') }, ...CHANNELS.map((key) => ({ key, label: t('sendRules.cap.channel.one', { channel: channelWord(key) }) }))];
  return (
    <>
      <Say of="sendRules.cap.say" parts={{
        limit: <NumberPart label={t('sendRules.cap.limit')} value={cap.limit} min={0} max={MOST} onChange={(limit) => onChange({ ...cap, limit })} />,
        per: <Pick label={t('sendRules.cap.per')} value={cap.per} options={PERIODS.map((key) => ({ key, label: t(`sendRules.per.${key}`) }))} onChange={(per) => onChange({ ...cap, per })} />,
        channel: <Pick<string> label={t('sendRules.cap.channel')} value={cap.channel ?? ALL} options={channels} onChange={(key) => onChange({ ...cap, channel: CHANNELS.find((one) => one === key) ?? null })} />,
      }} />
      {editing && <Remove what={`${cap.limit} / ${t(`sendRules.per.${cap.per}`)}`} onRemove={() => onChange(null)} />}
    </>
  );
}

export function SpacingRule({ draft }: Part) {
  const t = useT();
  return (
    <Rule of="spacingMinutes" draft={draft} reasons={['outranked']}>
      <p><Say of="sendRules.spacing.say" parts={{ minutes: <NumberPart label={t('sendRules.spacing.minutes')} value={draft.rules.spacingMinutes} min={0} max={MINUTES_MOST} onChange={(spacingMinutes) => draft.set({ spacingMinutes })} /> }} /></p>
    </Rule>
  );
}

export function WecomRule({ draft }: Part) {
  const t = useT();
  return (
    <Rule of="wecomPer" draft={draft} reasons={['wecom_limit']}>
      <p><Say of="sendRules.wecom.say" parts={{ limit: <Pick label={t('sendRules.wecom')} value={draft.rules.wecomPer} options={WECOM.map((key) => ({ key, label: t(`sendRules.wecom.${key}`) }))} onChange={(wecomPer) => draft.set({ wecomPer })} /> }} /></p>
    </Rule>
  );
}
