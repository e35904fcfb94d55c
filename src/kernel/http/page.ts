import { type Language, LANGUAGES, say } from '../words/index.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text made safe inside HTML and its attributes. */
export const safe = (text: string): string => text.replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? mark);

const STYLE = `
:root { color-scheme: light dark; --ink: #1d2620; --soft: #5c6b61; --paper: #fcfdfb; --line: #dfe6e0; --leaf: #1f6f4a }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ece7; --soft: #9aaa9f; --paper: #141917; --line: #2b3530; --leaf: #6fc79a } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.7 system-ui, "PingFang SC", "PingFang TC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif }
.frame { display: grid; grid-template-columns: 15rem minmax(0, 46rem); gap: 3rem; max-width: 70rem; margin: 0 auto; padding: 2rem 1.25rem }
nav { font-size: .9rem } nav ul { list-style: none; margin: 0; padding: 0 } nav li { margin: .35rem 0 }
a { color: var(--leaf); text-underline-offset: .2em } nav a { text-decoration: none } a:focus-visible { outline: 2px solid var(--leaf); outline-offset: 2px }
h1 { font-size: 1.8rem; line-height: 1.25 } h2 { margin-top: 2.4rem; font-size: 1.3rem } h3 { font-size: 1.05rem }
code { font: .875em ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere }
pre { overflow-x: auto; padding: 1rem; border: 1px solid var(--line); border-radius: 6px }
.table, table { display: block; overflow-x: auto; border-collapse: collapse } th, td { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
img { max-width: 100%; height: auto } .soft { color: var(--soft) } blockquote { margin: 0; padding-left: 1rem; border-left: 3px solid var(--line); color: var(--soft) }
dt { margin-top: 1.2rem; font-weight: 600 } dt:target { color: var(--leaf) } dd { margin: .2rem 0 0 }
@media (max-width: 720px) { .frame { grid-template-columns: minmax(0, 1fr); gap: 1rem } nav { border-bottom: 1px solid var(--line); padding-bottom: 1rem } }
`;

const NAMES: Readonly<Record<Language, string>> = { 'zh-CN': '简体中文', 'zh-TW': '繁體中文', en: 'English' };

export type Page = { language: Language; path: string; title: string; html: string; menu: string };

/** A page of the documentation: menu, text, choice of language. `html` and `menu` are trusted: escape what goes into them. */
export const page = ({ language, path, title, html, menu }: Page): string => `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/mark.svg" type="image/svg+xml">
<title>${safe(title)} · ${safe(say(language, 'docs.title'))}</title>
<style>${STYLE}</style>
</head>
<body>
<div class="frame">
<nav aria-label="${safe(say(language, 'docs.title'))}">
<p><a href="/docs?lang=${language}"><strong>${safe(say(language, 'docs.title'))}</strong></a></p>
<ul>${menu}</ul>
<p class="soft">${LANGUAGES.map((one) => (one === language ? NAMES[one] : `<a href="${path}?lang=${one}" hreflang="${one}" lang="${one}">${NAMES[one]}</a>`)).join(' · ')}</p>
</nav>
<main>${html}</main>
</div>
</body>
</html>
`;
