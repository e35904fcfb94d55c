import { useT } from '../lib/language.tsx';
import { STAGES, type StageCode } from './tokens.ts';

const isStage = (text: string): text is StageCode => STAGES.includes(text as StageCode);

/** A stage by its colour and name, the same on every page. `state` is the branch's own word where there is one (待二购). */
export function StageBadge({ stage, state }: { stage: string; state?: string | null | undefined }) {
  const t = useT();
  return (
    <span className="stage">
      <i style={{ background: isStage(stage) ? `var(--stage-${stage.replace('_', '-')})` : 'var(--faint)' }} aria-hidden="true" />
      {t(`stage.${stage}`)}{state && <span className="grey"> · {t(`state.${state}`)}</span>}
    </span>
  );
}
