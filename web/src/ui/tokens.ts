import type { ThemeConfig } from 'antd';

/** The whole look in one file: colours, type, measures. Everything else names these and never a literal. */

export const STAGES = ['prospect', 'new', 'active', 'mature', 'declining', 'at_risk', 'churned', 'won_back'] as const;
export type StageCode = (typeof STAGES)[number];
export type Theme = 'light' | 'dark';

type Palette = Readonly<Record<
  'paper' | 'raised' | 'sunken' | 'ink' | 'grey' | 'faint' | 'line' | 'lineStrong' | 'accent' | 'accentSoft' | 'onAccent' | 'ochre' | 'ochreSoft' | 'act' | 'actSoft' | 'holdout' | 'promo' | 'shade', string
>>;

/** 松绿 is the accent, 赭 says "look here", 朱 only "act now"; `holdout` is the grey of comparison groups. */
export const palettes: Readonly<Record<Theme, Palette>> = {
  light: {
    paper: '#FBFAF7', raised: '#FFFFFF', sunken: '#F3F1EB', ink: '#1F2421', grey: '#646A65', faint: '#A9ADA7', line: '#E7E3DA', lineStrong: '#CFC9BC',
    accent: '#1E6B52', accentSoft: '#E3EEE8', onAccent: '#FFFFFF', ochre: '#A8501A', ochreSoft: '#F6E8DC', act: '#B3261E', actSoft: '#F8E3E0',
    holdout: '#8C918C', promo: '#EFE3C6', shade: '#DCE9E2',
  },
  dark: {
    paper: '#161A18', raised: '#1E2321', sunken: '#121513', ink: '#E9E7E0', grey: '#A3AAA4', faint: '#6C736E', line: '#2C322F', lineStrong: '#434A46',
    accent: '#6FC2A3', accentSoft: '#1F352D', onAccent: '#0E1512', ochre: '#E0995F', ochreSoft: '#3A2A1D', act: '#F2867C', actSoft: '#42211E',
    holdout: '#7F8681', promo: '#3B3523', shade: '#243B32',
  },
};

/** One colour per stage, on every page and in every chart. */
export const stageColours: Readonly<Record<Theme, Readonly<Record<StageCode, string>>>> = {
  light: {
    prospect: '#9A9E93', new: '#5E93AE', active: '#4C9A76', mature: '#1E6B52', declining: '#C6A23A', at_risk: '#C06A2B', churned: '#7A675E', won_back: '#84679E',
  },
  dark: {
    prospect: '#8C918A', new: '#7FB2CC', active: '#6DBB95', mature: '#3F9273', declining: '#D9BC5E', at_risk: '#DD8B4E', churned: '#93817A', won_back: '#A98CC4',
  },
};

/** Order in which lines and bars without a stage take colour; the first is the answer, the rest are context. */
export const seriesColours: Readonly<Record<Theme, readonly string[]>> = {
  light: ['#1E6B52', '#C06A2B', '#5E93AE', '#84679E', '#C6A23A', '#7A675E'],
  dark: ['#6FC2A3', '#DD8B4E', '#7FB2CC', '#A98CC4', '#D9BC5E', '#93817A'],
};

export const fontFamily = `"PingFang SC", "Source Han Sans SC", "Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei UI", system-ui, -apple-system, "Segoe UI", sans-serif`;
/** English words in a Latin face where there is one: the quotation marks of Chinese faces are as wide as an ideograph. */
export const fontFamilyLatin = `"Segoe UI", -apple-system, BlinkMacSystemFont, Roboto, "Helvetica Neue", "Noto Sans", ${fontFamily}`;
export const fontFamilyTaiwan = fontFamily.replaceAll(' SC"', ' TC"').replace('Microsoft YaHei UI', 'Microsoft JhengHei UI');

/** Sizes in pixels: text/line height, rail, bar, rows, the air between sections. */
export const measures = {
  'text-size': '14px', 'text-line': '22px', 'table-size': '13px', 'table-line': '20px', 'small-size': '12px', 'small-line': '18px',
  'figure-size': '28px', 'figure-line': '32px', 'title-size': '20px', 'title-line': '28px', 'section-size': '16px', 'section-line': '24px',
  rail: '56px', bar: '44px', row: '36px', air: '32px', edge: '32px', radius: '4px',
} as const;

const cssName = (name: string): string => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replaceAll('_', '-')}`;

/** Writes the tokens of a theme on the document as custom properties; the style sheets only ever read them. */
export function wearTheme(theme: Theme): void {
  const { style, dataset } = document.documentElement;
  dataset['theme'] = theme;
  style.colorScheme = theme;
  for (const [name, value] of Object.entries({ ...palettes[theme], ...measures })) style.setProperty(cssName(name), value);
  for (const [stage, colour] of Object.entries(stageColours[theme])) style.setProperty(cssName(`stage-${stage}`), colour);
  for (const [index, colour] of seriesColours[theme].entries()) style.setProperty(`--series-${index + 1}`, colour);
}

/** Whether the system asks for no movement: asked when a page is opened. */
const isStill = typeof matchMedia === 'function' && matchMedia('(prefers-reduced-motion: reduce)').matches;

/** What antd's behaviour wears. */
export function antdTheme(theme: Theme, algorithm: NonNullable<ThemeConfig['algorithm']>, fonts: string): ThemeConfig {
  const colour = palettes[theme];
  return {
    algorithm,
    token: {
      colorPrimary: colour.accent, colorInfo: colour.accent, colorLink: colour.accent, colorError: colour.act, colorWarning: colour.ochre, colorSuccess: colour.accent,
      colorBgBase: colour.paper, colorBgContainer: colour.raised, colorBgElevated: colour.raised, colorBgLayout: colour.paper, colorTextBase: colour.ink,
      colorText: colour.ink, colorTextSecondary: colour.grey, colorTextTertiary: colour.grey, colorTextDescription: colour.grey, colorTextPlaceholder: colour.grey,
      colorBorder: colour.lineStrong, colorBorderSecondary: colour.line, colorSplit: colour.line, colorTextLightSolid: colour.onAccent, controlItemBgActive: colour.accentSoft, controlItemBgActiveHover: colour.accentSoft,
      borderRadius: 4, borderRadiusLG: 4, borderRadiusSM: 3, fontFamily: fonts, fontSize: 14, lineHeight: 22 / 14, controlHeight: 32, motion: !isStill, motionDurationMid: '0.12s', motionDurationSlow: '0.16s',
      boxShadow: 'none', boxShadowSecondary: theme === 'light' ? '0 4px 16px rgb(31 36 33 / 12%)' : '0 4px 16px rgb(0 0 0 / 48%)',
    },
    components: {
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', defaultBg: 'transparent' },
      Select: { optionSelectedBg: colour.accentSoft, optionSelectedColor: colour.ink },
      Segmented: { trackBg: colour.sunken, itemSelectedBg: colour.raised },
    },
  };
}
