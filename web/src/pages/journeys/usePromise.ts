import type { EffectPlan } from '../../../../src/engage/core/definition.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useCurrency } from '../../lib/session.ts';

/** The promise as one line. */
export function usePromise(): (effect: EffectPlan) => string {
  const t = useT();
  const { money, percent } = useFormats();
  const currency = useCurrency();
  return ({ windowDays, refundDays, margin, coupon, fixedCostMinor, entryDays }) => t('journeys.promise.says', {
    window: windowDays, refund: refundDays, basis: margin.basis, share: margin.basis === 'share' ? percent(margin.share, 0) : '', coupon: coupon === null ? 'none' : coupon.code === '' ? 'each' : 'code', code: coupon?.code ?? '', cost: money(coupon?.costMinor ?? 0, currency),
    fixed: fixedCostMinor > 0 ? 'some' : 'none', fixedCost: money(fixedCostMinor, currency), entry: entryDays ?? 0,
  });
}
