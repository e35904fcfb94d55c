import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { api } from '../../lib/api.ts';
import { useFormats } from '../../lib/format.ts';
import { useT } from '../../lib/language.tsx';
import { useMay } from '../../lib/session.ts';
import { paths } from '../../paths.ts';
import { KeyFigure, Notice } from '../../ui/Figure.tsx';
import { useToast } from '../../ui/Field.tsx';
import { Figures, Page, Section } from '../../ui/Page.tsx';
import { Loaded, Skeleton } from '../../ui/States.tsx';
import { Anchor } from '../../lib/location.tsx';
import { Advisers } from './Advisers.tsx';
import { TierForm } from './TierForm.tsx';
import { freshKey, type Policy, policyQuery, type PolicyReply, startingTiers, type Tier } from './touchQueries.ts';
import './touch.css';

/** Which service each tier of customers gets, and who looks after those who get a person of their own. */
export default function TouchPage() {
  const t = useT();
  const may = useMay()('lifecycle.write');
  const policy = useQuery(policyQuery);
  const { standing, isSet } = policy.data ?? {};
  return (
    <Page title={t('nav.lifecycle.touch')} lead={standing && t(isSet ? 'touch.lead' : 'touch.lead.none', { assigned: standing.assigned, automated: standing.automated })}>
      <Loaded query={policy} skeleton={<Skeleton lines={12} />}>{(data) => (data.isSet || may ? <PolicyForm key={data.version} told={data} /> : null)}</Loaded>
    </Page>
  );
}

function PolicyForm({ told }: { told: PolicyReply }) {
  const t = useT();
  const { count } = useFormats();
  const may = useMay()('lifecycle.write');
  const toast = useToast();
  const client = useQueryClient();
  const [draft, setDraft] = useState<Policy>(() => (told.isSet ? told.policy : { ...told.policy, tiers: startingTiers(t) }));
  const save = useMutation({
    mutationFn: () => api.put<PolicyReply>('/touch/policy', { version: told.version, policy: draft }),
    onSuccess: (next) => { client.setQueryData(policyQuery.queryKey, next); void client.invalidateQueries({ queryKey: ['customer'] }); toast.done(t('touch.saved', { assigned: next.standing.assigned, automated: next.standing.automated })); },
    onError: toast.failed,
  });
  const { tiers } = draft, last = tiers.length - 1;
  const put = (at: number, tier: Tier) => setDraft({ ...draft, tiers: tiers.map((one, i) => (i === at ? tier : one)) });
  const add = () => setDraft({ ...draft, tiers: [...tiers.slice(0, last), { ...(tiers[last] as Tier), key: freshKey(tiers.map(({ key }) => key)), name: t('touch.tier.new') }, ...tiers.slice(last)] });
  const missing = tiers.some(({ segment, name }, at) => name.trim() === '' || (at < last && segment === null));
  const places = draft.agents.reduce((sum, { cap }) => sum + cap, 0);
  return (
    <>
      {told.isSet && (
        <Figures>
          <KeyFigure label={t('touch.assigned')} value={count(told.standing.assigned)} note={t('touch.places', { count: places })} why={{ definition: t('touch.assigned.why') }} />
          <KeyFigure label={t('touch.automated')} value={count(told.standing.automated)} why={{ definition: t('touch.automated.why') }} />
        </Figures>
      )}
      <Section title={t('touch.tiers')} note={t('touch.tiers.note')} actions={may && <Button onClick={add} disabled={tiers.length >= 10}>{t('touch.tier.add')}</Button>}>
        {!told.isSet && <div className="stack"><Notice>{t('touch.proposed')}</Notice><Anchor className="link" to={paths.segments()}>{t('touch.segments')}</Anchor></div>}
        <div className="tiers">
          {tiers.map((tier, at) => (
            <TierForm key={tier.key} tier={tier} isLast={at === last} may={may} customers={told.standing.tiers.find(({ key }) => key === tier.key)?.customers} onChange={(next) => put(at, next)}
              {...(tiers.length > 1 && at < last ? { onDrop: () => setDraft({ ...draft, tiers: tiers.filter((_, i) => i !== at) }) } : {})} />
          ))}
        </div>
      </Section>
      <Section title={t('touch.advisers')} note={t('touch.advisers.note')}><Advisers draft={draft} told={told} may={may} onChange={setDraft} /></Section>
      {may && <div className="row touch-save"><Button type="primary" loading={save.isPending} disabled={missing || (told.isSet && JSON.stringify(draft) === JSON.stringify(told.policy))} onClick={() => save.mutate()}>{t('touch.save')}</Button>{missing && <span className="grey">{t('touch.missing')}</span>}</div>}
    </>
  );
}
