import { Button } from 'antd';
import { useT } from '../../lib/language.tsx';
import { useToast } from '../../ui/Field.tsx';
import { Notice } from '../../ui/Figure.tsx';
import type { SourceView } from '../import/importQueries.ts';

const snippetOf = (origin: string, key: string): string => `curl ${origin}/v1/track \\
  -u ${key}: \\
  -H 'content-type: application/json' \\
  -d '{"userId": "u-1001", "event": "page_viewed", "properties": {"page": "home"}}'`;

const tagOf = (origin: string, key: string): string => `<script async src="${origin}/perennial.js" data-key="${key}"></script>`;

/** A write key shown this once, and a first event to paste into a terminal. */
export function WriteKey({ source, secret, onClose }: { source: SourceView; secret: string; onClose: () => void }) {
  const t = useT();
  const toast = useToast();
  const snippet = snippetOf(location.origin, secret);
  const copy = (text: string) => navigator.clipboard.writeText(text).then(() => toast.done(t('settings.copied')), toast.failed);
  return (
    <Notice tone="warn" action={<Button size="small" onClick={onClose}>{t('settings.hide')}</Button>}>
      <div className="stack">
        <p>{t('quality.key.once', { name: source.name })} <code className="secret">{secret}</code> <button type="button" className="plain link" onClick={() => void copy(secret)}>{t('settings.copy')}</button></p>
        <p>{t('quality.key.try')} <button type="button" className="plain link" onClick={() => void copy(snippet)}>{t('settings.copy')}</button></p>
        <pre className="snippet" tabIndex={0}>{snippet}</pre>
        <p>{t('sources.page')} <button type="button" className="plain link" onClick={() => void copy(tagOf(location.origin, secret))}>{t('settings.copy')}</button></p>
        <pre className="snippet" tabIndex={0}>{tagOf(location.origin, secret)}</pre>
        <p className="grey small">{t('quality.key.then')} <a href={`/shop-demo#key=${secret}`} target="_blank" rel="noreferrer">{t('sources.demo')}</a></p>
      </div>
    </Notice>
  );
}
