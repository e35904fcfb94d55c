import { Modal } from 'antd';
import { useEffect, useState } from 'react';
import { onSignedOut } from '../lib/api.ts';
import { useT } from '../lib/language.tsx';
import { useGo } from '../lib/location.tsx';
import { paths } from '../paths.ts';

/** When the server says the session is over, the page stays as it is under a plain question. */
export function SessionEnded() {
  const t = useT();
  const go = useGo();
  const [ended, setEnded] = useState(false);
  useEffect(() => onSignedOut(() => setEnded(true)), []);
  const back = () => {
    setEnded(false);
    go(paths.signIn({ back: location.pathname + location.search }));
  };
  return (
    <Modal open={ended} title={t('expired.title')} closable={false} mask={{ closable: false }} keyboard={false} cancelButtonProps={{ hidden: true }} okText={t('expired.signIn')} onOk={back} width={440}>
      <p>{t('expired.body')}</p>
    </Modal>
  );
}
