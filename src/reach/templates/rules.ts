import { type Caller, demand } from '../../kernel/access/caller.ts';
import { audit } from '../../kernel/audit.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { Stores } from '../../kernel/stores.ts';
import { say } from '../../kernel/words/index.ts';
import { propertiesBrought } from '../../collect/index.ts';
import { fullCatalogue, STAGES } from '../../lifecycle/index.ts';
import { ANGLES } from '../core/templates/document.ts';
import { SMS_RULES } from '../core/templates/rules.ts';
import type { RulesView, Variables, Vocabulary } from './contract.ts';
import { spokenFields } from './fields.ts';
import { rulesIn } from './lintNow.ts';
import { type RulesRow, saveRules } from './store.ts';

/** What texts are held to: forbidden claims, whose rules for text messages, the signature that is counted. */
export async function readRules(stores: Stores, caller: Caller): Promise<RulesView> {
  demand(caller, 'reach.read');
  const rules = await stores.pg.tx(caller.workspaceId, (tx) => rulesIn(tx, caller.workspaceId));
  return { ...rules, claims: rules.claims.map(({ phrase, except }) => ({ phrase, except: [...except] })), providers: SMS_RULES.map(({ provider }) => provider) };
}

/** Sets them for everything that is published from now on. Refuses `template.provider_unknown`. */
export async function changeRules(stores: Stores, caller: Caller, rules: RulesRow): Promise<RulesView> {
  demand(caller, 'reach.write');
  if (!SMS_RULES.some(({ provider }) => provider === rules.smsProvider)) throw new Refusal('template.provider_unknown', { provider: rules.smsProvider });
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    await saveRules(tx, caller.workspaceId, rules, caller.actor.id, stores.clock.now());
    await audit(tx, stores.clock, caller, { action: 'template.rules_changed', target: caller.workspaceId, detail: { claims: rules.claims.length, provider: rules.smsProvider } });
  });
  return readRules(stores, caller);
}

/** What templates may say of customers, by what name, and what variants may go by. */
export async function vocabulary(stores: Stores, caller: Caller): Promise<Vocabulary> {
  demand(caller, 'reach.read');
  const fields = await spokenFields(stores, caller.workspaceId);
  const wordOf = (key: string, label: string | null): string => label ?? say(caller.language, `field.${key}`);
  return {
    customer: [
      { key: 'name', label: say(caller.language, 'field.name'), type: 'text' }, { key: 'first_name', label: say(caller.language, 'template.first_name'), type: 'text' },
      ...fields.flatMap(({ key, label, type, optionWords }) => [{ key: optionWords === null ? key : `${key}_name`, label: wordOf(key, label), type }]),
    ],
    stages: [...STAGES], angles: [...ANGLES],
  };
}

/** Which events there are, and what the newest of one brought: names alone, no values. */
export async function variablesOf(stores: Stores, caller: Caller, event: string | undefined): Promise<Variables> {
  demand(caller, 'reach.read');
  const [{ events = [] }, properties] = await Promise.all([fullCatalogue(stores, caller), event === undefined ? [] : propertiesBrought(stores, caller, event)]);
  return { events: events.map((one) => one.event), properties };
}
