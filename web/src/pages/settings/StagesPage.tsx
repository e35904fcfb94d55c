import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useFilters } from '../../lib/location.tsx';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/useWrite.ts';
import { Choices } from '../../ui/Choices.tsx';
import { Page } from '../../ui/Page.tsx';
import { StagesFixed } from './StagesPageFixed.tsx';
import { StagesMatrix } from './StagesPageMatrix.tsx';
import { StagesModels } from './StagesPageModels.tsx';
import { StagesRules } from './StagesPageRules.tsx';
import { rulesQuery } from './stageRulesQueries.ts';
import './settings.css';
import './stages.css';

const PARTS = ['rules', 'days', 'models', 'strategy'] as const;
type Part = (typeof PARTS)[number];
const isPart = (text: string | undefined): text is Part => PARTS.includes(text as Part);

/** How stages are told: the rules and what they are worth, days of one's own, the model shown, and what is wanted in each stage. */
export default function StagesPage() {
  const t = useT();
  const [{ part: asked }, change] = useFilters();
  const part = isPart(asked) ? asked : 'rules';
  return (
    <Page title={t('nav.settings.stages')} lead={<InForce />} actions={part === 'rules' && <LearnAgain />}>
      <div className="stages-parts"><Choices label={t('nav.settings.stages')} options={PARTS.map((key) => ({ key, label: t(`stageRules.part.${key}`) }))} value={part} onChoose={(key) => change({ part: key === 'rules' ? null : key, version: null })} /></div>
      {part === 'rules' && <StagesRules />}
      {part === 'days' && <StagesFixed />}
      {part === 'models' && <StagesModels />}
      {part === 'strategy' && <StagesMatrix />}
    </Page>
  );
}

/** The answer first: which rules are in force and what the churn label is worth. */
function InForce() {
  const t = useT();
  const { data } = useQuery(rulesQuery('current'));
  if (!data) return <>{t('stageRules.lead')}</>;
  const { version, basis, report } = data;
  return <>{t(`stageRules.inForce.${basis}`, { version, verdict: t(`verdict.${report?.verdict ?? 'unproven'}`) })}</>;
}

function LearnAgain() {
  const t = useT();
  const may = useMay();
  const client = useQueryClient();
  const learn = useWrite(['settings'], () => api.post<{ version: number }>('/lifecycle/rules/recalibrate', {}), { done: t('stageRules.learned'), after: () => void client.invalidateQueries() });
  if (!may('lifecycle.write')) return null;
  return (
    <Popconfirm title={t('stageRules.learn.sure')} description={<p className="stages-sure">{t('stageRules.learn.why')}</p>} okText={t('stageRules.learn')} cancelText={t('stageRules.cancel')} onConfirm={() => learn.mutate(undefined)} placement="bottomRight">
      <Button loading={learn.isPending}>{t('stageRules.learn')}</Button>
    </Popconfirm>
  );
}
