import { useMemo } from 'react';
import { useT } from '../../../lib/language.tsx';
import { Icon } from '../../../ui/Icon.tsx';
import { Card } from './Cards.tsx';
import { DOOR_MARK, type Mark, markOfEntry, markOfNode } from './core/drawn.ts';
import { outlineOf, type OutlineRow } from './core/outline.ts';
import { isSameWay, nodeOf, type Way } from './core/ways.ts';
import { useBench } from './context.ts';
import { Palette } from './Palette.tsx';
import { nodeSaid } from '../said.ts';
import { passedKey, type Stage } from './stage.ts';
import { LabelWords, useLabels } from './useLabels.tsx';

function Plus({ stage, way, wide = false }: { stage: Stage; way: Way; wide?: boolean }) {
  const t = useT();
  const { definition, teller } = useBench();
  const node = nodeOf(definition, way.from), after = node ? nodeSaid(teller, node).does : t('canvas.door');
  if (!stage.canEdit) return null;
  return (
    <Palette open={stage.adding !== null && isSameWay(stage.adding, way)} onOpen={(open) => stage.onAdding(open ? way : null)} onKind={(kind) => stage.onInsert(way, kind)}>
      {wide ? <button type="button" className="plain jc-open">＋ {t('canvas.add.open')}</button> : <button type="button" className="plain jc-plus" aria-label={t('canvas.add.here', { after })} title={t('canvas.add')}><Icon name="plus" size={14} /></button>}
    </Palette>
  );
}

function Row({ row, stage }: { row: OutlineRow; stage: Stage }) {
  const t = useT();
  const { definition, teller } = useBench();
  const labels = useLabels();
  if (row.kind === 'way') return <LabelWords label={{ words: labels.said(row.way), passed: stage.passed.get(passedKey(row.way)) ?? null }} />;
  if (row.kind === 'open') return stage.canEdit ? <Plus stage={stage} way={row.way} wide /> : <span className="jc-open grey small">{t('canvas.form.ports.open')}</span>;
  if (row.kind === 'joins') {
    const to = nodeOf(definition, row.to);
    return <><Plus stage={stage} way={row.way} /><button type="button" className="plain link jc-joins" onClick={() => stage.onOpen(markOfNode(row.to))}>→ {t('canvas.outline.joins', { step: to ? nodeSaid(teller, to).does : row.to })}</button></>;
  }
  return <>{row.way && <Plus stage={stage} way={row.way} />}<Step mark={{ id: markOfNode(row.node), kind: 'node', node: row.node }} stage={stage} /></>;
}

const Step = ({ mark, stage }: { mark: Mark; stage: Stage }) => (
  <Card mark={mark} faults={stage.faultsOf(mark)} standing={stage.standing} isOpen={stage.open === mark.id} isDim={stage.isDim(mark)} note={stage.noteOf(mark)} tabIndex={0} onOpen={stage.onOpen} />
);

/** The same graph as a list that reads from top to bottom, what follows a fork standing deeper: for narrow windows, and for whoever would rather read. */
export function Outline({ stage }: { stage: Stage }) {
  const t = useT();
  const { definition } = useBench();
  const rows = useMemo(() => outlineOf(definition), [definition]);
  return (
    <ol className="jc-outline" aria-label={t('canvas.name')}>
      {definition.entries.map((_, at) => <li key={markOfEntry(at)}><Step mark={{ id: markOfEntry(at), kind: 'entry', at }} stage={stage} /></li>)}
      <li><Step mark={{ id: DOOR_MARK, kind: 'door' }} stage={stage} /></li>
      {rows.map((row, at) => {
        const inset = `${Math.min(row.depth, 6) * 18}px`;
        return <li key={`${at}`} {...(row.depth > 0 ? { 'data-depth': row.depth } : {})} style={{ marginInlineStart: inset, width: `calc(100% - ${inset})` }}><Row row={row} stage={stage} /></li>;
      })}
    </ol>
  );
}
