import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { HAPPENED, type Node, OTHERWISE } from '../../../../../src/engage/core/definition.ts';
import { useFormats } from '../../../lib/format.ts';
import { isKnown, useT } from '../../../lib/language.tsx';
import { Notice } from '../../../ui/Figure.tsx';
import { sentenceOf } from '../../../lib/problem.ts';
import { CustomerChoice } from '../../templates/CustomerChoice.tsx';
import { type Pretence, type Trial, tryAs } from './canvasQueries.ts';
import { markOfNode } from './core/drawn.ts';
import { nodeOf } from './core/ways.ts';
import { useBench } from './context.ts';
import { Dock } from './Dock.tsx';
import { Pick } from './forms/fields.tsx';
import { nodeSaid, portSaid, reasonSaid, treeSaid } from '../said.ts';

type Whom = { id: string; name: string } | null;
const AS_IT_IS = '';
/** After how many minutes what a wait waits for is pretended to happen. */
const SOON = 60;

type Pretended = { conditions: Record<string, boolean>; happens: Record<string, number> };

function PretendNode({ node, pretended, onPretend }: { node: Node; pretended: Pretended; onPretend: (next: Pretended) => void }) {
  const t = useT();
  const { teller } = useBench();
  const { conditions, happens } = pretended;
  if (node.kind === 'wait_event') {
    return <Pick label={nodeSaid(teller, node).does} value={node.id in happens ? HAPPENED : AS_IT_IS} options={[{ value: AS_IT_IS, label: t('canvas.try.timeout') }, { value: HAPPENED, label: t('canvas.try.happens') }]}
      onPick={(next) => { const { [node.id]: _, ...rest } = happens; onPretend({ conditions, happens: next === HAPPENED ? { ...rest, [node.id]: SOON } : rest }); }} />;
  }
  if (node.kind !== 'branch') return null;
  const names = node.branches.map(({ key }) => `branch:${node.id}:${key}`);
  const held = node.branches.find(({ key }) => conditions[`branch:${node.id}:${key}`] === true)?.key, isRest = names.every((name) => conditions[name] === false);
  const choose = (next: string): void => {
    const rest = Object.fromEntries(Object.entries(conditions).filter(([name]) => !names.includes(name)));
    onPretend({ happens, conditions: next === AS_IT_IS ? rest : { ...rest, ...Object.fromEntries(node.branches.map(({ key }) => [`branch:${node.id}:${key}`, key === next])) } });
  };
  return <Pick label={nodeSaid(teller, node).does} value={held ?? (isRest ? OTHERWISE : AS_IT_IS)} options={[{ value: AS_IT_IS, label: t('canvas.try.real') }, ...node.branches.map(({ key, tree }) => ({ value: key, label: treeSaid(teller, tree) })), { value: OTHERWISE, label: t('canvas.port.otherwise') }]} onPick={choose} />;
}

/** The way somebody went, step by step, with its moments. */
function Steps({ trial, onJump }: { trial: Trial; onJump: (mark: string) => void }) {
  const t = useT();
  const { moment } = useFormats();
  const { definition, teller } = useBench();
  const outcome = (node: Node, port: string): string => (port === 'next' ? '' : port.includes(':') ? '' : portSaid(teller, node, port));
  return (
    <ol className="jc-steps">
      {trial.steps.map(({ at, node: id, outcome: port, effects }, index) => {
        const node = nodeOf(definition, id);
        return (
          <li key={`${index} ${id}`}>
            <span className="grey small nowrap">{moment(at)}</span>
            <button type="button" className="plain jc-step" onClick={() => onJump(markOfNode(id))}>{node ? nodeSaid(teller, node).does : id}{node && outcome(node, port) && <span className="grey"> → {outcome(node, port)}</span>}</button>
            {effects.length > 0 && <span className="jc-effect small">{t('canvas.try.would', { what: effects.map((one) => (isKnown(`canvas.kind.${one}`) ? t(`canvas.kind.${one}`) : t('canvas.try.withdraw'))).join(t('condition.list')) })}</span>}
          </li>
        );
      })}
    </ol>
  );
}

type Props = { id: string; isSaved: boolean; onTrial: (trial: Trial | null) => void; trial: Trial | null; onJump: (mark: string) => void; onClose: () => void };

/** The draft walked as a chosen customer would, as fast as time can be turned. Nothing is sent or written. */
export function TryPanel({ id, isSaved, onTrial, trial, onJump, onClose }: Props) {
  const t = useT();
  const { definition, teller } = useBench();
  const [whom, setWhom] = useState<Whom>(null);
  const [pretended, setPretended] = useState<Pretended>({ conditions: {}, happens: {} });
  const walk = useMutation({ mutationFn: (asked: Pretence) => tryAs(id, asked), onSuccess: onTrial });
  const forks = definition.nodes.filter(({ kind }) => kind === 'branch' || kind === 'wait_event');
  return (
    <Dock title={t('canvas.try')} name={t('canvas.try')} onClose={onClose}>
      <p className="grey small">{t('canvas.try.lead')}</p>
      <CustomerChoice label={t('templates.as')} whom={whom} onWhom={setWhom} />
      {forks.length > 0 && <details className="jc-more"><summary>{t('canvas.try.pretend')}</summary>{forks.map((node) => <PretendNode key={node.id} node={node} pretended={pretended} onPretend={setPretended} />)}</details>}
      <div><Button type="primary" disabled={whom === null || !isSaved} loading={walk.isPending} onClick={() => whom && walk.mutate({ customer: whom.id, at: null, ...pretended })}>{t('canvas.try.walk')}</Button>{!isSaved && <span className="grey small"> {t('canvas.save.waiting')}</span>}</div>
      {walk.error && <Notice tone="warn">{sentenceOf(t, walk.error)}</Notice>}
      {trial && (
        <section aria-label={t('canvas.try.way')}>
          {!trial.fits && <Notice tone="warn">{t('canvas.try.unfit')}</Notice>}
          {trial.arm === 'control' && <Notice tone="note">{t('canvas.try.control')}</Notice>}
          <Steps trial={trial} onJump={onJump} />
          <p>{t(`canvas.try.end.${trial.status}`)}{trial.reason !== '' && <span className="grey">{t('segments.comma')}{reasonSaid(teller, trial.reason)}</span>}</p>
        </section>
      )}
    </Dock>
  );
}
