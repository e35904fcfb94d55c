import { safe } from '../../../kernel/http/page.ts';
import { type Language, say } from '../../../kernel/words/index.ts';

const STYLE = `
:root { color-scheme: light dark; --ink: #1d2620; --soft: #5c6b61; --paper: #fcfdfb; --leaf: #1f6f4a; --on: #fff }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ece7; --soft: #9aaa9f; --paper: #141917; --leaf: #6fc79a; --on: #10201a } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper); color: var(--ink); font: 17px/1.7 system-ui, "PingFang SC", "PingFang TC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif }
main { max-width: 30rem; padding: 2rem 1.5rem } h1 { font-size: 1.5rem; line-height: 1.3; margin: 0 0 .8rem } p { margin: 0 0 1.4rem; color: var(--soft) }
button { font: inherit; padding: .6rem 1.6rem; border: 0; border-radius: 6px; background: var(--leaf); color: var(--on); cursor: pointer } a { color: var(--leaf); text-underline-offset: .2em }
button:focus-visible, a:focus-visible { outline: 2px solid var(--leaf); outline-offset: 3px }
`;

const pageOf = (language: Language, title: string, html: string): string => `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${safe(title)}</title>
<style>${STYLE}</style>
</head>
<body><main><h1>${safe(title)}</h1>${html}</main></body>
</html>
`;

const choose = (language: Language, preferences: string): string => `<p><a href="${safe(preferences)}">${safe(say(language, 'leave.choose'))}</a></p>`;

/** Asks before it does anything: what follows addresses by itself never unsubscribes anybody. */
export const askPage = (language: Language, { action, preferences }: { action: string; preferences: string }): string => pageOf(language, say(language, 'leave.title'),
  `<p>${safe(say(language, 'leave.text'))}</p><form method="post" action="${safe(action)}"><input type="hidden" name="List-Unsubscribe" value="One-Click"><p><button type="submit">${safe(say(language, 'leave.button'))}</button></p></form>${choose(language, preferences)}`);

export const donePage = (language: Language, { preferences }: { preferences: string }): string =>
  pageOf(language, say(language, 'leave.done_title'), `<p>${safe(say(language, 'leave.done_text'))}</p>${choose(language, preferences)}`);

export const voidPage = (language: Language): string => pageOf(language, say(language, 'leave.void_title'), `<p>${safe(say(language, 'leave.void_text'))}</p>`);
