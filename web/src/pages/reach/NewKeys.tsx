import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { api } from '../../lib/api.ts';
import { useT } from '../../lib/language.tsx';
import { useToast } from '../../ui/Field.tsx';
import { Notice } from '../../ui/Figure.tsx';

type Made = { privateKey: string; record: { name: string; text: string[] } };

/** A new key for signing letters: it goes into the form, and what belongs into the DNS is shown to be copied. */
export function DkimKey({ domain, selector, onMade }: { domain: string; selector: string; onMade: (key: string) => void }) {
  const t = useT();
  const toast = useToast();
  const make = useMutation({ mutationFn: () => api.post<Made>('/reach/dkim-keys', { domain: domain.trim().toLowerCase(), selector: selector.trim().toLowerCase() }), onSuccess: ({ privateKey }) => onMade(privateKey), onError: toast.failed });
  const text = make.data?.record.text.join('') ?? '';
  const copy = () => navigator.clipboard.writeText(text).then(() => toast.done(t('settings.copied')), toast.failed);
  return (
    <>
      <div className="row"><Button onClick={() => make.mutate()} loading={make.isPending} disabled={domain.trim() === '' || selector.trim() === ''}>{t('channels.dkim.make')}</Button><span className="grey small">{t('channels.dkim.hint')}</span></div>
      {make.data && (
        <Notice tone="warn" action={<Button size="small" onClick={() => void copy()}>{t('settings.copy')}</Button>}>
          {t('channels.dkim.record')} <code className="dns-record">{make.data.record.name} TXT</code><code className="dns-record">{text}</code>
        </Notice>
      )}
    </>
  );
}

type Pair = { publicKey: string; privateKey: string };

/** New keys for notifications in browsers, put into the form. */
export function VapidKeys({ onMade }: { onMade: (keys: Pair) => void }) {
  const t = useT();
  const toast = useToast();
  const make = useMutation({ mutationFn: () => api.post<Pair>('/reach/vapid-keys'), onSuccess: onMade, onError: toast.failed });
  return <div className="row"><Button onClick={() => make.mutate()} loading={make.isPending}>{t('channels.vapid.make')}</Button><span className="grey small">{t('channels.vapid.hint')}</span></div>;
}
