import { safe } from '../../../kernel/http/page.ts';
import { type Language, LANGUAGES, say } from '../../../kernel/words/index.ts';
import type { Choices } from './choices.ts';

const STYLE = `
:root { color-scheme: light dark; --ink: #1F2421; --grey: #646A65; --paper: #FBFAF7; --line: #E7E3DA; --field: #8a8f89; --accent: #1E6B52; --soft: #E6F0EB; --on: #ffffff }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ece7; --grey: #a3ada6; --paper: #141917; --line: #2b3530; --field: #7d8880; --accent: #6fc79a; --soft: #1c2a23; --on: #0d120f } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.6 system-ui, "PingFang SC", "PingFang TC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif }
main { max-width: 36rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem }
header { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: .25rem 1rem; font-size: .875rem }
h1 { margin: 1.5rem 0 .5rem; font-size: 1.5rem; line-height: 1.3; overflow-wrap: anywhere }
p { margin: 0 0 1rem } .grey { color: var(--grey) } a { color: var(--accent) }
fieldset { margin: 0; padding: 1.25rem 0; border: 0; border-top: 1px solid var(--line) }
legend { float: left; width: 100%; margin-bottom: .5rem; padding: 0; font-weight: 600 } legend + * { clear: both }
label { display: flex; gap: .75rem; align-items: flex-start; min-height: 2.75rem; padding: .5rem 0; overflow-wrap: anywhere }
label small { display: block; color: var(--grey); font-size: .875rem }
input[type=checkbox] { flex: none; width: 1.25rem; height: 1.25rem; margin: .15rem 0 0; accent-color: var(--accent) }
select { width: 100%; min-height: 2.75rem; padding: 0 .75rem; border: 1px solid var(--field); border-radius: 4px; background: var(--paper); color: var(--ink); font: inherit }
button { width: 100%; min-height: 2.75rem; padding: .5rem 1.25rem; border: 1px solid var(--accent); border-radius: 4px; background: var(--accent); color: var(--on); font: inherit; font-weight: 600; cursor: pointer }
button.quiet { border-color: var(--field); background: none; color: var(--ink); font-weight: 400 }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.leave { margin-top: 2rem; padding-top: 1.25rem; border-top: 1px solid var(--line) } .leave p { font-size: .875rem }
.said { padding: .75rem 1rem; border-radius: 4px; background: var(--soft) }
`;
const NAMES: Readonly<Record<Language, string>> = { 'zh-CN': '简体中文', 'zh-TW': '繁體中文', en: 'English' };

const links = (path: string, language: Language): string => LANGUAGES.map((one) => (one === language ? `<span lang="${one}">${NAMES[one]}</span>` : `<a href="${safe(path)}?lang=${one}" hreflang="${one}" lang="${one}">${NAMES[one]}</a>`)).join('');

const frame = (language: Language, path: string, title: string, body: string): string => `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${safe(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>${links(path, language)}</header>
<h1>${safe(title)}</h1>
${body}
</main>
</body>
</html>
`;

/** A page that only says something: a link that is no good any more. */
export const saying = (language: Language, path: string, title: string, text: string): string => frame(language, path, title, `<p>${safe(text)}</p>`);

const box = (name: string, value: string, on: boolean, label: string, note = ''): string =>
  `<label><input type="checkbox" name="${name}" value="${safe(value)}"${on ? ' checked' : ''}><span>${safe(label)}${note === '' ? '' : `<small>${safe(note)}</small>`}</span></label>`;

const group = (title: string, inner: string): string => (inner === '' ? '' : `<fieldset><legend>${safe(title)}</legend>${inner}</fieldset>`);

const languageField = (word: (key: string) => string, chosen: Language): string =>
  group(word('language'), `<select name="language" aria-label="${safe(word('language'))}">${LANGUAGES.map((one) => `<option value="${one}"${one === chosen ? ' selected' : ''}>${NAMES[one]}</option>`).join('')}</select>`);

export type Shown = { language: Language; path: string; workspace: string; choices: Choices; form: string; said: 'saved' | 'left' | null };

/** Somebody's choices as a form that works without scripts and at the width of a telephone. */
export function preferencePage({ language, path, workspace, choices, form, said }: Shown): string {
  const word = (key: string): string => say(language, `preferences.${key}`);
  const channels = choices.channels.map(({ channel, on }) => box('channel', channel, on, word(`channel.${channel}`))).join('');
  const topics = choices.topics.map(({ id, name, description, on }) => box('topic', id, on, name, description)).join('');
  const opening = `<form method="post" action="${safe(path)}?lang=${language}"><input type="hidden" name="form" value="${safe(form)}">`;
  return frame(language, path, say(language, 'preferences.title', { workspace }), `
${said ? `<p class="said" role="status">${safe(word(said))}</p>` : ''}
<p class="grey">${safe(word('lead'))}</p>
${opening}
${group(word('channels'), channels)}
${group(word('topics'), topics)}
${group(word('personal'), box('personal', 'yes', choices.personal, word('traits'), word('traits_note')))}
${languageField(word, choices.language)}
<button name="act" value="save">${safe(word('save'))}</button>
</form>
<div class="leave">${opening}<p class="grey">${safe(word('leave_note'))}</p><button class="quiet" name="act" value="leave">${safe(word('leave'))}</button></form></div>`);
}
