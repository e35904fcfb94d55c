import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency } from '../../lib/session.ts';
import { Figures, Section } from '../../ui/Page.tsx';
import { KeyFigure } from '../../ui/Figure.tsx';
import type { ResultDetail } from './experimentsQueries.ts';
import { useOpenPeople } from './People.tsx';

const RATES = ['reach', 'conversion', 'activity', 'retention', 'unsubscribes', 'complaints'] as const;

/** The effect report of the sending: rates of those reached, cost and return. */
export function EffectReport({ report, arms }: { report: NonNullable<ResultDetail['report']>; arms: ResultDetail['arms'] }) {
  const open = useOpenPeople();
  const t = useT();
  const { count, percent, moneyRound, decimal } = useFormats();
  const currency = useCurrency();
  // Of several treated arms, each stands in the table above with its own people.
  const treated = arms.filter(({ arm }) => arm !== 'control');
  const [only] = treated.length === 1 ? treated : [];
  const onPeople = open && only && only.sent > 0 ? () => open({ arm: only.arm, which: 'sent' }, t('experiments.people.sent', { arm: t('experiments.treated') })) : undefined;
  return (
    <Section title={t('experiments.report')} note={t('experiments.report.note')}>
      <Figures quiet>
        {RATES.map((key) => {
          const rate = report[key];
          return <KeyFigure key={key} label={t(`experiments.report.${key}`)} value={percent(rate?.rate ?? null)} note={rate && t('experiments.report.of', { top: count(rate.top), bottom: count(rate.bottom) })} why={{ onPeople: key === 'reach' ? onPeople : undefined, definition: <><p>{t(`experiments.report.${key}.why`)}</p>{rate && <p className="grey small">{t('experiments.interval.of', { low: percent(rate.interval.low), high: percent(rate.interval.high) })}</p>}</> }} />;
        })}
        <KeyFigure label={t('experiments.report.sales')} value={moneyRound(report.netSalesMinor, currency)} why={{ definition: t('experiments.report.sales.why') }} />
        <KeyFigure label={t('experiments.cost')} value={moneyRound(report.costMinor, currency)} why={{ definition: t('experiments.report.cost.why') }} />
        <KeyFigure label={t('experiments.report.roi')} value={report.roi ? decimal(report.roi.roi, 2) : '—'} note={report.roi && t('experiments.interval.of', { low: decimal(report.roi.interval.low, 1), high: decimal(report.roi.interval.high, 1) })} why={{ definition: t('experiments.report.roi.why') }} />
      </Figures>
    </Section>
  );
}
