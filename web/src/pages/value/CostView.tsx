import { useQuery } from '@tanstack/react-query';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency } from '../../lib/session.ts';
import { KeyFigure, Notice } from '../../ui/Figure.tsx';
import { Figures, Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { WhenSeen } from '../../ui/WhenSeen.tsx';
import { CacChart } from './CacChart.tsx';
import { CostList } from './CostList.tsx';
import { type Acquisition, acquisitionQuery } from './moneyQueries.ts';
import { whyNot } from './whyNot.ts';

/** What a new customer costs, by channel and month; what a kept one does; and the costs behind both. */
export function CostView() {
  const acquisition = useQuery(acquisitionQuery);
  return (
    <>
      <Loaded query={acquisition} skeleton={<Skeleton height={420} />}>{(data) => <><Keeping data={data} /><Section><CacChart data={data} /></Section></>}</Loaded>
      <WhenSeen height={400}><CostList /></WhenSeen>
    </>
  );
}

/** A new customer against a kept one (R47). */
function Keeping({ data: { all, keep, reference, from, to } }: { data: Acquisition }) {
  const t = useT();
  const { money, moneyRound, count, decimal, month } = useFormats();
  const currency = useCurrency();
  return (
    <>
      <p className="grey small">{t('money.cost.span', { from: month(from), to: month(to) })}</p>
      <Figures>
        <KeyFigure label={t('money.cac')} value={money(all.cacMinor === null ? null : Math.round(all.cacMinor), currency)} note={t('money.cac.of', { spend: moneyRound(all.spendMinor, currency), customers: all.customers })} why={{ definition: t('money.cac.why') }} />
        <KeyFigure label={t('money.keep')} value={money(keep.keepMinor === null ? null : Math.round(keep.keepMinor), currency)} note={t('money.keep.of', { cost: moneyRound(keep.costMinor, currency), kept: count(keep.kept), before: count(keep.before) })} why={{ definition: t('money.keep.why') }} />
        <KeyFigure label={t('money.ratio')} value={keep.ratio === null ? '—' : `${decimal(keep.ratio, 1)} ×`} note={keep.ratio === null ? undefined : t('money.ratio.note')} why={{ definition: t('money.ratio.why') }} />
        {reference && <KeyFigure label={t('money.reference')} value={money(reference.minor, currency)} note={t('money.reference.unverified')} why={{ definition: t('money.reference.why', { citation: reference.citation }) }} />}
      </Figures>
      {keep.why && <Notice>{whyNot(t, keep.why)}</Notice>}
    </>
  );
}
