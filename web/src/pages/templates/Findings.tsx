import type { TemplateDocument } from '../../../../src/reach/core/templates/document.ts';
import { useT } from '../../lib/language.tsx';
import type { Place } from './draft.ts';
import type { Finding } from './templateQueries.ts';

/** What a finding says and what to do about it. */
export function useFinding(): (finding: Finding) => { says: string; todo: string } {
  const t = useT();
  return ({ code, facts, block }) => {
    const told = typeof facts['channel'] === 'string' ? { ...facts, channel: t(`message.channel.${facts['channel']}`) } : facts;
    const named = typeof facts['provider'] === 'string' ? { ...told, provider: t(`templates.provider.${facts['provider']}`) } : told;
    const says = t(`template.lint.${code}`, named);
    return { says: block === undefined ? says : `${t('blocks.says', { block })} ${says}`, todo: t(`template.todo.${code}`, named) };
  };
}

/** Findings of one field, beside it. */
export function FieldFindings({ findings }: { findings: readonly Finding[] }) {
  const wordsOf = useFinding();
  return findings.map((one, i) => {
    const { says, todo } = wordsOf(one);
    return <p key={i} className={`finding small ${one.level === 'error' ? 'act' : 'ochre'}`}>{says} <span className="grey">{todo}</span></p>;
  });
}

/** Everything that speaks against publishing, with the way to each place. */
export function Findings({ findings, document, onPlace }: { findings: readonly Finding[]; document: TemplateDocument; onPlace: (place: Place) => void }) {
  const t = useT();
  const wordsOf = useFinding();
  const errors = findings.filter(({ level }) => level === 'error').length;
  const nameOf = (key: string): string => document.variants.find((one) => one.key === key)?.name || (key === 'all' ? t('templates.everybody') : key);
  return (
    <section className="findings" aria-live="polite">
      <h2>{findings.length === 0 ? t('templates.findings.none') : t('templates.findings', { errors, warnings: findings.length - errors })}</h2>
      <ul>
        {findings.map((one, i) => {
          const { says, todo } = wordsOf(one), { at } = one;
          return (
            <li key={i}>
              <span className={one.level === 'error' ? 'act' : 'ochre'}>{says}</span> <span className="grey">{todo}</span>
              {at && <button type="button" className="plain link small" onClick={() => onPlace({ variant: at.variant, channel: at.channel, language: at.language })}>{[nameOf(at.variant), t(`message.channel.${at.channel}`), t(`templates.language.${at.language}`)].join(' · ')}</button>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
