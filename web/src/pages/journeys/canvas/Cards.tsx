import type { ReactNode } from 'react';
import { useFormats } from '../../../lib/format.ts';
import { useT } from '../../../lib/language.tsx';
import { groupOf } from './core/blank.ts';
import { DOOR_MARK, type Mark } from './core/drawn.ts';
import type { Found } from './core/faults.ts';
import { nodeOf } from './core/ways.ts';
import { useBench } from './context.ts';
import { faultSaid } from './Faults.tsx';
import { KindIcon } from './KindIcon.tsx';
import { doorSaid, entrySaid, nodeSaid } from '../said.ts';

/** What is shown of the people at a node, beside what it does. */
export type Standing = ReadonlyMap<string, { people: number; control: number }>;
export type CardProps = { mark: Mark; faults: readonly Found[]; standing: Standing; isOpen: boolean; isDim: boolean; note?: ReactNode; tabIndex: number; onOpen: (mark: string) => void };

function DoorLines() {
  const t = useT();
  const { definition, teller } = useBench();
  return (
    <span className="jc-door-lines">
      {doorSaid(teller, definition).map(({ what, words }) => <span key={what} className="jc-door-line" title={words}><span className="grey">{t(`canvas.door.${what}`)}</span><span className="jc-door-words">{words}</span></span>)}
    </span>
  );
}

function NodeWords({ node, standing }: { node: string; standing: Standing }) {
  const { count } = useFormats();
  const { definition, teller } = useBench();
  const t = useT();
  const found = nodeOf(definition, node);
  if (!found) return null;
  const { does, more } = nodeSaid(teller, found), here = standing.get(node);
  return (
    <>
      <span className={`jc-icon ${groupOf(found.kind)}`}><KindIcon kind={found.kind} /></span>
      <span className="jc-words"><span className="jc-does" title={does}>{does}</span>{more && <span className="jc-extra grey small" title={more}>{more}</span>}</span>
      {here && <span className="jc-here" title={t('canvas.here', { people: here.people })}><span aria-hidden="true">{count(here.people)}</span><span className="unseen">{t('canvas.here', { people: here.people })}</span></span>}
    </>
  );
}

/** One mark of the drawing as a button: an entry, the door, a node. The same on the canvas and in the list. */
export function Card({ mark, faults, standing, isOpen, isDim, note, tabIndex, onOpen }: CardProps) {
  const t = useT();
  const { definition, teller } = useBench();
  const entry = mark.kind === 'entry' ? definition.entries[mark.at] : undefined, node = mark.kind === 'node' ? nodeOf(definition, mark.node) : undefined;
  const said = faults.map((fault) => faultSaid(t, teller, fault, node));
  return (
    <button type="button" data-mark={mark.id} className={`jc-card ${mark.kind}${faults.length > 0 ? ' faulty' : ''}${isOpen ? ' chosen' : ''}${isDim ? ' dim' : ''}`} tabIndex={tabIndex} aria-expanded={isOpen} onClick={() => onOpen(mark.id)}>
      {entry && <><span className="jc-icon entry"><KindIcon kind={`entry_${entry.kind}`} size={16} /></span><span className="jc-does" title={entrySaid(teller, entry)}>{entrySaid(teller, entry)}</span></>}
      {mark.id === DOOR_MARK && <><span className="jc-door-head"><KindIcon kind="door" size={16} />{t('canvas.door')}</span><DoorLines /></>}
      {mark.kind === 'node' && <NodeWords node={mark.node} standing={standing} />}
      {said.length > 0 && <span className="jc-wrong" title={said.join('\n')}><span aria-hidden="true">!</span><span className="unseen">{said.join(t('segments.comma'))}</span></span>}
      {note && <span className="jc-note">{note}</span>}
    </button>
  );
}
