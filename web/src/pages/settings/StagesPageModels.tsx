import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Fragment } from 'react';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { Section } from '../../ui/Page.tsx';
import { StageBadge } from '../../ui/StageBadge.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { STAGES } from '../../ui/tokens.ts';
import { type Models, modelsQuery } from './stageRulesQueries.ts';

/** The same eight stages under other names: one model is shown by default, the stages beneath never change. */
export function StagesModels() {
  const t = useT();
  const models = useQuery(modelsQuery);
  return (
    <Section title={t('stageRules.models')} note={t('stageRules.models.note')}>
      <Loaded query={models} skeleton={<Skeleton lines={10} />}>{(data) => <ModelTable models={data} />}</Loaded>
    </Section>
  );
}

function ModelTable({ models: { chosen, models } }: { models: Models }) {
  const t = useT();
  const may = useMay();
  const client = useQueryClient();
  const choose = useWrite(['settings'], (model: string) => api.put('/lifecycle/model', { model }), { done: t('stageRules.models.done'), after: () => void client.invalidateQueries() });
  return (
    <div className="table-scroll" tabIndex={0}>
      <table className="data stages-models">
        <caption className="unseen">{t('stageRules.models')}</caption>
        <thead><tr><th scope="col">{t('stageRules.models.model')}</th>{STAGES.map((stage) => <th key={stage} scope="col"><StageBadge stage={stage} /></th>)}</tr></thead>
        <tbody>
          {models.map(({ key, place, engagedProspect }) => (
            <tr key={key} className={key === chosen ? 'chosen' : undefined}>
              <th scope="row" className="wrap">
                <label className="row"><input type="radio" name="model" checked={key === chosen} disabled={!may('lifecycle.write') || choose.isPending} onChange={() => choose.mutate(key)} />{t(`model.${key}`)}</label>
              </th>
              {STAGES.map((stage) => (
                <td key={stage}>{t(key === 'canonical' ? `stage.${stage}` : `place.${place[stage] ?? stage}`)}{stage === 'prospect' && engagedProspect && <Fragment><br /><span className="grey small">{t('stageRules.models.engaged', { place: t(`place.${engagedProspect}`) })}</span></Fragment>}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
