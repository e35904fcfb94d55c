import { useQuery } from '@tanstack/react-query';
import { Switch } from 'antd';
import { type ReactNode, useId } from 'react';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { paths } from '../../paths.ts';
import { type Counts, countsQuery, LATELY_DAYS, sinceDays } from './reachQueries.ts';
import { useEditing } from './RuleParts.tsx';
import { useReasonName } from './useReason.ts';
import type { Draft, RuleKey } from './useRulesDraft.ts';

type RuleProps = { of: RuleKey; draft: Draft; reasons: readonly string[]; on?: { value: boolean; set: (on: boolean) => void }; children: ReactNode };

/** One rule: its name, what it says, and what it stopped lately. */
export function Rule({ of, draft, reasons, on, children }: RuleProps) {
  const t = useT();
  const id = useId();
  const editing = useEditing();
  return (
    <section className={`send-rule${draft.changed.includes(of) ? ' changed' : ''}`} aria-labelledby={id}>
      <div className="rule-name"><h3 id={id}>{t(`sendRules.part.${of}`)}</h3>{on && editing && <Switch size="small" checked={on.value} onChange={on.set} aria-label={`${t(`sendRules.part.${of}`)}: ${t('sendRules.on')}`} />}</div>
      <div className="rule-says">{on && !on.value ? <p className="grey">{t('sendRules.off')}</p> : children}</div>
      {reasons.length > 0 && <Stopped reasons={reasons} />}
    </section>
  );
}

const STOPPED: ReadonlySet<string> = new Set(['refused', 'failed', 'withdrawn']);
const sumOf = (counts: Counts, reason: string, fits: (state: string) => boolean): number => counts.reasons.reduce((sum, one) => sum + (one.reason === reason && fits(one.state) ? one.count : 0), 0);

/** What a rule stopped in the last four weeks, and what waits for it now; each leads to its lines. */
function Stopped({ reasons }: { reasons: readonly string[] }) {
  const t = useT();
  const name = useReasonName();
  const { data } = useQuery(countsQuery({ from: sinceDays(LATELY_DAYS) }));
  if (!data) return <p className="rule-stopped" />;
  const lines = reasons.map((reason) => ({ reason, stopped: sumOf(data, reason, (state) => STOPPED.has(state)), waiting: sumOf(data, reason, (state) => state === 'deferred') })).filter(({ stopped, waiting }) => stopped + waiting > 0);
  if (lines.length === 0) return <p className="rule-stopped grey small">{t('sendRules.stopped.none')}</p>;
  return (
    <ul className="rule-stopped small">
      <li className="grey">{t('sendRules.stopped.days')}</li>
      {lines.map(({ reason, stopped, waiting }) => {
        const what = [stopped > 0 ? t('sendRules.stopped', { count: stopped }) : '', waiting > 0 ? t('sendRules.waiting', { count: waiting }) : ''].filter(Boolean).join(' · ');
        return <li key={reason}><Anchor to={paths.decisions({ reason })}>{reasons.length > 1 ? t('sendRules.stopped.of', { reason: name(reason), what }) : what}</Anchor></li>;
      })}
    </ul>
  );
}
