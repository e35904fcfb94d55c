import { Button } from 'antd';
import { useT } from '../../lib/language.tsx';
import { useToast } from '../../ui/Field.tsx';
import { Notice } from '../../ui/Figure.tsx';

/** A secret shown this once: to be copied now, gone when closed. */
export function SecretOnce({ label, secret, onClose }: { label: string; secret: string; onClose: () => void }) {
  const t = useT();
  const toast = useToast();
  const copy = () => navigator.clipboard.writeText(secret).then(() => toast.done(t('settings.copied')), toast.failed);
  return (
    <Notice tone="warn" action={<span className="row"><Button size="small" onClick={() => void copy()}>{t('settings.copy')}</Button><Button size="small" onClick={onClose}>{t('settings.hide')}</Button></span>}>
      <span>{label}</span> <code className="secret">{secret}</code>
    </Notice>
  );
}
