import { Dropdown } from 'antd';
import { type Block, BLOCK_KINDS, type EmailBody } from '../../../../src/reach/core/templates/document.ts';
import { useT } from '../../lib/language.tsx';
import { Field } from '../../ui/Field.tsx';
import { BlockChoice } from './blocks/BlockChoice.tsx';
import { moved, newBlock } from './draft.ts';
import { FieldFindings } from './Findings.tsx';
import type { Finding } from './templateQueries.ts';
import { TextBox } from './TextBox.tsx';

type Blocks = Extract<EmailBody, { kind: 'blocks' }>;
type Props = { body: Blocks; findings: readonly Finding[]; readOnly: boolean; onChange: (body: Blocks) => void };

/** An e-mail part by part: moved, taken out, put in; each with its texts. */
export function BlocksEditor({ body, findings, readOnly, onChange }: Props) {
  const t = useT();
  const set = (blocks: readonly Block[]) => onChange({ ...body, blocks });
  const add = { items: BLOCK_KINDS.map((kind) => ({ key: kind, label: t(`templates.block.${kind}`), onClick: () => set([...body.blocks, newBlock(kind)]) })) };
  return (
    <div className="stack">
      <ol className="blocks">
        {body.blocks.map((block, at) => (
          <li key={at}>
            <div className="spread">
              <strong className="small">{t(`templates.block.${block.kind}`)}</strong>
              {!readOnly && <span className="row small">
                <button type="button" className="plain link" disabled={at === 0} aria-label={t('templates.block.up.of', { number: at + 1 })} onClick={() => set(moved(body.blocks, at, -1))}>{t('templates.block.up')}</button>
                <button type="button" className="plain link" disabled={at === body.blocks.length - 1} aria-label={t('templates.block.down.of', { number: at + 1 })} onClick={() => set(moved(body.blocks, at, 1))}>{t('templates.block.down')}</button>
                <button type="button" className="plain link" aria-label={t('templates.block.remove.of', { number: at + 1 })} onClick={() => set(body.blocks.filter((_, i) => i !== at))}>{t('templates.remove')}</button>
              </span>}
            </div>
            <BlockFields block={block} readOnly={readOnly} findingsOf={(name) => findings.filter(({ field }) => field === `blocks.${at}.${name}`)} onChange={(next) => set(body.blocks.map((one, i) => (i === at ? next : one)))} />
          </li>
        ))}
      </ol>
      <FieldFindings findings={findings.filter(({ field }) => field === 'blocks')} />
      {!readOnly && <div className="spread">
        <Dropdown trigger={['click']} menu={add}><button type="button" className="plain link">{t('templates.block.add')}</button></Dropdown>
        <label className="row small grey">{t('templates.accent')}<input type="color" value={body.accent} onChange={({ target }) => onChange({ ...body, accent: target.value })} /></label>
      </div>}
    </div>
  );
}

type BlockProps = { block: Block; readOnly: boolean; findingsOf: (name: string) => readonly Finding[]; onChange: (block: Block) => void };

function BlockFields({ block, readOnly, findingsOf, onChange }: BlockProps) {
  const t = useT();
  const box = (name: string, rows = 1) => <TextBox key={name} label={t(`templates.field.${name}`)} rows={rows} readOnly={readOnly} value={(block as unknown as Record<string, string>)[name] ?? ''} findings={findingsOf(name)} onChange={(text) => onChange({ ...block, [name]: text } as Block)} />;
  switch (block.kind) {
    case 'heading': return box('text');
    case 'text': return box('text', 4);
    case 'footer': return box('text', 2);
    case 'button': return <>{box('label')}{box('href')}</>;
    case 'image': return <>{box('src')}{box('alt')}{box('href')}</>;
    case 'shared': return <BlockChoice value={block.key} readOnly={readOnly} findings={findingsOf('key')} onChange={(key) => onChange({ ...block, key })} />;
    case 'products': return (
      <div className="row">
        <Field label={t('templates.field.list')} hint={t('templates.field.list.hint')}>{(ids) => <input {...ids} className="input" readOnly={readOnly} value={block.list} onChange={({ target }) => onChange({ ...block, list: target.value })} />}</Field>
        <Field label={t('templates.field.most')}>{(ids) => <input {...ids} className="input" type="number" min={1} max={12} readOnly={readOnly} value={block.most} onChange={({ target }) => onChange({ ...block, most: Math.max(1, Math.min(12, Number(target.value) || 1)) })} />}</Field>
      </div>
    );
    default: return null;
  }
}
