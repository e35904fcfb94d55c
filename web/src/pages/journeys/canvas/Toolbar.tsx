import { Button, Dropdown } from 'antd';
import { useT } from '../../../lib/language.tsx';
import { sentenceOf } from '../../../lib/problem.ts';
import { Choices } from '../../../ui/Choices.tsx';
import { Notice } from '../../../ui/Figure.tsx';
import { Icon } from '../../../ui/Icon.tsx';
import { WordSelect } from '../../../ui/WordSelect.tsx';
import type { Journey } from './canvasQueries.ts';
import { useBench } from './context.ts';
import { blankEntry, ENTRY_KINDS } from './core/blank.ts';
import { addEntry, MOST } from './core/edit.ts';
import { KindIcon } from './KindIcon.tsx';
import type { Drafting } from './useDraft.ts';

export type Shape = 'flow' | 'list';
export type Panel = 'settings' | 'faults' | 'try';
export const DRAFT = 0;

type Props = {
  journey: Journey; drafting: Drafting; canWrite: boolean; version: number; onVersion: (version: number) => void; faults: number;
  shape: Shape; onShape: ((shape: Shape) => void) | null; panel: string | null; onPanel: (panel: Panel) => void; onEntry: (at: number) => void;
};

function Undoing({ drafting }: { drafting: Drafting }) {
  const t = useT();
  return (
    <span className="jc-undoing">
      <button type="button" className="plain jc-tool" disabled={!drafting.canUndo} aria-label={t('journeys.undo')} title={`${t('journeys.undo')} (Ctrl+Z)`} onClick={drafting.undo}><svg width="18" height="18" viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true"><path d="M7 4 3.500 7.500 7 11M3.500 7.500H12a4.500 4.500 0 0 1 0 9H8" /></svg></button>
      <button type="button" className="plain jc-tool" disabled={!drafting.canRedo} aria-label={t('canvas.redo')} title={`${t('canvas.redo')} (Ctrl+Shift+Z)`} onClick={drafting.redo}><svg width="18" height="18" viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true"><path d="m13 4 3.500 3.500L13 11M16.500 7.500H8a4.500 4.500 0 0 0 0 9h4" /></svg></button>
    </span>
  );
}

/** Whether what is drawn is kept: said at once, and a button where it is not. */
function Saving({ drafting: { state, save } }: { drafting: Drafting }) {
  const t = useT();
  return (
    <span className="jc-saving" data-state={state}>
      <span role="status" className={`small ${state === 'saved' || state === 'saving' ? 'grey' : 'ochre'}`}>{state === 'saved' && <Icon name="check" size={14} />}{state !== 'conflict' && t(`canvas.save.${state}`)}</span>
      {(state === 'waiting' || state === 'failed') && <Button size="small" onClick={save}>{t('settings.save')}</Button>}
    </span>
  );
}

/** Another way in, of a kind that is chosen. */
function AddEntry({ onEntry }: { onEntry: (at: number) => void }) {
  const t = useT();
  const { definition, edit, hints } = useBench();
  const entries = new Map(ENTRY_KINDS.flatMap((kind) => { const entry = blankEntry(kind, hints); return entry ? [[kind as string, entry] as const] : []; }));
  const items = [...entries.values()].map(({ kind }) => ({ key: kind, icon: <KindIcon kind={`entry_${kind}`} size={16} />, label: t(`canvas.entry.${kind}`) }));
  const add = (kind: string): void => { const entry = entries.get(kind); if (entry && edit) { edit(addEntry(definition, entry)); onEntry(definition.entries.length); } };
  return <Dropdown trigger={['click']} menu={{ items, onClick: ({ key }) => add(key) }}><button type="button" className="plain jc-add-entry" disabled={definition.entries.length >= MOST.entries}>＋ {t('canvas.entry.add')}</button></Dropdown>;
}

/** What is done with the drawing as a whole. */
export function Toolbar({ journey, drafting, canWrite, version, onVersion, faults, shape, onShape, panel, onPanel, onEntry }: Props) {
  const t = useT();
  const isDraft = version === DRAFT;
  const options = [{ key: String(DRAFT), label: t('experiments.phase.draft') }, ...journey.versions.map(({ version: one, inside }) => ({ key: String(one), label: t('canvas.version.of', { version: one, inside }) }))];
  return (
    <div className="jc-toolbar" role="toolbar" aria-label={t('canvas.name')}>
      {canWrite && isDraft && <Undoing drafting={drafting} />}
      {onShape && <Choices label={t('canvas.shape')} value={shape} onChoose={(key) => onShape(key as Shape)} options={(['flow', 'list'] as const).map((key) => ({ key, label: t(`canvas.shape.${key}`) }))} />}
      {canWrite && isDraft && <AddEntry onEntry={onEntry} />}
      {journey.versions.length > 0 && <span className="jc-shown"><span className="grey">{t('canvas.version.shown')}</span><WordSelect label={t('canvas.version')} options={options} value={String(version)} onChoose={(key) => onVersion(Number(key))} /></span>}
      <span className="jc-gap" />
      {canWrite && isDraft && <Saving drafting={drafting} />}
      {isDraft && <button type="button" className={`plain jc-check${faults > 0 ? ' ochre' : ''}`} aria-pressed={panel === 'faults'} onClick={() => onPanel('faults')}><Icon name={faults > 0 ? 'warning' : 'check'} size={16} />{t('canvas.faults', { count: faults })}</button>}
      {isDraft && <Button onClick={() => onPanel('try')}>{t('canvas.try')}</Button>}
      <Button icon={<KindIcon kind="door" size={16} />} onClick={() => onPanel('settings')}>{t('canvas.settings')}</Button>
    </div>
  );
}

/** What has to be known before anything is drawn: read only, an older version, somebody else's change. */
export function Notices({ journey, drafting, canWrite, version }: Pick<Props, 'journey' | 'drafting' | 'canWrite' | 'version'>) {
  const t = useT();
  if (version !== DRAFT) return <p className="grey small jc-notice">{t('canvas.version.old', { version })}</p>;
  if (!canWrite) return <p className="grey small jc-notice">{t('canvas.readonly')}</p>;
  return (
    <>
      {drafting.state === 'conflict' && (
        <Notice tone="warn">
          {t('canvas.conflict')}
          <span className="row"><Button size="small" onClick={drafting.takeTheirs}>{t('canvas.conflict.theirs')}</Button><Button size="small" onClick={drafting.keepMine}>{t('canvas.conflict.mine')}</Button></span>
        </Notice>
      )}
      {drafting.state === 'failed' && <Notice tone="warn">{sentenceOf(t, drafting.error)}</Notice>}
      {journey.version > 0 && !journey.isLaunched && drafting.state !== 'conflict' && <p className="grey small jc-notice">{t('canvas.beside', { version: journey.version })}</p>}
    </>
  );
}
