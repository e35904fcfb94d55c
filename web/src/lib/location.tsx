import { useLocation, useRouter } from '@tanstack/react-router';
import { type AnchorHTMLAttributes, type MouseEvent, type ReactNode, useCallback } from 'react';

/** The query of an address as plain text values: `?stage=at_risk&shop=tea`. */
export const parseSearch = (text: string): Record<string, string> => Object.fromEntries(new URLSearchParams(text));

export const stringifySearch = (values: Record<string, unknown>): string => {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined && value !== null && value !== '') params.set(name, String(value));
  const text = params.toString();
  return text ? `?${text}` : '';
};

/** The shop stays chosen from page to page until another is chosen. */
const STICKY = ['shop'] as const;

const withSticky = (to: string, current: string): string => {
  const [path = '/', query = ''] = to.split('?');
  const next = new URLSearchParams(query);
  const now = new URLSearchParams(current);
  for (const name of STICKY) {
    const value = now.get(name);
    if (value !== null && !next.has(name)) next.set(name, value);
  }
  const text = next.toString();
  return text ? `${path}?${text}` : path;
};

/** Goes to an address of `paths`. */
export function useGo(): (to: string, options?: { replace?: boolean }) => void {
  const router = useRouter();
  return useCallback((to, options) => {
    const target = withSticky(to, location.search);
    if (options?.replace) router.history.replace(target);
    else router.history.push(target);
  }, [router]);
}

/** The filters in the address, and a way to change some of them (an empty value removes one). */
export function useFilters(): [Readonly<Record<string, string>>, (change: Readonly<Record<string, string | null | undefined>>, options?: { push?: boolean }) => void] {
  const router = useRouter();
  const search = useLocation({ select: (location) => location.searchStr });
  const values = parseSearch(search);
  const change = useCallback<ReturnType<typeof useFilters>[1]>((next, options) => {
    const target = `${location.pathname}${stringifySearch({ ...parseSearch(location.search), ...next })}`;
    if (options?.push) router.history.push(target);
    else router.history.replace(target);
  }, [router]);
  return [values, change];
}

export const usePath = (): string => useLocation({ select: (location) => location.pathname });

type AnchorProps = { to: string; children: ReactNode } & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'>;

/** A link inside the app: the browser's own in every way, but without loading the page anew. */
export function Anchor({ to, children, onClick, ...rest }: AnchorProps) {
  const router = useRouter();
  const current = useLocation({ select: (location) => location.searchStr });
  const target = withSticky(to, current);
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    router.history.push(target);
  };
  return <a {...rest} href={target} onClick={follow}>{children}</a>;
}
