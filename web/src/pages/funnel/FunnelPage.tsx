import { Button, InputNumber, Select } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useChannelName } from '../../lib/names.ts';
import { useData } from '../../lib/session.ts';
import { Choices } from '../../ui/Choices.tsx';
import { ChartFrame } from '../../ui/chart/Chart.tsx';
import { Reach } from '../../ui/Figure.tsx';
import { FunnelBars } from '../../ui/FunnelBars.tsx';
import { Page, Section } from '../../ui/Page.tsx';
import { type PeopleOf, PeoplePanel } from '../../ui/PeoplePanel.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { EventChoice } from '../insight/EventChoice.tsx';
import { useEventName } from '../insight/eventNames.ts';
import { type Funnel, funnelQuery, scopeOf } from '../insight/insightQueries.ts';
import { ScopeLine, useScope } from '../insight/ScopeLine.tsx';
import { useCounted } from '../insight/useCounted.ts';
import '../insight/insight.css';

const STEPS_MAX = 8;
const SPLITS = ['none', 'channel', 'shop', 'source'] as const;
type Split = (typeof SPLITS)[number];

/** What a shop of this data can be asked first: look, put into the cart, pay, where it has such events. */
function firstSteps(events: readonly string[]): string[] {
  const walk = [['product_viewed', 'Product Viewed', 'page'], ['product_added', 'Product Added', 'cart.added'], ['checkout_started', 'Checkout Started']];
  const known = walk.flatMap((names) => names.filter((name) => events.includes(name)).slice(0, 1));
  return known.length > 0 ? [...known, 'order.paid'] : ['order.paid', 'order.paid'];
}

export default function FunnelPage() {
  const t = useT();
  const { ready, scope, filters, change, dimensions } = useScope();
  const steps = filters['steps'] ? filters['steps'].split('|') : firstSteps(dimensions?.events ?? []);
  const order = filters['order'] === 'any' ? 'any' : 'ordered';
  const by = SPLITS.find((one) => one === filters['by']) ?? 'none';
  const stepDays = Math.max(1, Number(filters['window'] ?? 30) || 30);
  const setSteps = (next: readonly string[]) => change({ steps: next.join('|') });
  return (
    <Page title={t('nav.insight.funnel')} lead={t('insight.funnel.lead')}>
      <div className="row filters-line">
        {steps.map((event, at) => (
          <span key={`${event}${at}`} className="row nowrap">
            <EventChoice label={t('insight.funnel.step', { n: at + 1 })} value={event} events={dimensions?.events ?? []} onChoose={(next) => setSteps(steps.with(at, next))} />
            {steps.length > 2 && <button type="button" className="plain link" aria-label={t('insight.funnel.drop', { n: at + 1 })} onClick={() => setSteps(steps.toSpliced(at, 1))}>×</button>}
          </span>
        ))}
        {steps.length < STEPS_MAX && <Button onClick={() => setSteps([...steps, 'order.paid'])}>{t('insight.funnel.add')}</Button>}
      </div>
      <div className="row filters-line">
        <Choices label={t('insight.funnel.order')} options={(['ordered', 'any'] as const).map((key) => ({ key, label: t(`insight.funnel.order.${key}`) }))} value={order} onChoose={(key) => change({ order: key })} />
        <label className="row nowrap"><span className="grey">{t('insight.funnel.window')}</span><InputNumber min={1} max={365} value={stepDays} onChange={(value) => change({ window: String(value ?? 30) })} /></label>
        <label className="row nowrap"><span className="grey">{t('insight.split')}</span><Select className="split-choice" aria-label={t('insight.split')} value={by} onChange={(value: string) => change({ by: value === 'none' ? null : value })} options={SPLITS.map((value) => ({ value, label: t(`insight.split.${value}`) }))} /></label>
        <ScopeLine />
      </div>
      {ready && <Drawing body={{ steps: steps.map((event) => ({ event })), order, stepDays, by, scope: scopeOf(scope) }} split={by} />}
    </Page>
  );
}

function Drawing({ body, split }: { body: object; split: Split }) {
  const t = useT();
  const query = useQuery(funnelQuery(body));
  const [people, setPeople] = useState<PeopleOf | null>(null);
  return (
    <>
      <Loaded query={query} skeleton={<Skeleton height={280} />}>
        {(data) => data.parts.every(({ steps }) => (steps[0]?.people ?? 0) === 0)
          ? <Empty title={t('insight.empty')} />
          : data.parts.map((part) => <Part key={part.part} data={data} part={part} split={split} onPeople={setPeople} />)}
      </Loaded>
      <PeoplePanel of={people} onClose={() => setPeople(null)} />
    </>
  );
}

type PartProps = { data: Funnel; part: Funnel['parts'][number]; split: Split; onPeople: (of: PeopleOf) => void };

/** What a part is called: channels by their word, sources by their name, shops as they are. */
function usePartName(split: Split): (part: string) => string {
  const t = useT();
  const channelName = useChannelName();
  const { sources } = useData();
  return (part) => {
    if (part === '') return t('insight.split.unknown');
    return split === 'channel' ? channelName(part) : split === 'source' ? (sources.find(({ key }) => key === part)?.name ?? part) : part;
  };
}

function Part({ data, part, split, onPeople }: PartProps) {
  const t = useT();
  const { count, percent } = useFormats();
  const name = useEventName();
  const counted = useCounted();
  const partName = usePartName(split);
  const labels = part.steps.map(({ event }, at) => `${at + 1} ${name(event)}`);
  const weak = part.weakest === null ? undefined : part.steps[part.weakest];
  const finding = weak && part.weakest !== null
    ? t('insight.funnel.finding', { from: name(part.steps[part.weakest - 1]?.event ?? ''), to: name(weak.event), lost: weak.lost, share: percent(weak.fromPrevious) })
    : t('insight.funnel.none');
  const table = {
    header: [t('insight.funnel.stepname'), t('kit.cohort.size'), t('insight.funnel.fromprevious'), t('insight.funnel.fromfirst')],
    rows: part.steps.map((step, at) => ({ cells: [labels[at] ?? '', step.people, step.fromPrevious, step.fromFirst], shown: [labels[at] ?? '', count(step.people), percent(step.fromPrevious), percent(step.fromFirst)] })),
  };
  const open = (step: number, lost: boolean) => onPeople({ token: data.token, pick: { step, lost, part: part.part }, title: `${labels[step] ?? ''}${lost ? ` · ${t('insight.funnel.lostpeople')}` : ''}` });
  return (
    <Section title={split === 'none' ? '' : partName(part.part)}>
      <ChartFrame finding={finding} note={counted(data.sentence, data.countedAt)} table={table} csvName={`funnel${part.part ? `-${part.part}` : ''}`}>
        <FunnelBars
          steps={part.steps.map((step, at) => ({ key: String(at), label: labels[at] ?? '', count: step.people }))}
          weakest={part.weakest === null ? undefined : String(part.weakest)}
          onPeople={(key) => open(Number(key), false)} onLost={(key) => open(Number(key), true)}
        />
        <p className="row reach-line"><span className="grey small">{t('insight.funnel.reach')}</span><Reach channels={part.steps[0]?.reach ?? {}} of={part.steps[0]?.people ?? 0} /></p>
      </ChartFrame>
    </Section>
  );
}
