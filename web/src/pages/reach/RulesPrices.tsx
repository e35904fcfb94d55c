import { CHANNELS, type ChannelName } from '../../../../src/reach/core/message.ts';
import { toMajor } from '../../../../src/kernel/money.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency } from '../../lib/session.ts';
import { Rule } from './Rule.tsx';
import { NumberPart, useEditing } from './RuleParts.tsx';
import { Remove } from './RulesWhen.tsx';
import { useChannelWord } from './useReason.ts';
import type { Draft } from './useRulesDraft.ts';

const MOST = 10_000;
/** A message may cost less than the smallest coin; so many parts of it are kept. */
const PARTS = 1_000_000;
const kept = (value: number): number => Math.round(value * PARTS) / PARTS;

/** What one message of each channel costs, in the workspace's currency. */
export function PricesRule({ draft: { rules: { prices }, set }, draft }: { draft: Draft }) {
  const t = useT();
  const editing = useEditing();
  const currency = useCurrency();
  const channelWord = useChannelWord();
  const unit = toMajor(1, currency), priced = CHANNELS.filter((channel) => prices[channel] !== undefined), free = CHANNELS.filter((channel) => prices[channel] === undefined);
  const without = (channel: ChannelName) => Object.fromEntries(priced.filter((one) => one !== channel).map((one) => [one, prices[one]]));
  return (
    <Rule of="prices" draft={draft} reasons={[]}>
      <p>{t(priced.length === 0 ? 'sendRules.prices.none' : 'sendRules.prices.say', { currency })}</p>
      {priced.length > 0 && (
        <ul className="best-list">
          {priced.map((channel) => (
            <li key={channel}>
              <span>{channelWord(channel)}</span>
              <NumberPart label={t('sendRules.prices.of', { channel: channelWord(channel), currency })} value={kept((prices[channel] ?? 0) * unit)} min={0} max={MOST} step={0.001} onChange={(value) => set({ prices: { ...prices, [channel]: kept(value / unit) } })} />
              {editing && <Remove what={channelWord(channel)} onRemove={() => set({ prices: without(channel) })} />}
            </li>
          ))}
        </ul>
      )}
      {editing && free.length > 0 && <p><select className="sentence-part word-select rule-add" aria-label={t('sendRules.prices.add')} value="" onChange={({ target }) => set({ prices: { ...prices, [target.value]: 0 } })}><option value="">{t('sendRules.prices.add')}</option>{free.map((channel) => <option key={channel} value={channel}>{channelWord(channel)}</option>)}</select></p>}
    </Rule>
  );
}
