import type { ReactNode } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { Anchor } from '../../lib/location.tsx';
import { useCurrency } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { Section } from '../../ui/Page.tsx';
import type { ExperimentDetail } from './experimentsQueries.ts';
import { LeftOut } from './LeftOut.tsx';
import { useEachCost } from './useEachCost.ts';

/** What was registered before anybody was treated, and cannot change any more. */
export function PromiseMade({ experiment }: { experiment: ExperimentDetail }) {
  const t = useT();
  const { count, day, percent, money, list } = useFormats();
  const each = useEachCost();
  const { plan, excluded } = experiment;
  const tags = plan.withoutTags.map((tag) => (tag === 'open_complaint' ? t('experiments.tag.open_complaint') : tag));
  const currency = useCurrency();
  const leftOut = Object.keys(excluded).length > 0 ? <LeftOut by={excluded} /> : t('experiments.excluded.nobody');
  const rows: [string, ReactNode][] = [
    [t('experiments.hypothesis'), experiment.hypothesis || '—'],
    [t('experiments.metric'), t('experiments.metric.buyers')],
    [t('experiments.people'), experiment.sentence],
    [t('experiments.excluded'), leftOut],
    [t('experiments.holdOut'), t('experiments.holdOut.of', { share: percent(plan.holdOut, 0), people: count(experiment.arms.find(({ arm }) => arm === 'control')?.customers ?? 0) })],
    [t('experiments.windowDays'), t('experiments.windowDays.of', { days: plan.windowDays, refunds: plan.refundDays, until: day(experiment.refundsUntil) })],
    [t('experiments.channels'), list(plan.channels.map(({ channel, costMinor }) => `${t(`experiment.channel.${channel}`)} ${each(costMinor)}`))],
    [t('experiments.coupon'), plan.variants.map((one) => `${one.name || (one.key === 'treated' ? t('experiments.treated') : one.key)} ${money(one.couponMinor, currency)}${one.couponCode && ` · ${one.couponCode}`}`).join(', ')],
    [t('experiments.margin'), plan.margin.basis === 'share' ? percent(plan.margin.share, 0) : t('experiments.margin.costs')],
    [t('experiments.stopping'), t(`experiments.stopping.${plan.stopping}`)],
    [t('experiments.cap'), t('experiments.cap.of', { days: plan.capDays })],
    [t('experiments.complaints'), t('experiments.complaints.of', { days: plan.complaintDays, tags: tags.length > 0 ? list(tags) : '—' })],
    [t('experiments.registered'), t('experiments.registered.of', { day: day(experiment.registeredOn), name: experiment.ownerName })],
  ];
  return (
    <Section title={t('experiments.promise')} note={t('experiments.promise.note')}>
      <dl className="promise">{rows.map(([term, said]) => <div key={term}><dt>{term}</dt><dd>{said}</dd></div>)}</dl>
      {experiment.goalId && <p><Anchor className="link" to={paths.goals()}>{t('experiments.goal.to')}</Anchor></p>}
    </Section>
  );
}
