import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { Marked } from 'marked';
import { notFound } from '../errors.ts';
import { type Language, LANGUAGES, say } from '../words/index.ts';
import { page, safe } from './page.ts';
import { languageOf } from './problem.ts';
import { problemsPage } from './problems.ts';

type Guide = { slug: string; title: string };

const SLUG = /^[a-z0-9-]+$/;
const SAFE_LINK = /^(?:https?:\/\/|\/|#|\.{0,2}\/?[\w.-]+(?:\/|\.md|#|$))/i;

const anchorOf = (text: string): string => text.toLowerCase().replace(/<[^>]*>|&[a-z]+;/g, '').replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '');

/** Guides link to each other as files, so that they can be read in the repository too. */
const addressOf = (href: string): string => href.replace(/^\.\//, '').replace(/(?:\.zh-CN|\.zh-TW)?\.md(?=#|$)/, '');

const marked = new Marked({
  renderer: {
    html: ({ text }) => safe(text),
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens);
      return SAFE_LINK.test(href) ? `<a href="${safe(addressOf(href))}">${text}</a>` : text;
    },
    image: ({ href, text }) => (/^[\w./-]+$/.test(href) ? `<img src="${safe(href)}" alt="${safe(text)}">` : safe(text)),
    heading({ tokens, depth }) {
      const text = this.parser.parseInline(tokens);
      return `<h${depth} id="${safe(anchorOf(text))}">${text}</h${depth}>`;
    },
  },
});

const readable = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);

/** The guide in the reader's language; Taiwan readers get Chinese before English. */
function textOf(docsDir: string, slug: string, language: Language): string | undefined {
  const chinese = readable(join(docsDir, `${slug}.zh-CN.md`));
  const english = readable(join(docsDir, `${slug}.md`));
  return language === 'en' ? english ?? chinese : chinese ?? english;
}

const titleOf = (text: string, slug: string): string => /^#\s+(.+)$/m.exec(text)?.[1]?.trim() ?? slug;

function guidesOf(docsDir: string, language: Language): Guide[] {
  if (!existsSync(docsDir)) return [];
  const slugs = new Set(readdirSync(docsDir).flatMap((file) => /^([a-z0-9-]+)(?:\.zh-CN)?\.md$/.exec(file)?.[1] ?? []));
  return [...slugs].sort().map((slug) => ({ slug, title: titleOf(textOf(docsDir, slug, language) ?? '', slug) }));
}

const wantedLanguage = (request: FastifyRequest): Language => {
  const { lang } = request.query as { lang?: string };
  return LANGUAGES.find((known) => known === lang) ?? languageOf(request);
};

const links = (guides: readonly Guide[], language: Language): string => [
  ...guides.map(({ slug, title }) => `<li><a href="/docs/${slug}?lang=${language}">${safe(title)}</a></li>`),
  `<li><a href="/docs/problems?lang=${language}">${safe(say(language, 'docs.problems'))}</a></li>`,
  `<li><a href="/api/reference">${safe(say(language, 'docs.reference'))}</a></li>`,
].join('');

const sendPage = (reply: FastifyReply, html: string): FastifyReply => reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(html);

/** Serves the guides at /docs, one page a concept, and every refusal with what to do at /docs/problems. */
export function serveDocs(app: FastifyInstance, docsDir: string): void {
  const hidden = { schema: { hide: true } as FastifySchema };
  const show = (request: FastifyRequest, reply: FastifyReply, path: string, contentOf: (language: Language) => { title: string; html: string }) => {
    const language = wantedLanguage(request);
    const { title, html } = contentOf(language);
    return sendPage(reply, page({ language, path, title, html, menu: links(guidesOf(docsDir, language), language) }));
  };
  app.get('/docs', hidden, (request, reply) => show(request, reply, '/docs', (language) => {
    const title = say(language, 'docs.title');
    return { title, html: `<h1>${safe(title)}</h1><p>${safe(say(language, 'docs.intro'))}</p><ul>${links(guidesOf(docsDir, language), language)}</ul>` };
  }));
  app.get('/docs/problems', hidden, (request, reply) => show(request, reply, '/docs/problems', (language) => ({ title: say(language, 'docs.problems'), html: problemsPage(language) })));
  app.get<{ Params: { slug: string } }>('/docs/:slug', hidden, (request, reply) => {
    const { slug } = request.params;
    const found = SLUG.test(slug) && textOf(docsDir, slug, wantedLanguage(request));
    if (!found) throw notFound('guide');
    return show(request, reply, `/docs/${slug}`, () => ({ title: titleOf(found, slug), html: marked.parse(found, { async: false }) }));
  });
}
