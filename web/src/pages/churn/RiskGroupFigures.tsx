import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { useCurrency } from '../../lib/session.ts';
import { KeyFigure } from '../../ui/Figure.tsx';
import { Figures } from '../../ui/Page.tsx';
import { atRiskFilters, groupQuery, type Scoring } from './scoringQueries.ts';
import { useCoded } from './useReasons.ts';

/** What those of the sentence above brought, will likely bring, and how many of them are likely gone, each with its interval. */
export function RiskGroupFigures({ state }: { state: Scoring }) {
  const t = useT();
  const { count, decimal, moneyRound, percent } = useFormats();
  const currency = useCurrency();
  const [filters] = useFilters();
  const { data } = useQuery(groupQuery(atRiskFilters(filters)));
  if (!data || data.customers === 0) return null;
  const { customers, broughtMinor, value, leaving, atRiskMinor } = data;
  const level = percent(data.level, 0);
  const people = (some: number): string => (customers < 20 ? decimal(some, 1) : count(Math.round(some)));
  return (
    <div className="risk-group">
      <Figures quiet>
        <KeyFigure label={t('atRisk.group.people')} value={count(customers)} note={t('atRisk.group.people.note')} />
        <KeyFigure label={t('atRisk.group.brought')} value={moneyRound(broughtMinor, currency)} note={t('atRisk.group.brought.note', { money: moneyRound(broughtMinor / customers, currency) })} />
        <KeyFigure label={t('atRisk.group.value')} value={moneyRound(value.minor, currency)} why={{ definition: t('atRisk.group.why', { level }) }} note={t('atRisk.group.range', { low: moneyRound(value.low, currency), high: moneyRound(value.high, currency), level })} />
        <KeyFigure label={t('atRisk.group.leaving')} value={people(leaving.people)} why={{ definition: t('atRisk.group.leaving.why', { level }) }} note={t('atRisk.group.range', { low: people(leaving.low), high: people(leaving.high), level })} />
        <KeyFigure label={t('atRisk.col.money')} value={moneyRound(atRiskMinor, currency)} note={t('atRisk.group.atRisk', { share: percent(value.minor > 0 ? atRiskMinor / value.minor : null, 0) })} />
      </Figures>
      <Calibrated state={state} people={filters['people'] ?? ''} />
    </div>
  );
}

/** Business buyers are scored by another rule than everybody else: which one, and how well it did. */
function Calibrated({ state, people }: { state: Scoring; people: string }) {
  const t = useT();
  const coded = useCoded();
  const { percent } = useFormats();
  const group = state.groups.find(({ name }) => name === 'business');
  if (!group || (people !== 'b2b' && people !== 'all')) return null;
  return <p className="grey small">{coded(group.why)}{group.said !== null && group.left !== null && ` ${t('models.group.told', { outcomes: group.outcomes, said: percent(group.said, 0), left: percent(group.left, 0), low: percent(group.low, 0), high: percent(group.high, 0) })}`}</p>;
}
