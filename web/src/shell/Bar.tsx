import { useQueryClient } from '@tanstack/react-query';
import { Drawer, Dropdown, type MenuProps, Popover } from 'antd';
import { type ReactNode, useState } from 'react';
import { api } from '../lib/api.ts';
import { useFormats } from '../lib/format.ts';
import { LANGUAGES, type Language, useSpoken, useT } from '../lib/language.tsx';
import { Anchor, useFilters, useGo } from '../lib/location.tsx';
import { type Session, useData, useSession } from '../lib/session.ts';
import { THEME_CHOICES, type ThemeChoice, useTheme } from '../lib/theme.tsx';
import { paths } from '../paths.ts';
import { Icon } from '../ui/Icon.tsx';
import { Search } from './Search.tsx';
import { useSwitchWorkspace } from './WorkspaceMark.tsx';

export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { 'zh-CN': '简体中文', 'zh-TW': '繁體中文', en: 'English' };
const SHORT_NAMES: Readonly<Record<Language, string>> = { 'zh-CN': '简', 'zh-TW': '繁', en: 'EN' };

/** The 44 px bar: pages of the group, search, shop, the data's day, language, look, account. */
export function Bar({ tabs }: { tabs: ReactNode }) {
  return (
    <header className="bar">
      <div className="bar-tabs">{tabs}</div>
      <div className="bar-tools">
        <Simulated />
        <Search />
        <ShopSwitch />
        <DataUntil />
        <LanguageSwitch />
        <ThemeSwitch />
        <AccountMenu />
        <PhoneMenu />
      </div>
    </header>
  );
}

/** A person who has not told their name yet goes by their e-mail. */
const nameOf = (user: Session['user']): string => user?.name || user?.email || '·';

const ALL = 'all';

function useShopChoice() {
  const t = useT();
  const { shops } = useData();
  const [filters, change] = useFilters();
  const options = [{ key: ALL, label: t('bar.shop.all') }, ...shops.map(({ key, name }) => ({ key, label: name }))];
  const chosen = options.find(({ key }) => key === filters['shop']) ?? options[0];
  return { options, chosen, choose: (key: string) => change({ shop: key === ALL ? null : key }) };
}

function ShopSwitch() {
  const t = useT();
  const { options, chosen, choose } = useShopChoice();
  if (options.length < 3) return null;
  return (
    <Dropdown trigger={['click']} menu={{ items: options, selectedKeys: [chosen?.key ?? ALL], onClick: ({ key }) => choose(key) }}>
      <button type="button" className="bar-button wide-only" aria-label={`${t('bar.shop')}: ${chosen?.label ?? ''}`}><span className="clip">{chosen?.label}</span><Icon name="down" size={14} /></button>
    </Dropdown>
  );
}

/** Plainly said on every page of a workspace that holds the simulated shop. */
function Simulated() {
  const t = useT();
  return useSession().workspace.simulated ? <span className="bar-note ochre">{t('bar.simulated')}</span> : null;
}

/** 数据截至: the newest day of the data, and of each source behind it. */
function DataUntil() {
  const t = useT();
  const formats = useFormats();
  const { until, sources } = useData();
  const stale = sources.some(({ late }) => late);
  if (!until) return <span className="bar-note wide-only">{t('bar.data.none')}</span>;
  return (
    <Popover trigger="click" placement="bottomRight" content={<SourceDays />}>
      <button type="button" className={`bar-button wide-only${stale ? ' ochre' : ''}`}>
        {stale && <Icon name="warning" size={14} />}{t('bar.data', { day: formats.day(until) })}
      </button>
    </Popover>
  );
}

function SourceDays() {
  const t = useT();
  const { day } = useFormats();
  const { sources } = useData();
  return (
    <div className="source-days">
      <p className="strong">{t('bar.data.title')}</p>
      <dl>
        {sources.map((source) => (
          <div key={source.key}><dt>{source.name}</dt><dd className="number">{day(source.lastDay)}{source.late && <span className="ochre"> · {t('bar.data.stale')}</span>}</dd></div>
        ))}
      </dl>
      <p className="grey small">{t('bar.data.why')}</p>
    </div>
  );
}

/** The language is kept in this browser and told to the server, whose own sentences (mail, exports, reports) follow it. */
function useLanguageChoice() {
  const spoken = useSpoken();
  const client = useQueryClient();
  const choose = (language: Language) => {
    spoken.choose(language);
    api.patch('/session/profile', { language }).then(() => client.invalidateQueries(), () => undefined);
  };
  return { ...spoken, choose };
}

