import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { Notice } from '../../ui/Figure.tsx';
import { Page, Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { type RulesReply, rulesQuery } from './reachQueries.ts';
import { Editing } from './RuleParts.tsx';
import { PricesRule } from './RulesPrices.tsx';
import { CapsRule, SpacingRule, WecomRule } from './RulesOften.tsx';
import { BaseRule, BestRule, HealthRule, OptOutRule } from './RulesWays.tsx';
import { HolidaysRule, ProviderHoursRule, QuietRule } from './RulesWhen.tsx';
import { ComplaintRule, ConsentRule, ControlRule, UnhappyRule } from './RulesWhom.tsx';
import { type Draft, useRulesDraft } from './useRulesDraft.ts';
import './reach.css';
import './rules.css';

/** What this workspace lets itself send: sentences, changed where they stand and saved together. */
export default function SendRulesPage() {
  const t = useT();
  const may = useMay()('reach.write');
  const rules = useQuery(rulesQuery);
  return (
    <Page title={t('nav.engage.rules')} lead={t(may ? 'sendRules.lead' : 'sendRules.lead.read')}>
      <Loaded query={rules} skeleton={<Skeleton lines={12} />}>{(reply) => <Editing value={may}><Sentences reply={reply} /></Editing>}</Loaded>
    </Page>
  );
}

function Sentences({ reply }: { reply: RulesReply }) {
  const t = useT();
  const { moment } = useFormats();
  const draft = useRulesDraft(reply);
  return (
    <div className="send-rules">
      <p className="grey small">{t('sendRules.version', { version: reply.version, at: moment(reply.changedAt) })}</p>
      <Section title={t('sendRules.whom')}><ConsentRule draft={draft} /><ComplaintRule draft={draft} /><UnhappyRule draft={draft} /><ControlRule draft={draft} /></Section>
      <Section title={t('sendRules.hours')}><QuietRule draft={draft} /><ProviderHoursRule draft={draft} /><HolidaysRule draft={draft} /></Section>
      <Section title={t('sendRules.often')}><CapsRule draft={draft} /><SpacingRule draft={draft} /><WecomRule draft={draft} /></Section>
      <Section title={t('sendRules.ways')}><OptOutRule draft={draft} /><BestRule draft={draft} /><PricesRule draft={draft} /><BaseRule draft={draft} /><HealthRule draft={draft} /></Section>
      {draft.changed.length > 0 && <SaveBar draft={draft} />}
    </div>
  );
}

/** What waits to be saved, always in sight. */
function SaveBar({ draft: { changed, conflict, save, saving, drop } }: { draft: Draft }) {
  const t = useT();
  const { list } = useFormats();
  const names = (keys: Draft['changed']): string => list(keys.map((key) => t(`sendRules.part.${key}`)));
  return (
    <div className="rules-save" role="region" aria-label={t('sendRules.save')}>
      {conflict && <Notice tone="warn">{t('sendRules.conflict', { version: conflict.version, both: conflict.both.length > 0 ? names(conflict.both) : 'none' })}</Notice>}
      <div className="spread">
        <span aria-live="polite">{t('sendRules.changed', { count: changed.length, names: names(changed) })}</span>
        <span className="row"><Button onClick={drop}>{t('sendRules.drop')}</Button><Button type="primary" loading={saving} onClick={save}>{t(conflict ? 'sendRules.saveAnyway' : 'sendRules.save')}</Button></span>
      </div>
    </div>
  );
}
