import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { App as AntdApp, ConfigProvider, theme as antd } from 'antd';
import 'antd/dist/reset.css';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './lib/api.ts';
import { firstTongue, type Language, LanguageProvider, useSpoken } from './lib/language.tsx';
import { ThemeProvider, useTheme } from './lib/theme.tsx';
import { makeRouter } from './routes.tsx';
import { antdTheme } from './ui/tokens.ts';
import './ui/base.css';
import './ui/kit.css';

type Locale = NonNullable<Parameters<typeof ConfigProvider>[0]['locale']>;
const LOCALES: Readonly<Record<Language, () => Promise<{ default: Locale }>>> = {
  'zh-CN': () => import('antd/locale/zh_CN'), 'zh-TW': () => import('antd/locale/zh_TW'), en: () => import('antd/locale/en_US'),
};

const RETRIES = 2;
const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      // A refusal stays a refusal; only what the network or a restart broke is asked again.
      retry: (count, error) => count < RETRIES && !(error instanceof ApiError && error.problem.status >= 400 && error.problem.status < 500),
    },
  },
});
const router = makeRouter(client);

function Dressed() {
  const { language, fonts } = useSpoken();
  const { theme } = useTheme();
  const [locale, setLocale] = useState<Locale>();
  useEffect(() => {
    void LOCALES[language]().then((loaded) => setLocale(loaded.default));
  }, [language]);
  return (
    <ConfigProvider {...(locale ? { locale } : {})} theme={antdTheme(theme, theme === 'dark' ? antd.darkAlgorithm : antd.defaultAlgorithm, fonts)} button={{ autoInsertSpace: false }} wave={{ disabled: true }}>
      <AntdApp component={false}><RouterProvider router={router} /></AntdApp>
    </ConfigProvider>
  );
}

const place = document.getElementById('root');
if (!place) throw new Error('no #root');
const first = await firstTongue();
createRoot(place).render(
  <StrictMode>
    <ThemeProvider><LanguageProvider first={first}><QueryClientProvider client={client}><Dressed /></QueryClientProvider></LanguageProvider></ThemeProvider>
  </StrictMode>,
);
