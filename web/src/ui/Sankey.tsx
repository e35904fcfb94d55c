import { useState } from 'react';
import { useFormats } from '../lib/format.ts';
import { useT } from '../lib/language.tsx';
import { type Band, type Block, type Flow, sankeyOf } from './sankey.ts';
import { STAGES } from './tokens.ts';

type SankeyProps = { flows: readonly Flow[]; before: string; after: string; onPick?: (flow: Flow) => void };
const SIZE = { width: 520, height: 420, block: 8 };
/** Beside the stages: those who were not there at the start. */
const ORDER = ['none', ...STAGES];
const colourOf = (key: string): string => (key === 'none' ? 'var(--holdout)' : `var(--stage-${key.replace('_', '-')})`);

/** Who moved where between two days: bands by people, labels beside the blocks, those who stayed drawn pale. */
export function Sankey({ flows, before, after, onPick }: SankeyProps) {
  const t = useT();
  const { count } = useFormats();
  const [lit, setLit] = useState<Band | null>(null);
  const { left, right, bands, height } = sankeyOf(flows, ORDER, SIZE);
  const telling = (band: Flow): string => t('kit.sankey.band', { from: t(`stage.${band.from}`), to: t(`stage.${band.to}`), count: band.count });
  const opacityOf = (band: Band): number => (lit ? (lit === band ? 0.85 : 0.12) : band.from === band.to ? 0.22 : 0.5);
  return (
    <div className="sankey">
      <SideLabels blocks={left} height={height} title={before} count={count} />
      <svg viewBox={`0 0 ${SIZE.width} ${height}`} style={{ height }} preserveAspectRatio="none" role="img" aria-label={t('kit.sankey.name', { before, after })}>
        {bands.map((band) => (
          <path
            key={`${band.from} ${band.to}`} d={band.path} fill="none" stroke={colourOf(band.to)} strokeWidth={band.thickness} opacity={opacityOf(band)} style={{ cursor: onPick ? 'pointer' : 'default' }}
            onMouseEnter={() => setLit(band)} onMouseLeave={() => setLit(null)} onClick={() => onPick?.(band)}
          ><title>{telling(band)}</title></path>
        ))}
        {left.map(({ key, y, height: tall }) => <rect key={key} x={0} y={y} width={SIZE.block} height={tall} fill={colourOf(key)} />)}
        {right.map(({ key, y, height: tall }) => <rect key={key} x={SIZE.width - SIZE.block} y={y} width={SIZE.block} height={tall} fill={colourOf(key)} />)}
      </svg>
      <SideLabels blocks={right} height={height} title={after} count={count} right />
      <p className="sankey-told grey small" aria-live="polite">{lit ? telling(lit) : t('kit.sankey.hint')}</p>
    </div>
  );
}

const LINE = 18;

/** Labels stand at the middle of their block, pushed apart where blocks are thin. */
function SideLabels({ blocks, height, title, count, right }: { blocks: readonly Block[]; height: number; title: string; count: (value: number) => string; right?: boolean }) {
  const t = useT();
  let free = 0;
  const placed = blocks.map(({ key, count: people, y, height: tall }) => {
    const top = Math.max(free, y + tall / 2 - LINE / 2);
    free = top + LINE;
    return { key, people, top };
  });
  const spill = Math.max(0, free - height);
  return (
    <div className={right ? 'sankey-side right' : 'sankey-side'} style={{ height }}>
      <span className="sankey-title strong small">{title}</span>
      {placed.map(({ key, people, top }) => (
        <span key={key} className="sankey-label small" style={{ top: top - (spill > 0 ? (spill * top) / free : 0) }}><span>{t(`stage.${key}`)}</span> <span className="grey">{count(people)}</span></span>
      ))}
    </div>
  );
}
