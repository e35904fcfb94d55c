import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ApiError } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useToast } from '../../ui/Field.tsx';
import { type Rules, type RulesReply, rulesQuery } from './reachQueries.ts';

export type RuleKey = keyof Rules;
type Conflict = { version: number; both: RuleKey[] };
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export type Draft = {
  /** What is in force with what was changed here on top. */
  rules: Rules; set: (part: Partial<Rules>) => void; changed: readonly RuleKey[]; drop: () => void;
  save: () => void; saving: boolean; conflict: Conflict | null;
};

/** Changes of rules that wait to be saved together, under the version that was seen; somebody else's newer version is taken in beneath them and told. */
export function useRulesDraft(base: RulesReply): Draft {
  const t = useT();
  const toast = useToast();
  const client = useQueryClient();
  const [changes, setChanges] = useState<Partial<Rules>>({});
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const changed = (Object.keys(changes) as RuleKey[]).filter((key) => !isSame(changes[key], base.rules[key]));
  const drop = () => { setChanges({}); setConflict(null); };
  const takeIn = async () => {
    const next = await client.fetchQuery({ ...rulesQuery, staleTime: 0 });
    setConflict({ version: next.version, both: changed.filter((key) => !isSame(next.rules[key], base.rules[key])) });
  };
  const save = useMutation({
    mutationFn: () => api.put<RulesReply>('/reach/rules', { version: base.version, rules: Object.fromEntries(changed.map((key) => [key, changes[key]])) }),
    onSuccess: (saved) => { client.setQueryData(rulesQuery.queryKey, saved); void client.invalidateQueries({ queryKey: ['customer'] }); drop(); toast.done(t('sendRules.saved')); },
    onError: (error) => (error instanceof ApiError && error.problem.code === 'reach.rules_changed' ? void takeIn() : toast.failed(error)),
  });
  return { rules: { ...base.rules, ...changes }, set: (part) => setChanges((now) => ({ ...now, ...part })), changed, drop, save: () => save.mutate(), saving: save.isPending, conflict };
}
