import { isKnown, useT } from '../../lib/language.tsx';
import { type Decision, useSourceWords, useTemplateName } from './reachQueries.ts';
import { useReason } from './useReason.ts';

/** Whose a message is once its person is erased. */
const NOBODY = '00000000-0000-0000-0000-000000000000';
const ID_CHARS = 8;
/** 朱 only where something is broken here; what rules stop is as it should be. */
const TONES: Readonly<Record<Decision['state'], string>> = { waiting: 'grey', deferred: 'ochre', sending: 'grey', accepted: '', unknown: 'ochre', failed: 'act', refused: 'ochre', withdrawn: 'grey' };

export function PersonName({ of: { customer, name } }: { of: Pick<Decision, 'customer' | 'name'> }) {
  const t = useT();
  if (customer === NOBODY) return <>{t('decisions.nobody')}</>;
  return <>{name === null ? t('decisions.someone', { id: customer.slice(0, ID_CHARS) }) : name || t('decisions.nameless')}</>;
}

/** What was to be sent, and who wanted it. */
/** A task for a person that was not raised has no text. */
const TASK = 'task';

export function MessageWords({ of: { templateId, source, purpose } }: { of: Decision }) {
  const t = useT();
  const templateName = useTemplateName();
  const sourceWords = useSourceWords();
  return (
    <span className="decision-message">
      <span>{templateId === TASK ? t('decisions.template.task') : templateName(templateId) || t('decisions.template.gone', { id: templateId.slice(0, ID_CHARS) })}</span>
      <span className="grey small">{t(`message.purpose.${purpose}`)} · {sourceWords(source)}</span>
    </span>
  );
}

/** The decision in a word, the reason in a sentence. */
export function DecisionWords({ of: { state, reason, facts } }: { of: Pick<Decision, 'state' | 'reason' | 'facts'> }) {
  const t = useT();
  const why = useReason();
  return <span className="decision-why"><span className={TONES[state]}>{t(`message.state.${state}`)}</span>{reason !== null && <> · <span>{why(reason, facts)}</span></>}</span>;
}

const BAD: ReadonlySet<string> = new Set(['bounced', 'complained', 'failed', 'unsubscribed', 'soft_bounced']);

export function ReceiptWord({ of: kind }: { of: string | null }) {
  const t = useT();
  if (kind === null) return <span className="grey">—</span>;
  return <span className={BAD.has(kind) ? 'ochre' : undefined}>{isKnown(`message.receipt.${kind}`) ? t(`message.receipt.${kind}`) : kind}</span>;
}
