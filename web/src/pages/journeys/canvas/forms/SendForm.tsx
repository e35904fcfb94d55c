import { PLACEHOLDER } from '../../../../../../src/engage/core/definition.ts';
import { CHANNELS, PURPOSES } from '../../../../../../src/reach/core/message.ts';
import { useT } from '../../../../lib/language.tsx';
import { Anchor } from '../../../../lib/location.tsx';
import { paths } from '../../../../paths.ts';
import { useBench } from '../context.ts';
import { Along, Amount, Pick, Tick, While } from './fields.tsx';
import type { FormProps } from './WaitForms.tsx';

const THREE_DAYS = { amount: 3, unit: 'days' } as const;

/** Which template goes out, on which channel, for what, and what happens where it may not. */
export function SendForm({ node, disabled, onNode }: FormProps<'send'>) {
  const t = useT();
  const { templates, teller } = useBench();
  const head = templates?.find(({ id }) => id === node.template.id);
  const isChosen = !node.template.id.startsWith(PLACEHOLDER);
  const choose = (id: string): void => {
    const next = templates?.find((one) => one.id === id);
    const channel = node.channel === 'best' || next?.channels.some((one) => one === node.channel) ? node.channel : 'best';
    onNode({ ...node, template: { id, version: null }, channel, purpose: next?.purpose ?? node.purpose });
  };
  const channels = head ? CHANNELS.filter((one) => head.channels.some((other) => other === one)) : CHANNELS;
  const versions = Array.from({ length: head?.published ?? 0 }, (_, at) => String(at + 1)).reverse();
  return (
    <>
      <Pick label={t('segments.use.template')} disabled={disabled} value={node.template.id} onPick={choose}
        options={[...(isChosen ? [] : [{ value: node.template.id, label: t('canvas.form.template.choose') }]), ...(templates ?? []).map(({ id, name, published }) => ({ value: id, label: published === null ? t('canvas.form.template.draft', { name }) : name }))]}
        hint={isChosen && teller.template(node.template.id) ? <Anchor className="link" to={paths.template(node.template.id)}>{t('canvas.form.template.open')}</Anchor> : templates?.length === 0 ? <Anchor className="link" to={paths.templates({ panel: 'new' })}>{t('canvas.form.template.none')}</Anchor> : undefined} />
      {head && head.published !== null && <Pick label={t('models.number')} disabled={disabled} value={String(node.template.version ?? '')} options={[{ value: '', label: t('canvas.form.version.newest') }, ...versions.map((value) => ({ value, label: t('kit.version', { version: Number(value) }) }))]} onPick={(version) => onNode({ ...node, template: { ...node.template, version: version === '' ? null : Number(version) } })} />}
      <Pick label={t('decisions.channel')} disabled={disabled} value={node.channel} options={[{ value: 'best', label: t('decisions.channel.best') }, ...channels.map((value) => ({ value, label: t(`message.channel.${value}`) }))]} onPick={(channel) => onNode({ ...node, channel })} />
      <Pick label={t('templates.purpose')} hint={t(`templates.purpose.${node.purpose}.why`)} disabled={disabled} value={node.purpose} options={PURPOSES.map((value) => ({ value, label: t(`message.purpose.${value}`) }))} onPick={(purpose) => onNode({ ...node, purpose: purpose as typeof node.purpose })} />
      <Pick label={t('canvas.form.blocked')} hint={t(`canvas.form.blocked.${node.ifBlocked}.why`)} disabled={disabled} value={node.ifBlocked} options={['drop', 'queue'].map((value) => ({ value, label: t(`canvas.form.blocked.${value}`) }))} onPick={(ifBlocked) => onNode({ ...node, ifBlocked: ifBlocked as typeof node.ifBlocked })} />
      <Tick label={t('canvas.form.expires')} disabled={disabled} value={node.expiresAfter !== null} onTick={(on) => onNode({ ...node, expiresAfter: on ? THREE_DAYS : null })} />
      {node.expiresAfter && <While label={t('canvas.form.expires.after')} disabled={disabled} value={node.expiresAfter} onWhile={(expiresAfter) => onNode({ ...node, expiresAfter })} />}
      <details className="jc-more">
        <summary>{t('nav.more')}</summary>
        <Amount label={t('canvas.form.priority')} hint={t('canvas.form.priority.hint')} disabled={disabled} value={node.priority} min={-100} max={100} onNumber={(priority) => onNode({ ...node, priority })} />
        <Along label={t('canvas.form.params')} hint={t('canvas.form.params.hint')} disabled={disabled} value={node.params} onValue={(params) => onNode({ ...node, params })} />
      </details>
    </>
  );
}
