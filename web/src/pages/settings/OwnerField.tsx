import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useT } from '../../lib/language.tsx';
import { useMay, useSession } from '../../lib/session.ts';
import { membersQuery } from './settingsQueries.ts';

/** Who looks after something: the people of the workspace where the role may see them, else oneself; an owner written as free text stays to choose. */
export function OwnerField({ ids, value, onChange }: { ids: { id: string }; value: string; onChange: (owner: string) => void }) {
  const t = useT();
  const { user } = useSession();
  const members = useQuery({ ...membersQuery, enabled: useMay()('members.read') });
  const people = members.data?.rows.map(({ userId, name }) => ({ value: userId, label: name })) ?? (user ? [{ value: user.id, label: user.name }] : []);
  const isOther = value !== '' && !people.some((one) => one.value === value) && !/^[0-9a-f]{8}-/.test(value);
  return <Select {...ids} allowClear placeholder={t('insight.goals.owner.nobody')} value={value || null} options={isOther ? [...people, { value, label: value }] : people} onChange={(owner: string | null | undefined) => onChange(owner ?? '')} />;
}
