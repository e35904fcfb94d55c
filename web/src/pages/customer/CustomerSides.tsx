import { Button } from 'antd';
import { useFormats } from '../../lib/format.ts';
import { isKnown, useT } from '../../lib/language.tsx';
import { StageBadge } from '../../ui/StageBadge.tsx';
import type { Card, Customer } from './customerQueries.ts';
import { useFieldName, useSourceWords, useValueWords } from './valueWords.ts';

/** The five blocks; every value with where it came from and how fresh it is. */
export function PortraitBlocks({ portrait }: { portrait: Customer['portrait'] }) {
  const t = useT();
  const { day } = useFormats();
  const words = useValueWords();
  const name = useFieldName();
  const sourceWords = useSourceWords();
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
                <dd>{words(value)}<span className="portrait-source small">{t('customer.source', { source: sourceWords(value.source), day: day(value.at) })}{value.stale && <span className="ochre"> · {t('customer.stale')}</span>}</span></dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}

/** Whether identifiers are shown in clear, and the way to change it. */
export type Unmask = { clear: boolean; change: (clear: boolean) => void };

/** What the person is known by, masked unless the role may look and asks to. */
export function Identifiers({ identifiers, unmask }: { identifiers: Customer['identifiers']; unmask?: Unmask }) {
  const t = useT();
  return (
    <div className="stack">
      <dl className="pairs">
        {identifiers.map(({ subject, kind, scope, shown, overLimit }) => (
          <div key={subject}>
            <dt className="grey">{isKnown(`identifier.kind.${kind}`) ? t(`identifier.kind.${kind}`) : kind}{scope && <span className="small"> · {scope}</span>}</dt>
            <dd>{shown}{overLimit && <span className="ochre small"> · {t('customer.overLimit')}</span>}</dd>
          </div>
        ))}
      </dl>
      {identifiers.length === 0 && <p className="grey">{t('customer.noIdentifiers')}</p>}
      {unmask?.clear && <div><Button size="small" onClick={() => unmask.change(false)}>{t('customer.mask')}</Button></div>}
      {unmask && !unmask.clear && identifiers.some(({ masked }) => masked) && <div><Button size="small" onClick={() => unmask.change(true)}>{t('customer.unmask')}</Button> <span className="grey small">{t('customer.unmask.note')}</span></div>}
    </div>
  );
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
