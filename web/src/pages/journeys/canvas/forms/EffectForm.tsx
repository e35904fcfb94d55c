import { EFFECT, type EffectPlan } from '../../../../../../src/engage/core/definition.ts';
import { useT } from '../../../../lib/language.tsx';
import { useCurrency } from '../../../../lib/session.ts';
import { useBench } from '../context.ts';
import { Amount, Pick, Tick, Words } from './fields.tsx';

const MONTH = 30;
/** How many minor units make one of a currency. */
const minorOf = (currency: string): number => 10 ** (new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2);

/** What is promised about the effect before the first person enters: which days count, what is earned on a sale, what it costs. */
export function EffectForm({ disabled, onEffect }: { disabled: boolean; onEffect: (effect: EffectPlan) => void }) {
  const t = useT();
  const currency = useCurrency(), minor = minorOf(currency);
  const { definition } = useBench();
  const effect = definition.effect ?? EFFECT, { margin, coupon } = effect;
  const set = (next: Partial<EffectPlan>): void => onEffect({ ...effect, ...next });
  const money = (value: number, onMinor: (value: number) => void, label: string) => <Amount label={label} unit={currency} disabled={disabled} whole={false} min={0} max={1e9} value={value / minor} onNumber={(given) => onMinor(Math.round(given * minor))} />;
  return (
    <details className="jc-more">
      <summary>{t('canvas.effect')}</summary>
      <p className="grey small">{t('canvas.effect.hint')}</p>
      <div className="jc-pair">
        <Amount label={t('canvas.effect.window')} disabled={disabled} value={effect.windowDays} min={1} max={180} onNumber={(windowDays) => set({ windowDays })} />
        <Amount label={t('canvas.effect.refund')} disabled={disabled} value={effect.refundDays} min={0} max={180} onNumber={(refundDays) => set({ refundDays })} />
      </div>
      <Pick label={t('canvas.effect.margin')} disabled={disabled} value={margin.basis} options={['share', 'costs'].map((value) => ({ value, label: t(`canvas.effect.margin.${value}`) }))} onPick={(basis) => set({ margin: basis === 'costs' ? { basis } : { basis: 'share', share: 0.4 } })} />
      {margin.basis === 'share' && <Amount label={t('experiments.arm.share')} unit="%" disabled={disabled} whole={false} value={Math.round(margin.share * 1e4) / 100} min={0} max={100} onNumber={(share) => set({ margin: { basis: 'share', share: Math.round(share * 100) / 1e4 } })} />}
      <Tick label={t('canvas.effect.coupon')} disabled={disabled} value={coupon !== null} onTick={(on) => set({ coupon: on ? { code: '', costMinor: 0 } : null })} />
      {coupon && <div className="jc-pair"><Words label={t('canvas.effect.coupon.code')} disabled={disabled} maxLength={60} value={coupon.code} onText={(code) => set({ coupon: { ...coupon, code: code.trim() } })} />{money(coupon.costMinor, (costMinor) => set({ coupon: { ...coupon, costMinor } }), t('canvas.effect.coupon.cost'))}</div>}
      {money(effect.fixedCostMinor, (fixedCostMinor) => set({ fixedCostMinor }), t('canvas.effect.fixed'))}
      <Tick label={t('canvas.effect.entry')} hint={t('canvas.effect.entry.hint')} disabled={disabled} value={effect.entryDays !== null} onTick={(on) => set({ entryDays: on ? MONTH : null })} />
      {effect.entryDays !== null && <Amount label={t('lifecycle.life.days')} disabled={disabled} value={effect.entryDays} min={1} max={365} onNumber={(entryDays) => set({ entryDays })} />}
    </details>
  );
}
