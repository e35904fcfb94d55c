import type { Watch } from '../../../../../../src/engage/core/definition.ts';
import { EVERYBODY } from '../../../customers/customersQueries.ts';
import { useT } from '../../../../lib/language.tsx';
import { FilterSentence, type Tree } from '../../../../ui/FilterSentence.tsx';
import { useBench } from '../context.ts';
import { OneEvent } from './EventsField.tsx';
import { Pick } from './fields.tsx';

/** A condition on the customer, as a sentence that is changed part by part. */
export function TreeField({ label, tree, disabled, onTree }: { label: string; tree: Tree; disabled: boolean; onTree: (tree: Tree) => void }) {
  const { catalogue, tags } = useBench();
  return (
    <div className="field" role="group" aria-label={label}>
      <span className="grey">{label}</span>
      {disabled ? <FilterSentence tree={tree} catalogue={catalogue} /> : <FilterSentence tree={tree} catalogue={catalogue} tags={tags} onChange={onTree} />}
    </div>
  );
}

/** Something that ends a journey or is what it is for: an event, or a condition that comes true. */
export function WatchField({ watch, disabled, onWatch }: { watch: Watch; disabled: boolean; onWatch: (watch: Watch) => void }) {
  const t = useT();
  const { hints } = useBench();
  const choose = (kind: string): void => onWatch(kind === 'event' ? { kind: 'event', event: hints.event, where: [] } : { kind: 'condition', tree: EVERYBODY });
  return (
    <>
      <Pick label={t('canvas.form.watch')} value={watch.kind} disabled={disabled} options={[{ value: 'event', label: t('canvas.form.watch.event') }, { value: 'condition', label: t('canvas.form.watch.condition') }]} onPick={choose} />
      {watch.kind === 'event' && <OneEvent event={watch} disabled={disabled} onEvent={({ event, where }) => onWatch({ kind: 'event', event, where })} />}
      {watch.kind === 'condition' && <TreeField label={t('canvas.form.condition')} tree={watch.tree} disabled={disabled} onTree={(tree) => onWatch({ kind: 'condition', tree })} />}
    </>
  );
}
