import { useMemo } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useCurrency } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import type { Column } from '../../ui/DataTable.tsx';
import { Money, ReachMarks } from '../../ui/Figure.tsx';
import { IntervalBar } from '../../ui/IntervalBar.tsx';
import { RhythmStrip } from '../../ui/RhythmStrip.tsx';
import { RiskBar } from '../../ui/RiskBar.tsx';
import { StageBadge } from '../../ui/StageBadge.tsx';
import type { Explained } from '../customers/customersQueries.ts';
import { addedUp } from './addedUp.ts';
import type { AtRiskRow, SavePlan, ScoreOdds, ScoreReason } from './scoringQueries.ts';
import { useReason } from './useReasons.ts';

/** One line of either list: everybody by value at risk, or those to save first. */
export type RiskLine = Omit<SavePlan['chosen'][number], 'gainMinor' | 'costMinor' | 'churn'> & Partial<Pick<SavePlan['chosen'][number], 'gainMinor' | 'costMinor'>> & Pick<AtRiskRow, 'churn'> & Partial<Pick<AtRiskRow, 'churnBaseline' | 'valueLowMinor' | 'valueHighMinor' | 'horizonDays'>>;

/** As many reasons as two lines hold; the rest stand on the customer's page. */
const SHOWN = 3;

type Asked = { explained: Readonly<Record<string, Explained>> | undefined; ranks: ReadonlyMap<string, number>; most: number; planned: boolean };

/** Name, stage, strip, risk beside what silence alone says, reasons, money at risk, last touch, reach. */
export function useRiskColumns({ explained, ranks, most, planned }: Asked): Column<RiskLine>[] {
  const t = useT();
  const { day, moneyRound } = useFormats();
  const currency = useCurrency();
  return useMemo(() => {
    const range = ({ valueMinor, valueLowMinor, valueHighMinor }: RiskLine): string => t('score.value.told', { value: moneyRound(valueMinor, currency), low: moneyRound(valueLowMinor, currency), high: moneyRound(valueHighMinor, currency) });
    const columns: Column<RiskLine>[] = [
      { key: 'name', title: t('customers.col.name'), phone: 'head', cell: ({ customerId, name }) => <span className="risk-name"><Anchor className="customer-name" to={paths.customer(customerId)} tabIndex={-1}>{name || t('customers.nameless')}</Anchor>{!planned && ranks.has(customerId) && <span className="grey small">{t('atRisk.rank', { rank: ranks.get(customerId) ?? 0 })}</span>}</span> },
      { key: 'stage', title: t('customers.col.stage'), phone: 'aside', cell: ({ stage }) => (stage ? <StageBadge stage={stage} /> : '—') },
      { key: 'rhythm', title: t('customers.col.rhythm'), width: 180, cell: ({ customerId }) => (explained?.[customerId] ? <RhythmStrip rhythm={explained[customerId].rhythm} /> : <span className="rhythm-wait" />) },
      { key: 'risk', title: t(planned ? 'score.risk' : 'atRisk.col.risk'), cell: ({ churn, churnBaseline }) => <RiskBar churn={churn} baseline={churnBaseline ?? null} /> },
      { key: 'reasons', title: t('customers.col.why'), cell: ({ reasons, odds }) => <Reasons reasons={reasons} odds={odds} /> },
      { key: 'atRisk', title: t('atRisk.col.money'), numeric: true, cell: ({ atRiskMinor }) => <span className="strong"><Money minor={atRiskMinor} round /></span> },
      planned
        ? { key: 'gain', title: t('atRisk.col.gain'), numeric: true, cell: ({ gainMinor }) => <Money minor={gainMinor} /> }
        : { key: 'value', title: t('atRisk.col.value'), numeric: true, cell: (line) => <span className="risk-value"><Money minor={line.valueMinor} round />{line.valueLowMinor !== undefined && line.valueHighMinor !== undefined && <IntervalBar low={line.valueLowMinor} value={line.valueMinor} high={line.valueHighMinor} max={most} label={range(line)} />}</span> },
      { key: 'touch', title: t('atRisk.col.touch'), numeric: true, cell: ({ lastTouchOn, lastOn }) => day(lastTouchOn ?? lastOn) },
      { key: 'reach', title: t('customers.col.reach'), cell: ({ reach }) => <ReachMarks channels={reach} /> },
      { key: 'horizon', title: t('atRisk.col.horizon'), optional: true, phone: 'hidden', numeric: true, cell: ({ horizonDays }) => (horizonDays === undefined ? '—' : t('customers.days', { days: horizonDays })) },
      { key: 'last', title: t('customers.col.last'), optional: true, phone: 'hidden', numeric: true, cell: ({ lastOn }) => day(lastOn) },
      { key: 'net', title: t('customers.col.net'), optional: true, phone: 'hidden', numeric: true, cell: ({ netMinor }) => <Money minor={netMinor} round /> },
    ];
    return columns;
  }, [t, day, moneyRound, currency, explained, ranks, most, planned]);
}

/** Three reasons in short; pointed at, every one in full with its size in log-odds, which add up with base and rest. */
function Reasons({ reasons, odds }: { reasons: readonly ScoreReason[]; odds: ScoreOdds | null }) {
  const t = useT();
  const { decimal } = useFormats();
  const said = useReason();
  const brief = useReason(true);
  const arrow = ({ effect }: ScoreReason): string => (effect === 'raises' ? '↑' : '↓');
  const size = (value: number): string => `${value < 0 ? '−' : '+'}${decimal(Math.abs(value), 2)}`;
  const sized = reasons.filter(({ contribution }) => contribution !== null);
  const sum = odds && addedUp(sized.map(({ contribution }) => contribution ?? 0), odds);
  const line = (reason: ScoreReason): string => `${arrow(reason)} ${said(reason)}${sum && reason.contribution !== null ? ` ${size(sum.parts[sized.indexOf(reason)] ?? 0)}` : ''}`;
  const title = [...reasons.map(line), ...(sum && odds ? [t('score.sum.line', { base: size(sum.base), rest: size(sum.rest), parts: odds.parts, total: size(sum.total) })] : [])].join('\n');
  return <span className="risk-why grey" title={title}>{reasons.slice(0, SHOWN).map((reason) => <span key={reason.code + String(reason.params['feature'] ?? '')} className="risk-reason">{arrow(reason)} {brief(reason)} </span>)}</span>;
}
