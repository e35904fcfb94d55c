import { Button } from 'antd';
import { Component, type ReactNode } from 'react';
import { useT } from '../lib/language.tsx';
import { Anchor } from '../lib/location.tsx';
import { sentenceOf } from '../lib/problem.ts';
import { paths } from '../paths.ts';

/** Catches what a page throws while drawing, so that the shell stays usable. `at` changes with the address and clears it. */
export class Boundary extends Component<{ at: string; children: ReactNode }, { error: unknown; at: string }> {
  override state: { error: unknown; at: string } = { error: null, at: this.props.at };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  static getDerivedStateFromProps(props: { at: string }, state: { at: string }) {
    return props.at === state.at ? null : { error: null, at: props.at };
  }

  override render(): ReactNode {
    return this.state.error ? <Failed error={this.state.error} /> : this.props.children;
  }
}

export function Failed({ error }: { error: unknown }) {
  const t = useT();
  return (
    <div className="page narrow">
      <div className="empty" role="alert">
        <h1>{sentenceOf(t, error)}</h1>
        <div className="row"><Button onClick={() => location.reload()}>{t('problem.reload')}</Button></div>
      </div>
    </div>
  );
}

export function Missing() {
  const t = useT();
  return (
    <div className="page narrow">
      <div className="empty"><h1>{t('missing.title')}</h1><p className="grey">{t('missing.body')}</p><p><Anchor to={paths.home()}>{t('missing.home')}</Anchor></p></div>
    </div>
  );
}

export function Forbidden() {
  const t = useT();
  return (
    <div className="page narrow">
      <div className="empty"><h1>{t('forbidden.title')}</h1><p className="grey">{t('problem.forbidden')}</p><p><Anchor to={paths.home()}>{t('missing.home')}</Anchor></p></div>
    </div>
  );
}
