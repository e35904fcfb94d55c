import { useT } from '../../lib/language.tsx';

/** What an arm is called: the control, the only treated arm, or the name it was given. */
export function useArmName(): (arm: { arm: string; name?: string }) => string {
  const t = useT();
  return ({ arm, name }) => (arm === 'control' ? t('experiments.control') : name || (arm === 'treated' ? t('experiments.treated') : arm));
}
