import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useFormats } from '../../../lib/format.ts';
import { useT } from '../../../lib/language.tsx';
import { useCurrency, useMay } from '../../../lib/session.ts';
import { Bars } from '../../../ui/Bars.tsx';
import { Notice } from '../../../ui/Figure.tsx';
import { Page, Section } from '../../../ui/Page.tsx';
import { Empty, Loaded, Skeleton } from '../../../ui/States.tsx';
import { SegmentViews } from '../SegmentViews.tsx';
import { LayerCross } from './LayerCross.tsx';
import { LayerRulesPanel } from './LayerRulesPanel.tsx';
import { LayerWhy } from './LayerWhy.tsx';
import { bearing, type Layer, type Layers, layersQuery, valueKey } from './layersQueries.ts';
import { useLayersWrite } from './useLayersWrite.ts';
import './layers.css';

/** Ready layerings: who stands where, two of them against each other, and why. */
export default function LayersPage() {
  const t = useT();
  const may = useMay();
  const layers = useQuery(layersQuery);
  const [editing, setEditing] = useState(false);
  const { data } = layers;
  const isBegun = data !== undefined && data.version > 0;
  return (
    <Page
      title={t('layers.title')} lead={t('layers.lead')}
      actions={isBegun && may('lifecycle.write') && <Button onClick={() => setEditing(true)}>{t('layers.rules')}</Button>}
    >
      <SegmentViews at="layers" />
      <Loaded query={layers} skeleton={<Skeleton lines={9} />}>{(known) => (known.version === 0 ? <Begin layers={known} /> : <Told layers={known} />)}</Loaded>
      {data && editing && <LayerRulesPanel layers={data} onClose={() => setEditing(false)} />}
    </Page>
  );
}

/** Before anybody asked, nothing is worked out. */
function Begin({ layers }: { layers: Layers }) {
  const t = useT();
  const may = useMay();
  const begin = useLayersWrite(() => {});
  return (
    <Empty title={t('layers.begin')} action={may('lifecycle.write') && <Button type="primary" loading={begin.isPending} onClick={() => begin.mutate({ ...layers.rules, version: layers.version })}>{t('layers.begin.do')}</Button>}>
      {t('layers.begin.why', { people: layers.people })}
    </Empty>
  );
}

function Told({ layers }: { layers: Layers }) {
  const t = useT();
  const { day } = useFormats();
  const { asOf, waiting, people } = layers;
  return (
    <>
      {asOf === null && <Notice tone="note">{t('layers.underWay', { people })}</Notice>}
      {asOf !== null && waiting > 0 && <p className="grey small">{t('layers.waiting', { waiting })}</p>}
      <Section title={t('layers.each')} note={asOf === null ? undefined : t('layers.each.note', { day: day(asOf), days: layers.rules.windowDays })}>
        <div className="layers">{layers.layers.map((layer) => <One key={layer.layer} layer={layer} layers={layers} />)}</div>
      </Section>
      <LayerCross layers={layers} />
      <LayerWhy />
    </>
  );
}

/** One layering: its values with the people behind each, and where high begins. */
function One({ layer: { layer, values }, layers }: { layer: Layer; layers: Layers }) {
  const t = useT();
  const { count, percent } = useFormats();
  const known = values.reduce((sum, { people }) => sum + people, 0);
  const shown = values.filter(({ people }) => layer !== 'layer_industry' || people > 0);
  return (
    <div className="layer">
      <h3>{t(`field.${layer}`)}</h3>
      <Bars max={known} bars={shown.map(({ value, people }) => ({ key: value, label: t(valueKey(layer, value)), value: people, to: people > 0 ? bearing({ [layer]: value }) : undefined, shown: <>{count(people)} <span className="grey small">{percent(known === 0 ? 0 : people / known, 1)}</span></> }))} />
      <p className="grey small"><Definition layer={layer} layers={layers} /></p>
    </div>
  );
}

/** The rule of a layering in words, with the cuts in force. */
function Definition({ layer, layers: { cuts, rules } }: { layer: Layer['layer']; layers: Layers }) {
  const t = useT();
  const { moneyRound, count } = useFormats();
  const currency = useCurrency();
  const money = (minor: number | null): string => (minor === null ? '—' : moneyRound(minor, currency));
  return t(`layers.def.${layer}`, {
    days: rules.windowDays, orders: count(cuts.frequencyOrders), spend: money(cuts.spendMinor), highEnd: money(cuts.highEndMinor), high: money(cuts.levelHighMinor), middle: money(cuts.levelMiddleMinor), loyal: count(cuts.loyaltyOrders),
  });
}
