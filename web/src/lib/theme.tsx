import { createContext, type ReactNode, useContext, useEffect, useLayoutEffect, useMemo, useState } from 'react';
import { type Theme, wearTheme } from '../ui/tokens.ts';

const KEPT = 'perennial.theme';
export const THEME_CHOICES = ['light', 'dark', 'system'] as const;
export type ThemeChoice = (typeof THEME_CHOICES)[number];

const darkWish = (): MediaQueryList => matchMedia('(prefers-color-scheme: dark)');
const isChoice = (text: string | null): text is ThemeChoice => THEME_CHOICES.includes(text as ThemeChoice);

type Worn = { theme: Theme; choice: ThemeChoice; choose: (choice: ThemeChoice) => void };
const Context = createContext<Worn>({ theme: 'light', choice: 'system', choose: () => undefined });

/** Light, dark, or as the system wishes; kept in this browser. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  const [choice, setChoice] = useState<ThemeChoice>(() => {
    const kept = localStorage.getItem(KEPT);
    return isChoice(kept) ? kept : 'system';
  });
  const [dark, setDark] = useState(() => darkWish().matches);
  useEffect(() => {
    const wish = darkWish();
    const follow = () => setDark(wish.matches);
    wish.addEventListener('change', follow);
    return () => wish.removeEventListener('change', follow);
  }, []);
  const theme: Theme = choice === 'system' ? (dark ? 'dark' : 'light') : choice;
  useLayoutEffect(() => wearTheme(theme), [theme]);
  const worn = useMemo<Worn>(() => ({
    theme, choice,
    choose: (next) => {
      localStorage.setItem(KEPT, next);
      setChoice(next);
    },
  }), [theme, choice]);
  return <Context value={worn}>{children}</Context>;
}

export const useTheme = (): Worn => useContext(Context);
