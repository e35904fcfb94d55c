import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useCurrency } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { AliveChart } from '../../ui/AliveChart.tsx';
import { WhyButton } from '../../ui/Figure.tsx';
import { IntervalBar } from '../../ui/IntervalBar.tsx';
import { Section } from '../../ui/Page.tsx';
import { SidePanel } from '../../ui/SidePanel.tsx';
import { Failure, Skeleton } from '../../ui/States.tsx';
import { type CustomerScore, customerScoreQuery } from '../churn/scoringQueries.ts';
import { useCoded, useReason } from '../churn/useReasons.ts';
import { WhyScore } from './WhyScore.tsx';
import './risk.css';

type Score = NonNullable<CustomerScore['score']>;
/** Beyond the high end, so that the interval does not touch the border. */
const ROOM = 1.15;

/** How likely gone and why, and what this customer will likely bring; the whole reasoning in a panel. */
export function CustomerRisk({ id, name }: { id: string; name: string }) {
  const t = useT();
  const coded = useCoded();
  const told = useQuery(customerScoreQuery(id));
  const [open, setOpen] = useState(false);
  if (!told.data) return told.error ? <Failure error={told.error} onRetry={() => void told.refetch()} /> : <Skeleton height={112} />;
  const { score, why } = told.data;
  if (!score) return why ? <p className="grey score-none">{coded(why)}</p> : null;
  return (
    <>
      <div className="score">
        <Risk score={score} onWhy={() => setOpen(true)} />
        <Expected told={told.data} score={score} />
      </div>
      <SidePanel open={open} onClose={() => setOpen(false)} title={t('score.why.title', { name })}>{open && <WhyScore id={id} told={told.data} score={score} />}</SidePanel>
    </>
  );
}

function Risk({ score, onWhy }: { score: Score; onWhy: () => void }) {
  const t = useT();
  const { percent } = useFormats();
  const said = useReason();
  const { churn, churnBaseline, horizonDays, method, reasons } = score;
  return (
    <div className="score-risk">
      <p className="grey">{t('score.risk')}<WhyButton label={t('score.risk')} definition={t(`score.risk.why.${method}`, { days: horizonDays })} /></p>
      <p><span className="figure">{percent(churn, 0)}</span> <span className="grey small">{t(churnBaseline === null ? 'score.risk.alone' : 'score.risk.beside', { baseline: percent(churnBaseline, 0), days: horizonDays })}</span></p>
      <ul className="score-reasons">
        {reasons.map((reason) => <li key={reason.code + String(reason.params['feature'] ?? '')}><span aria-hidden="true" className={reason.effect === 'raises' ? 'ochre' : 'link-ink'}>{reason.effect === 'raises' ? '↑' : '↓'}</span> <span className="unseen">{t(`score.${reason.effect}`)}</span>{said(reason)}</li>)}
      </ul>
      <Button size="small" onClick={onWhy}>{t('score.why')}</Button>
    </div>
  );
}

function Expected({ told: { valueLevel, expectedNext }, score }: { told: CustomerScore; score: Score }) {
  const t = useT();
  const { moneyRound, decimal, percent } = useFormats();
  const currency = useCurrency();
  const { valueMinor, valueLowMinor, valueHighMinor, expected, atRiskMinor } = score;
  const [value, low, high] = [valueMinor, valueLowMinor, valueHighMinor].map((minor) => moneyRound(minor, currency));
  const label = t('score.value.told', { value, low, high });
  return (
    <div className="score-value">
      <p className="grey">{t('score.value')}<WhyButton label={t('score.value')} definition={t('score.value.why')} /></p>
      <p><span className="figure">{value}</span> <span className="grey small">{t('score.value.range', { low, high, level: percent(valueLevel, 0) })}</span></p>
      <IntervalBar low={valueLowMinor} value={valueMinor} high={valueHighMinor} max={valueHighMinor * ROOM} label={label} wide />
      <p>{t('score.expected', { count: decimal(expected, 1) })}</p>
      {expectedNext && <p className="grey small">{t('score.next', { days: expectedNext.days, count: decimal(expectedNext.count, 2), none: percent(expectedNext.none, 0) })}</p>}
      <p className="small"><Anchor to={paths.churn()}>{t('score.atRisk', { money: moneyRound(atRiskMinor, currency) })}</Anchor></p>
    </div>
  );
}

/** The probability of still being a customer since the first purchase, and ahead if they stay silent. */
export function CustomerAlive({ id }: { id: string }) {
  const { data } = useQuery(customerScoreQuery(id));
  if (!data || data.alive.length < 2) return null;
  return <Section><Alive told={data} /></Section>;
}

function Alive({ told: { alive, ahead, purchases, score } }: { told: CustomerScore }) {
  const t = useT();
  const { percent, day } = useFormats();
  const now = alive.at(-1);
  const later = ahead.find(({ alive: share }) => share < (now?.share ?? 0) / 2) ?? ahead.at(-1);
  const finding = t('score.alive.finding', { share: percent(now?.share ?? null, 0), later: later ? 'yes' : 'no', day: day(later?.day), fallen: percent(later?.alive ?? null, 0) });
  return <AliveChart finding={finding} note={score?.method === 'recency' ? t('score.alive.note.recency') : t('score.alive.note')} past={alive} ahead={ahead.map(({ day: on, alive: share }) => ({ day: on, share }))} purchases={purchases} />;
}
