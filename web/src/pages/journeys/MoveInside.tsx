import { useQuery } from '@tanstack/react-query';
import { Button, Modal, Select } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { Field, useToast } from '../../ui/Field.tsx';
import { Skeleton } from '../../ui/States.tsx';
import { type Definition, type Journey, JOURNEY_MOVES, versionQuery } from './journeyQueries.ts';
import { useDefinitionWords } from './useDefinitionWords.ts';

/** Moves everybody inside an old version to the newest; steps that are gone are said where to go on. */
export function MoveInside({ journey, from, people }: { journey: Journey; from: number; people: number }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  if (!useMay()('engage.write')) return null;
  return (
    <p>
      <Button size="small" onClick={() => setOpen(true)}>{t('journeys.move', { people, to: journey.version })}</Button>
      {open && <Question journey={journey} from={from} people={people} onClose={() => setOpen(false)} />}
    </p>
  );
}

function Question({ journey, from, people, onClose }: { journey: Journey; from: number; people: number; onClose: () => void }) {
  const t = useT();
  const toast = useToast();
  const to = journey.version;
  const [nodes, setNodes] = useState<Readonly<Record<string, string>>>({});
  const [old, next] = [useQuery(versionQuery(journey.id, from)).data?.definition, useQuery(versionQuery(journey.id, to)).data?.definition];
  const move = useWrite(JOURNEY_MOVES, () => api.post<{ moved: number; left: number }>(`/journeys/${journey.id}/migrate`, { from, to, nodes }), {
    after: ({ moved, left }) => {
      onClose();
      toast.done(t('journeys.move.done', { moved, left }));
    },
  });
  return (
    <Modal open title={t('journeys.move.title', { from, to })} onCancel={onClose} okText={t('journeys.move', { people, to })} cancelText={t('customers.cancel')} okButtonProps={{ loading: move.isPending, disabled: !old || !next }} onOk={() => move.mutate(undefined)} width={560}>
      <div className="stack">
        <p>{t('journeys.move.means')}</p>
        {old && next ? <Gone journey={journey} from={from} old={old} next={next} nodes={nodes} onNodes={setNodes} /> : <Skeleton lines={3} />}
      </div>
    </Modal>
  );
}

type GoneProps = { journey: Journey; from: number; old: Definition; next: Definition; nodes: Readonly<Record<string, string>>; onNodes: (nodes: Readonly<Record<string, string>>) => void };

/** Steps of the old version where somebody stands and which the new one has not. */
function Gone({ journey, from, old, next, nodes, onNodes }: GoneProps) {
  const t = useT();
  const { node: say } = useDefinitionWords();
  const kept = new Set(next.nodes.map(({ id }) => id));
  const gone = journey.standing.filter(({ version, node, people }) => version === from && people > 0 && !kept.has(node));
  if (gone.length === 0) return <p className="grey">{t('journeys.move.kept')}</p>;
  return gone.map(({ node, people }) => {
    const was = old.nodes.find(({ id }) => id === node);
    return <Field key={node} label={t('journeys.move.at', { people, step: was ? say(was) : node })}>{(ids) => <Select {...ids} allowClear placeholder={t('journeys.move.leave')} value={nodes[node] ?? null} options={next.nodes.map((one) => ({ value: one.id, label: say(one) }))} onChange={(to: string | undefined) => onNodes(Object.fromEntries([...Object.entries(nodes).filter(([key]) => key !== node), ...(to ? [[node, to]] : [])]))} />}</Field>;
  });
}
