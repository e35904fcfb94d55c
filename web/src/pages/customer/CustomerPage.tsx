import { useT } from '../../lib/language.tsx';
import { Page } from '../../ui/Page.tsx';

export default function CustomerPage() {
  const t = useT();
  return <Page title={t('nav.home')}>{null}</Page>;
}
