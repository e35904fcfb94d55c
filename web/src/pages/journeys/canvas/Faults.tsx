import { isKnown, type Speak, useT } from '../../../lib/language.tsx';
import { Icon } from '../../../ui/Icon.tsx';
import { Notice } from '../../../ui/Figure.tsx';
import type { Found } from './core/faults.ts';
import { nodeOf } from './core/ways.ts';
import { useBench } from './context.ts';
import { Dock } from './Dock.tsx';
import { nodeSaid, portSaid, type Teller } from '../said.ts';

/** What is wrong, as a sentence; ways out go by what stands on them. */
export function faultSaid(t: Speak, teller: Teller, { code, facts, node }: Found, owner: ReturnType<typeof nodeOf>): string {
  if (code === 'journey.fault.template_missing') return t('canvas.fault.template');
  if (code === 'journey.fault.port_open' && owner && node !== '') return t('canvas.fault.port', { port: portSaid(teller, owner, String(facts['port'])) });
  return isKnown(code) ? t(code, facts) : isKnown(`refusal.${code}`) ? t(`refusal.${code}`, facts) : t('canvas.faults.unknown', { code });
}

export function FaultWords({ faults }: { faults: readonly Found[] }) {
  const t = useT();
  const { teller, definition } = useBench();
  if (faults.length === 0) return null;
  return <Notice tone="warn"><ul>{faults.map((fault, at) => <li key={`${at} ${fault.code}`}>{faultSaid(t, teller, fault, nodeOf(definition, fault.node))}</li>)}</ul></Notice>;
}

type Props = { faults: readonly Found[]; people: number | null; approvalNeeded: boolean; onJump: (node: string) => void; onClose: () => void };

/** Everything that stands in the way of a launch, each with a way to it. */
export function FaultsPanel({ faults, people, approvalNeeded, onJump, onClose }: Props) {
  const t = useT();
  const { definition, teller } = useBench();
  const title = t('canvas.faults', { count: faults.length });
  return (
    <Dock title={title} name={title} onClose={onClose}>
      <ul className="jc-faults">
        {faults.map((fault, at) => {
          const node = nodeOf(definition, fault.node);
          return (
            <li key={`${at} ${fault.code} ${fault.node}`}>
              <button type="button" className="plain jc-fault" onClick={() => onJump(fault.node)}>
                <span className="strong">{node ? nodeSaid(teller, node).does : t('canvas.faults.whole')}</span>
                <span className="ochre small">{faultSaid(t, teller, fault, node)}</span>
                <Icon name="right" size={16} />
              </button>
            </li>
          );
        })}
      </ul>
      {faults.length === 0 && people !== null && <p>{t('canvas.faults.people', { people })}{approvalNeeded && <span className="ochre">{t('segments.comma')}{t('canvas.faults.approval')}</span>}</p>}
    </Dock>
  );
}