function LanguageSwitch() {
  const { t, language, choose } = useLanguageChoice();
  const items: MenuProps['items'] = LANGUAGES.map((key) => ({ key, label: <span lang={key}>{LANGUAGE_NAMES[key]}</span> }));
  return (
    <Dropdown trigger={['click']} menu={{ items, selectedKeys: [language], onClick: ({ key }) => choose(key as Language) }}>
      <button type="button" className="bar-button icon bar-language wide-only" aria-label={`${SHORT_NAMES[language]} · ${t('bar.language')}: ${LANGUAGE_NAMES[language]}`}>{SHORT_NAMES[language]}</button>
    </Dropdown>
  );
}

function ThemeSwitch() {
  const t = useT();
  const { choice, theme, choose } = useTheme();
  const items: MenuProps['items'] = THEME_CHOICES.map((key) => ({ key, label: t(`theme.${key}`), icon: <Icon name={key} size={16} /> }));
  return (
    <Dropdown trigger={['click']} menu={{ items, selectedKeys: [choice], onClick: ({ key }) => choose(key as ThemeChoice) }}>
      <button type="button" className="bar-button icon wide-only" aria-label={`${t('bar.theme')}: ${t(`theme.${choice}`)}`}><Icon name={theme} size={16} /></button>
    </Dropdown>
  );
}

/** Ends the session on the server, then shows the door. */
function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  const go = useGo();
  return async () => {
    await api.delete('/session').catch(() => undefined);
    client.clear();
    go(paths.signIn());
  };
}

function AccountMenu() {
  const t = useT();
  const { user, role } = useSession();
  const leave = useSignOut();
  const items: MenuProps['items'] = [
    { key: 'who', disabled: true, label: <span className="account-who"><span className="strong">{nameOf(user)}</span><span>{user?.email}</span><span>{t(`role.${role}`)}</span></span> },
    { type: 'divider' },
    { key: 'me', label: <Anchor to={paths.myAccount()}>{t('me.title')}</Anchor> },
    { key: 'reference', label: <a href={paths.reference()}>{t('bar.reference')}</a> },
    { key: 'leave', label: t('bar.signOut'), onClick: () => void leave() },
  ];
  return (
    <Dropdown trigger={['click']} placement="bottomRight" menu={{ items }}>
      <button type="button" className="bar-button icon avatar wide-only" aria-label={`${t('bar.account')}: ${nameOf(user)}`}>{[...nameOf(user)][0]?.toUpperCase()}</button>
    </Dropdown>
  );
}

/** On a phone everything of the bar but the search is one drawer. */
function PhoneMenu() {
  const { t, language, choose } = useLanguageChoice();
  const { user, role, workspace, workspaces } = useSession();
  const { until } = useData();
  const { options, chosen, choose: chooseShop } = useShopChoice();
  const theme = useTheme();
  const leave = useSignOut();
  const enter = useSwitchWorkspace();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="bar-button icon phone-only" aria-label={t('bar.menu')} onClick={() => setOpen(true)}><Icon name="menu" /></button>
      <Drawer open={open} onClose={() => setOpen(false)} placement="right" size={300} title={t('bar.menu')}>
        <div className="phone-menu">
          <p><span className="strong">{nameOf(user)}</span> <span className="grey">{t(`role.${role}`)}</span></p>
          <Choice label={t('bar.workspace')} value={workspace.id} options={workspaces.map(({ id, name }) => ({ key: id, label: name }))} onChoose={(key) => void enter(key)} />
          <Choice label={t('bar.shop')} value={chosen?.key ?? ALL} options={options} onChoose={chooseShop} />
          <Choice label={t('bar.language')} value={language} options={LANGUAGES.map((key) => ({ key, label: LANGUAGE_NAMES[key] }))} onChoose={(key) => choose(key as Language)} />
          <Choice label={t('bar.theme')} value={theme.choice} options={THEME_CHOICES.map((key) => ({ key, label: t(`theme.${key}`) }))} onChoose={(key) => theme.choose(key as ThemeChoice)} />
          {until && <SourceDays />}
          <Anchor to={paths.myAccount()} onClick={() => setOpen(false)}>{t('me.title')}</Anchor>
          <a href={paths.reference()}>{t('bar.reference')}</a>
          <button type="button" className="plain link" onClick={() => void leave()}>{t('bar.signOut')}</button>
        </div>
      </Drawer>
    </>
  );
}

type ChoiceProps = { label: string; value: string; options: readonly { key: string; label: string }[]; onChoose: (key: string) => void };

function Choice({ label, value, options, onChoose }: ChoiceProps) {
  return (
    <label className="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChoose(event.target.value)}>
        {options.map((option) => <option key={option.key} value={option.key}>{option.label}</option>)}
      </select>
    </label>
  );
}
