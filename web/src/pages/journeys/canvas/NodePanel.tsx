import { Button } from 'antd';
import { useT } from '../../../lib/language.tsx';
import { Anchor } from '../../../lib/location.tsx';
import { paths } from '../../../paths.ts';
import { type Node, portsOf } from '../../../../../src/engage/core/definition.ts';
import { blankNode, groupOf } from './core/blank.ts';
import { change, duplicate, lead } from './core/edit.ts';
import type { Found } from './core/faults.ts';
import { after, leadsTo } from './core/ways.ts';
import { useBench } from './context.ts';
import { Dock } from './Dock.tsx';
import { FaultWords } from './Faults.tsx';
import { Pick } from './forms/fields.tsx';
import { NodeForm } from './forms/NodeForm.tsx';
import { KindIcon } from './KindIcon.tsx';
import { nodeSaid, portSaid } from '../said.ts';

const END = '\n';

/** Where each way out leads, to be led elsewhere. */
function Ports({ node, disabled }: { node: Node; disabled: boolean }) {
  const t = useT();
  const { definition, edit, teller, hints } = useBench();
  const others = definition.nodes.filter(({ id }) => id !== node.id || node.kind === 'wait').map((one, at) => ({ value: one.id, label: [`${at + 1}. ${nodeSaid(teller, one).does}`, ...(one.kind === 'exit' && one.reason !== '' ? [nodeSaid(teller, one).more] : [])].join(' · ') }));
  const choose = (port: string, to: string): void => {
    const way = { from: node.id, port };
    if (to !== END) return edit?.(lead(definition, way, to));
    const end = blankNode('exit', definition, hints);
    if (end) edit?.(lead({ ...definition, nodes: [...definition.nodes, end] }, way, end.id));
  };
  if (portsOf(node).length === 0) return null;
  return (
    <fieldset className="jc-group jc-ports">
      <legend className="strong">{t('canvas.form.ports')}</legend>
      {portsOf(node).map((port) => {
        const to = leadsTo(definition, { from: node.id, port });
        return <Pick key={port} label={portSaid(teller, node, port)} disabled={disabled} value={to ?? ''} options={[...(to === undefined ? [{ value: '', label: t('canvas.form.ports.open') }] : []), ...others, { value: END, label: t('canvas.form.ports.end') }]} onPick={(next) => choose(port, next)} />;
      })}
    </fieldset>
  );
}

/** Changes of one field of a node in a row are taken back as one; what changes its ways out is one of its own. */
const markOf = (node: Node, next: Node): string =>
  (portsOf(node).join() === portsOf(next).join() ? `node ${node.id} ${Object.keys(next).find((key) => next[key as keyof Node] !== node[key as keyof Node]) ?? ''}` : '');

type Props = { journey: string; node: Node; faults: readonly Found[]; standing: { people: number; control: number } | undefined; onClose: () => void; onRemove: () => void };

/** One node: what it does, who stands there, where it leads. */
export function NodePanel({ journey, node, faults, standing, onClose, onRemove }: Props) {
  const t = useT();
  const { definition, edit } = useBench();
  const disabled = !edit;
  const canRemove = node.id !== definition.start || after(definition, node.id).some((to) => to !== node.id);
  const title = <span className="jc-title"><span className={`jc-icon ${groupOf(node.kind)}`}><KindIcon kind={node.kind} /></span>{t(`canvas.kind.${node.kind}`)}</span>;
  const tools = !disabled && (
    <>
      {node.kind !== 'exit' && <Button onClick={() => edit(duplicate(definition, node.id))}>{t('canvas.duplicate')}</Button>}
      <Button disabled={!canRemove} title={canRemove ? undefined : t('canvas.kept')} onClick={onRemove}>{t('segments.delete')}</Button>
    </>
  );
  return (
    <Dock key={node.id} title={title} name={t(`canvas.kind.${node.kind}`)} onClose={onClose} tools={tools}>
      {node.kind !== 'branch' && node.kind !== 'split' && <p className="grey small">{t(`canvas.kind.hint.${node.kind}`)}</p>}
      <FaultWords faults={faults} />
      <NodeForm node={node} disabled={disabled} onNode={(next) => edit?.(change(definition, node.id, next), markOf(node, next))} />
      <Ports node={node} disabled={disabled} />
      {standing && <p className="jc-standing"><span className="strong">{t('canvas.here', { people: standing.people })}</span>{standing.control > 0 && <span className="grey">{t('segments.comma')}{t('canvas.here.control', { people: standing.control })}</span>} <Anchor className="link" to={paths.journey(journey, { view: 'people', at: node.id, status: 'inside' })}>{t('canvas.people')}</Anchor></p>}
      <p className="grey small jc-id">{t('canvas.form.id', { id: node.id })}</p>
    </Dock>
  );
}
