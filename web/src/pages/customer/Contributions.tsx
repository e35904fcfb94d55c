import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import type { ScoreOdds, ScoreReason } from '../churn/scoringQueries.ts';
import { addedUp } from '../churn/addedUp.ts';
import { useReason } from '../churn/useReasons.ts';

/** Why a score is what it is. Where a trained model scores: base, each reason and the rest, in log-odds, adding up to the last digit shown; a rule has no sizes to add up. */
export function Contributions({ reasons, odds, churn }: { reasons: readonly ScoreReason[]; odds: ScoreOdds | null; churn: number | null }) {
  const t = useT();
  return (
    <>
      {odds ? <Sum reasons={reasons} odds={odds} churn={churn} /> : <Told reasons={reasons} />}
      <p className="grey small">{t(odds ? 'score.contributions.exact' : 'score.contributions.rule')}</p>
    </>
  );
}

const keyOf = ({ code, params }: ScoreReason): string => `${code}${String(params['feature'] ?? '')}`;

function Told({ reasons }: { reasons: readonly ScoreReason[] }) {
  const t = useT();
  const said = useReason();
  return <ul className="contributions">{reasons.map((reason) => <li key={keyOf(reason)}><span>{said(reason)}</span><span className="grey">{t(`score.${reason.effect}`)}</span></li>)}</ul>;
}

function Sum({ reasons, odds, churn }: { reasons: readonly ScoreReason[]; odds: ScoreOdds; churn: number | null }) {
  const t = useT();
  const { signed, percent } = useSigned();
  const said = useReason();
  const sized = reasons.filter(({ contribution }) => contribution !== null);
  const noticed = reasons.filter(({ contribution }) => contribution === null);
  const { base, parts, rest, total } = addedUp(sized.map(({ contribution }) => contribution ?? 0), odds);
  const most = Math.max(...parts.map(Math.abs), Math.abs(rest), 1e-9);
  const bar = (size: number) => <span className="contribution-track" aria-hidden="true"><i className={size > 0 ? 'raises' : 'lowers'} style={{ width: `${(Math.abs(size) / most) * 50}%` }} /></span>;
  return (
    <>
      <ul className="contributions">
        <li><span className="grey">{t('score.sum.base', { share: percent(1 / (1 + Math.exp(-odds.base)), 0) })}</span><span className="contribution-none" /><span className="number">{signed(base)}</span></li>
        {sized.map((reason, at) => <li key={keyOf(reason)}><span>{said(reason)}</span>{bar(parts[at] ?? 0)}<span className="number">{signed(parts[at] ?? 0)}</span></li>)}
        <li><span>{t('score.sum.rest', { parts: odds.parts })}</span>{bar(rest)}<span className="number">{signed(rest)}</span></li>
        <li className="contribution-total"><span className="strong">{t('score.sum.total', { share: percent(churn, 0) })}</span><span className="contribution-none" /><span className="number strong">{signed(total)}</span></li>
      </ul>
      {noticed.length > 0 && <><p className="grey small">{t('score.sum.noticed')}</p><Told reasons={noticed} /></>}
    </>
  );
}

/** Two decimals, always with a sign. */
export function useSigned() {
  const { decimal, percent } = useFormats();
  return { percent, signed: (value: number): string => `${value < 0 ? '−' : '+'}${decimal(Math.abs(value), 2)}` };
}
