import { useQueryClient } from '@tanstack/react-query';
import { Dropdown } from 'antd';
import { api } from '../lib/api.ts';
import { useT } from '../lib/language.tsx';
import { useGo } from '../lib/location.tsx';
import { useSession } from '../lib/session.ts';
import { paths } from '../paths.ts';

const initialOf = (name: string): string => [...name.trim()][0]?.toUpperCase() ?? '·';

/** Moves the session to another workspace and drops everything read from the one before. */
export function useSwitchWorkspace(): (id: string) => Promise<void> {
  const client = useQueryClient();
  const go = useGo();
  return async (id) => {
    await api.put('/session/workspace', { workspaceId: id });
    client.clear();
    go(paths.home());
  };
}

export function WorkspaceMark() {
  const t = useT();
  const { workspace, workspaces } = useSession();
  const enter = useSwitchWorkspace();
  const items = workspaces.map(({ id, name }) => ({ key: id, label: name }));
  return (
    <Dropdown trigger={['click']} placement="bottomLeft" menu={{ items, selectedKeys: [workspace.id], onClick: ({ key }) => void enter(key) }}>
      <button type="button" className="workspace-mark" title={workspace.name} aria-label={`${t('bar.workspace')}: ${workspace.name}`}>{initialOf(workspace.name)}</button>
    </Dropdown>
  );
}
