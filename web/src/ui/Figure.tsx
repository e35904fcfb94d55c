import { Popover } from 'antd';
import type { ReactNode } from 'react';
import { useFormats } from '../lib/format.ts';
import { useT } from '../lib/language.tsx';
import { Anchor } from '../lib/location.tsx';
import { useCurrency } from '../lib/session.ts';
import { Icon } from './Icon.tsx';

export type Why = {
  /** How it is counted, in words. */
  definition: ReactNode;
  /** Address of the list of people behind it. */
  people?: string | undefined;
  /** Opens the people behind it in a panel, where they are no list of their own. */
  onPeople?: (() => void) | undefined;
  /** Address of its entry in the metric catalogue. */
  metric?: string | undefined;
};

/** "Why?" beside a number: its definition, its people, its place in the catalogue. */
export function WhyButton({ label, definition, people, onPeople, metric }: Why & { label: string }) {
  const t = useT();
  const content = (
    <div className="why">
      <div>{definition}</div>
      <div className="row">
        {people && <Anchor to={people}>{t('kit.why.people')}</Anchor>}
        {onPeople && <button type="button" className="plain link" onClick={onPeople}>{t('kit.why.people')}</button>}
        {metric && <Anchor to={metric}>{t('kit.why.metric')}</Anchor>}
      </div>
    </div>
  );
  return (
    <Popover content={content} title={label} trigger="click" placement="bottomLeft">
      <button type="button" className="why-button" aria-label={t('kit.why.of', { label })}>?</button>
    </Popover>
  );
}

type KeyFigureProps = { label: string; value: ReactNode; note?: ReactNode; why?: Why | undefined };

/** One number that matters: 28/32, its name, what it is compared with, and why. Stands inside `Figures`. */
export function KeyFigure({ label, value, note, why }: KeyFigureProps) {
  return (
    <div className="key-figure">
      <dt>{label}{why && <WhyButton label={label} {...why} />}</dt>
      <dd>{why?.people ? <Anchor className="figure" to={why.people}>{value}</Anchor> : why?.onPeople ? <button type="button" className="plain figure" onClick={why.onPeople}>{value}</button> : <span className="figure">{value}</span>}{note && <span className="figure-note">{note}</span>}</dd>
    </div>
  );
}

type DeltaProps = { change: number | null | undefined; unit?: 'people' | 'share' | 'points'; than?: string };

/** Up or down by arrow and word, never by colour alone. `share` is relative (0.12 = 12 %), `points` a difference of shares. */
export function Delta({ change, unit = 'people', than }: DeltaProps) {
  const t = useT();
  const { count, percent, decimal } = useFormats();
  if (change === null || change === undefined) return <span className="delta grey">—</span>;
  const size = Math.abs(change);
  const text = unit === 'people' ? count(size) : unit === 'share' ? percent(size) : t('kit.points', { value: decimal(size * 100) });
  const way = change > 0 ? 'up' : change < 0 ? 'down' : 'same';
  return (
    <span className="delta">
      {way !== 'same' && <span aria-hidden="true">{way === 'up' ? '↑' : '↓'}</span>} {t(`kit.delta.${way}`, { value: text, than: than ?? '' })}
    </span>
  );
}

/** Money of the workspace's reporting currency, from minor units. */
export function Money({ minor, round, currency }: { minor: number | null | undefined; round?: boolean; currency?: string }) {
  const { money, moneyRound } = useFormats();
  const own = useCurrency();
  return <span className="nowrap">{(round ? moneyRound : money)(minor, currency ?? own)}</span>;
}

const REACH_ORDER = ['wecom', 'sms', 'mp', 'email', 'platform_only'];

/** How many of a head count can be reached, by channel: printed beside every head count. */
export function Reach({ channels, of }: { channels: Readonly<Record<string, number>>; of?: number }) {
  const t = useT();
  const { count } = useFormats();
  // Always in the same order, so that one line can be read against the next.
  const known = [...new Set([...REACH_ORDER, ...Object.keys(channels)])].map((channel) => [channel, channels[channel] ?? 0] as const).filter(([, people]) => people > 0);
  if (known.length === 0) return <span className="reach grey small">{of === 0 ? '—' : t('kit.reach.none')}</span>;
  return (
    <span className="reach small">
      {known.map(([channel, people]) => <span key={channel}><span className="grey">{t(`reach.${channel}`)}</span> <span className="nowrap">{count(people)}</span></span>)}
    </span>
  );
}

/** The channels one person can be reached by. */
export function ReachMarks({ channels }: { channels: readonly string[] }) {
  const t = useT();
  if (channels.length === 0) return <span className="grey">{t('kit.reach.nobody')}</span>;
  return <span className="reach-marks">{channels.map((channel) => <span key={channel}>{t(`kit.reach.${channel}`)}</span>)}</span>;
}

/** A note to act on: number, cause, next step. `act` only where something must be done now. */
export function Notice({ tone = 'note', children, action }: { tone?: 'note' | 'warn' | 'act'; children: ReactNode; action?: ReactNode }) {
  return <div className={`notice ${tone}`}>{tone !== 'note' && <Icon name="warning" size={18} />}<div className="notice-words">{children}</div>{action}</div>;
}
