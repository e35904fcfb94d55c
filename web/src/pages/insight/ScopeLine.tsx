import { Select } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { DayRange } from '../../ui/DayRange.tsx';
import { dimensionsQuery } from './insightQueries.ts';

const MONTHS_BACK = 12;

const monthsBefore = (day: string, months: number): string => {
  const date = new Date(`${day.slice(0, 7)}-01T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() - months);
  return date.toISOString().slice(0, 10);
};

/** The days and the people a report is about, as the address says: twelve months up to the data's own day when it says nothing. */
export function useScope() {
  const [filters, change] = useFilters();
  const { data } = useQuery(dimensionsQuery);
  const asOf = data?.asOf ?? '';
  const to = filters['to'] ?? asOf;
  const start = asOf ? monthsBefore(asOf, MONTHS_BACK - 1) : '';
  const from = filters['from'] ?? (data?.from && data.from > start ? data.from : start);
  return { ready: data !== undefined && from !== '', dimensions: data, filters, change, scope: { from, to, shop: filters['shop'], b2b: filters['b2b'] } };
}

/** The scope as a sentence whose parts can be changed. */
export function ScopeLine() {
  const t = useT();
  const { scope, change, ready } = useScope();
  if (!ready) return null;
  return (
    <div className="row scope-line">
      <DayRange label={t('insight.days')} from={scope.from} to={scope.to} onChange={(days) => change(days)} />
      <Select
        aria-label={t('insight.b2b')} value={scope.b2b === 'no' ? 'no' : 'with'} onChange={(value: string) => change({ b2b: value === 'no' ? 'no' : null })}
        options={[{ value: 'with', label: t('insight.b2b.with') }, { value: 'no', label: t('insight.b2b.without') }]}
      />
    </div>
  );
}
