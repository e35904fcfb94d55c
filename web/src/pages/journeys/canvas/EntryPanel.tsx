import { Button } from 'antd';
import { useT } from '../../../lib/language.tsx';
import { changeEntry, removeEntry } from './core/edit.ts';
import { useBench } from './context.ts';
import { Dock } from './Dock.tsx';
import type { Journey } from '../journeyQueries.ts';
import { AboutForm } from './forms/AboutForm.tsx';
import { EntryForm } from './forms/EntryForm.tsx';
import { SettingsForm, type Why } from './forms/SettingsForm.tsx';
import { FaultWords } from './Faults.tsx';
import type { Found } from './core/faults.ts';

/** One way in. */
export function EntryPanel({ at, onClose }: { at: number; onClose: () => void }) {
  const t = useT();
  const { definition, edit } = useBench();
  const entry = definition.entries[at];
  if (!entry) return null;
  const remove = (): void => { edit?.(removeEntry(definition, at)); onClose(); };
  return (
    <Dock key={`${at}`} title={t('canvas.entry.add')} name={t('canvas.entry.add')} onClose={onClose} tools={edit && <Button onClick={remove}>{t('canvas.entry.remove')}</Button>}>
      <EntryForm entry={entry} disabled={!edit} onEntry={(next) => edit?.(changeEntry(definition, at, next), next.kind === entry.kind ? `entry ${at}` : '')} />
    </Dock>
  );
}

/** What holds for the whole journey. */
export function SettingsPanel({ journey, why, faults, onClose }: { journey: Journey; why: Why; faults: readonly Found[]; onClose: () => void }) {
  const t = useT();
  const { edit } = useBench();
  return <Dock title={t('canvas.settings')} name={t('canvas.settings')} onClose={onClose}><FaultWords faults={faults} /><AboutForm journey={journey} disabled={!edit} /><SettingsForm why={why} /></Dock>;
}
