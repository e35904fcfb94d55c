import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Popconfirm } from 'antd';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useGo } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { useToast } from '../../ui/Field.tsx';
import { Section } from '../../ui/Page.tsx';
import { Empty, Loaded, Skeleton } from '../../ui/States.tsx';
import { problemSentence } from '../import/ReportLine.tsx';
import { type RecipeView, recipesQuery } from './qualityQueries.ts';

/** Ways of reading files that were kept, and the folders some of them watch. */
export function Recipes() {
  const t = useT();
  const recipes = useQuery(recipesQuery);
  return (
    <Section title={t('quality.recipes')} note={t('quality.recipes.note')}>
      <Loaded query={recipes} skeleton={<Skeleton lines={2} />}>{({ rows }) => (rows.length === 0 ? <Empty title={t('quality.recipes.none')}>{t('quality.recipes.none.next')}</Empty> : <RecipeTable rows={rows} />)}</Loaded>
    </Section>
  );
}

function RecipeTable({ rows }: { rows: readonly RecipeView[] }) {
  const t = useT();
  const { moment } = useFormats();
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data compact">
        <caption className="unseen">{t('quality.recipes')}</caption>
        <thead><tr><th scope="col">{t('settings.keys.name')}</th><th scope="col">{t('imports.source')}</th><th scope="col">{t('quality.recipe.folder')}</th><th scope="col">{t('quality.recipe.next')}</th><th scope="col">{t('quality.recipe.last')}</th><th scope="col"><span className="unseen">{t('settings.actions')}</span></th></tr></thead>
        <tbody>
          {rows.map((recipe) => (
            <tr key={recipe.id}>
              <th scope="row">{recipe.name}</th>
              <td>{recipe.source}</td>
              <td>{recipe.watchFolder ? <><code>{recipe.watchFolder}</code> <span className="grey small">{t('quality.recipe.every', { minutes: recipe.everyMinutes ?? 10 })}</span></> : <span className="grey">{t('quality.recipe.byHand')}</span>}</td>
              <td className="nowrap">{recipe.nextAt ? moment(recipe.nextAt) : '—'}</td>
              <td className="wrap">{recipe.lastProblem ? <span className="ochre">{problemSentence(t, recipe.lastProblem)}</span> : recipe.lastRunAt ? t('quality.recipe.ran', { moment: moment(recipe.lastRunAt), runs: recipe.runs }) : <span className="grey">{t('settings.never')}</span>}</td>
              <td><RecipeDeeds recipe={recipe} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RecipeDeeds({ recipe }: { recipe: RecipeView }) {
  const t = useT();
  const go = useGo();
  const may = useMay();
  const toast = useToast();
  const client = useQueryClient();
  const again = () => void client.invalidateQueries({ queryKey: ['recipes'] });
  const run = useMutation({
    mutationFn: () => api.post<{ importId: string | null; recipe: RecipeView }>(`/recipes/${recipe.id}/run`),
    onSuccess: ({ importId, recipe: after }) => {
      again();
      if (importId) go(paths.import(importId));
      else if (!after.lastProblem) toast.done(t('quality.recipe.nothingNew'));
    },
    onError: toast.failed,
  });
  const remove = useMutation({ mutationFn: () => api.delete(`/recipes/${recipe.id}`), onSuccess: again, onError: toast.failed });
  if (!may('imports.write')) return null;
  return (
    <span className="row deeds">
      {recipe.watchFolder && <button type="button" className="plain link" disabled={run.isPending} onClick={() => run.mutate()}>{t('quality.recipe.run')}</button>}
      <Popconfirm title={t('quality.recipe.remove.sure', { name: recipe.name })} okText={t('settings.remove')} cancelText={t('imports.keep')} onConfirm={() => remove.mutate()}><button type="button" className="plain link">{t('settings.remove')}</button></Popconfirm>
    </span>
  );
}
