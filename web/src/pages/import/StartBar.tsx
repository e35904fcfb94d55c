import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, Input, InputNumber } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useGo } from '../../lib/location.tsx';
import { paths } from '../../paths.ts';
import { Field, useToast } from '../../ui/Field.tsx';
import type { ImportView, Options } from './importQueries.ts';
import type { Drop, Piece } from './useDrop.ts';

type StartProps = { drop: Drop; pieces: readonly Piece[]; options: Options; ready: boolean; onCleared: () => void };
type Saved = { wanted: boolean; name: string; folder: string; minutes: number | null };

/** The last line: keep the way these files are read, and begin. */
export function StartBar({ drop, pieces, options, ready, onCleared }: StartProps) {
  const t = useT();
  const go = useGo();
  const toast = useToast();
  const client = useQueryClient();
  const [saved, setSaved] = useState<Saved>({ wanted: false, name: '', folder: '', minutes: null });
  const busy = drop.drops.some(({ state }) => state === 'sending' || state === 'looking') || pieces.some(({ stale }) => stale);
  const password = drop.password();
  const start = useMutation({
    mutationFn: async () => {
      const recipe = saved.wanted ? await api.post<{ id: string }>('/recipes', recipeOf(saved, options, pieces)) : null;
      const uploads = pieces.map(({ look, mapping }) => ({ id: look.upload, ...(look.entry ? { entry: look.entry } : {}), ...(look.sheet ? { sheet: look.sheet } : {}), ...(password ? { password } : {}), ...look.reading, mapping }));
      return api.post<ImportView>('/imports', { uploads, options, ...(recipe ? { recipeId: recipe.id } : {}) });
    },
    onSuccess: ({ id }) => {
      onCleared();
      void client.invalidateQueries();
      go(paths.import(id));
    },
    onError: toast.failed,
  });
  const unanswered = pieces.reduce((sum, { look, mapping }) => sum + look.questions.flatMap(({ words }) => words).filter((word) => !mapping.statuses[word]).length, 0);
  return (
    <div className="start">
      <Checkbox checked={saved.wanted} onChange={({ target }) => setSaved({ ...saved, wanted: target.checked, name: saved.name || options.sourceName || options.source })}>{t('imports.recipe.keep')}</Checkbox>
      {saved.wanted && <RecipeFields saved={saved} onChange={setSaved} />}
      <div className="row">
        <Button type="primary" size="large" loading={start.isPending} disabled={busy || !ready || (saved.wanted && saved.name.trim() === '')} onClick={() => start.mutate()}>{t('imports.start', { count: pieces.length })}</Button>
        <Button type="text" onClick={onCleared}>{t('imports.cancel')}</Button>
        <span className="grey" aria-live="polite">{!ready ? t('imports.source.needed') : busy ? t('imports.reading') : unanswered > 0 ? t('imports.statuses.left', { count: unanswered }) : ''}</span>
      </div>
    </div>
  );
}

const recipeOf = ({ name, folder, minutes }: Saved, options: Options, pieces: readonly Piece[]) => ({
  name: name.trim(), options, mappings: pieces.map(({ look, mapping }) => ({ header: look.header, ...look.reading, mapping })), watchFolder: folder.trim() || null, everyMinutes: folder.trim() ? minutes : null,
});

function RecipeFields({ saved, onChange }: { saved: Saved; onChange: (saved: Saved) => void }) {
  const t = useT();
  return (
    <div className="options">
      <Field label={t('imports.recipe.name')} hint={t('imports.recipe.name.hint')}>{(ids) => <Input {...ids} value={saved.name} maxLength={100} onChange={({ target }) => onChange({ ...saved, name: target.value })} />}</Field>
      <Field label={t('imports.recipe.folder')} hint={t('imports.recipe.folder.hint')}>{(ids) => <Input {...ids} value={saved.folder} maxLength={1000} placeholder="/data/exports" onChange={({ target }) => onChange({ ...saved, folder: target.value })} />}</Field>
      {saved.folder.trim() !== '' && <Field label={t('imports.recipe.every')} hint={t('imports.recipe.every.hint')}>{(ids) => <InputNumber {...ids} min={1} max={525_600} precision={0} value={saved.minutes} placeholder="10" onChange={(minutes) => onChange({ ...saved, minutes })} />}</Field>}
    </div>
  );
}
