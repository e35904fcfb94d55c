import type { QueryClient } from '@tanstack/react-query';
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect, useRouterState } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ApiError } from './lib/api.ts';
import { type Loaded, PAGES } from './pageList.ts';
import { parseSearch, stringifySearch } from './lib/location.tsx';
import { sessionQuery, useMay } from './lib/session.ts';
import { paths } from './paths.ts';
import { Boundary, Failed, Forbidden, Missing } from './shell/Failed.tsx';
import { Shell } from './shell/Shell.tsx';
import { Skeleton } from './ui/States.tsx';

const rootRoute = createRootRoute({ component: Outlet, notFoundComponent: Missing, errorComponent: ({ error }) => <Failed error={error} /> });

const outside = [
  createRoute({ getParentRoute: () => rootRoute, path: '/sign-in', component: lazyRouteComponent(() => import('./pages/sign/SignInPage.tsx')) }),
  createRoute({ getParentRoute: () => rootRoute, path: '/invitation/$token', component: lazyRouteComponent(() => import('./pages/sign/InvitationPage.tsx')) }),
];

/** Signed in or sent to the door, and back again afterwards. */
async function signedIn(client: QueryClient, href: string): Promise<void> {
  try {
    await client.ensureQueryData(sessionQuery);
  } catch (error) {
    if (error instanceof ApiError && error.problem.status === 401) throw redirect({ href: paths.signIn(href === '/' ? {} : { back: href }) });
    throw error;
  }
}

function ShellFrame() {
  const at = useRouterState({ select: (state) => state.location.pathname });
  return <Shell><Boundary at={at}><Outlet /></Boundary></Shell>;
}

function Guard({ needs, children }: { needs: string; children: ReactNode }) {
  const may = useMay();
  return needs === '' || may(needs) ? children : <Forbidden />;
}

const Waiting = () => <div className="page"><Skeleton lines={6} /></div>;

const RELOADED = 'perennial.reloaded';
const RELOAD_APART_MS = 10_000;

/** After an upgrade the code of a page that was not open yet is gone: the address is loaded anew, and the page comes with the new code. */
const newest = (load: () => Promise<Loaded>) => (): Promise<Loaded> => load().catch((error: unknown) => {
  if (Date.now() - Number(sessionStorage.getItem(RELOADED) ?? 0) < RELOAD_APART_MS) throw error;
  sessionStorage.setItem(RELOADED, String(Date.now()));
  location.reload();
  return new Promise<never>(() => undefined);
});

export function makeRouter(client: QueryClient) {
  const shellRoute = createRoute({
    getParentRoute: () => rootRoute, id: 'shell', component: ShellFrame, notFoundComponent: Missing, errorComponent: ({ error }) => <Failed error={error} />,
    beforeLoad: ({ location }) => signedIn(client, location.href),
  });
  const pages = PAGES.map(({ path, needs, load }) => {
    const Content = lazyRouteComponent<Loaded, 'default'>(newest(load), 'default');
    return createRoute({ getParentRoute: () => shellRoute, path, component: () => <Guard needs={needs}><Content /></Guard>, pendingComponent: Waiting, loader: () => Content.preload?.() });
  });
  const missing = createRoute({ getParentRoute: () => shellRoute, path: '$', component: Missing });
  return createRouter({
    routeTree: rootRoute.addChildren([...outside, shellRoute.addChildren([...pages, missing])]),
    parseSearch, stringifySearch, defaultPreload: false, defaultPendingMs: 150, defaultPendingMinMs: 0, scrollRestoration: false,
  });
}
