import { Button } from 'antd';
import { useFormats } from '../../lib/format.ts';
import { isKnown, useT } from '../../lib/language.tsx';
import { useCurrency } from '../../lib/session.ts';
import { StageBadge } from '../../ui/StageBadge.tsx';
import type { Card, Customer, PortraitValue } from './customerQueries.ts';

/** A portrait value in words: options by their own names, money and days as the language writes them. */
function useValueWords(): (value: PortraitValue) => string {
  const t = useT();
  const { count, decimal, day, money, list } = useFormats();
  const currency = useCurrency();
  return ({ key, type, value }) => {
    if (type === 'money' && typeof value === 'number') return money(value, currency);
    if (typeof value === 'number') return key.endsWith('_days') ? t('customers.days', { days: Math.round(value) }) : Number.isInteger(value) ? count(value) : decimal(value);
    if (type === 'day' && typeof value === 'string') return day(value);
    if (typeof value === 'boolean') return t(value ? 'kit.yes' : 'kit.no');
    if (Array.isArray(value)) return list(value.map(String));
    const text = String(value);
    return isKnown(`${key}.${text}`) ? t(`${key}.${text}`) : text;
  };
}

/** The five blocks; every value with where it came from and how fresh it is. */
export function PortraitBlocks({ portrait }: { portrait: Customer['portrait'] }) {
  const t = useT();
  const { day } = useFormats();
  const words = useValueWords();
  const name = ({ key, label }: PortraitValue): string => label ?? (isKnown(`field.${key}`) ? t(`field.${key}`) : key);
  return (
    <div className="portrait">
      {portrait.map(({ block, values }) => (
        <section key={block}>
          <h3>{t(`customer.block.${block}`)}</h3>
          {values.length === 0 && <p className="grey small">{t('customer.block.nothing')}</p>}
          <dl>
            {values.map((value) => (
              <div key={value.key}>
                <dt className="grey">{name(value)}</dt>
                <dd>{words(value)}<span className="portrait-source small">{t('customer.source', { source: isKnown(`source.${value.source}`) ? t(`source.${value.source}`) : value.source, day: day(value.at) })}{value.stale && <span className="ochre"> · {t('customer.stale')}</span>}</span></dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}

/** What the person is known by, masked unless the role may look and asks to. */
export function Identifiers({ identifiers, unmask }: { identifiers: Customer['identifiers']; unmask?: () => void }) {
  const t = useT();
  return (
    <div className="stack">
      <dl className="pairs">
        {identifiers.map(({ subject, kind, scope, shown, overLimit }) => (
          <div key={subject}>
            <dt className="grey">{isKnown(`identifier.${kind}`) ? t(`identifier.${kind}`) : kind}{scope && <span className="small"> · {scope}</span>}</dt>
            <dd>{shown}{overLimit && <span className="ochre small"> · {t('customer.overLimit')}</span>}</dd>
          </div>
        ))}
      </dl>
      {identifiers.length === 0 && <p className="grey">{t('customer.noIdentifiers')}</p>}
      {unmask && identifiers.some(({ masked }) => masked) && <div><Button size="small" onClick={unmask}>{t('customer.unmask')}</Button> <span className="grey small">{t('customer.unmask.note')}</span></div>}
    </div>
  );
}

const CHANNELS = ['sms', 'email', 'wecom', 'mp', 'call', 'push'] as const;

/** The newest word on each channel for marketing, with its day. */
export function Consents({ consents }: { consents: Customer['consents'] }) {
  const t = useT();
  const { day } = useFormats();
  return (
    <dl className="pairs">
      {CHANNELS.map((channel) => {
        const said = consents.find((consent) => consent.channel === channel);
        return <div key={channel}><dt className="grey">{t(`consent.${channel}`)}</dt><dd className={said ? undefined : 'grey'}>{t(`customer.consent.${said?.state ?? 'none'}`)}{said && <span className="grey small"> · {day(said.at)}</span>}</dd></div>;
      })}
    </dl>
  );
}

export function Tags({ tags }: { tags: Customer['tags'] }) {
  const t = useT();
  const { day } = useFormats();
  if (tags.length === 0) return <p className="grey">{t('customer.notags')}</p>;
  return <dl className="pairs">{tags.map(({ tagId, name, value, since }) => <div key={`${tagId} ${value}`}><dt>{name}{value && `：${value}`}</dt><dd className="grey small">{day(since)}</dd></div>)}</dl>;
}

/** Every stage with the day it was entered, newest first. */
export function StageHistory({ card }: { card: Card }) {
  const t = useT();
  const { day } = useFormats();
  return (
    <dl className="pairs">
      {[...card.history].reverse().map(({ stage, from, cycle }) => <div key={`${from} ${stage}`}><dt><StageBadge stage={stage} />{cycle > 1 && <span className="grey small"> {t('customer.cycle', { cycle })}</span>}</dt><dd className="grey">{day(from)}</dd></div>)}
    </dl>
  );
}
