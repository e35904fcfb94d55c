import type { Visitor } from './visitor.ts';

export type Waiting = { id: string; shape: 'message' | 'banner'; title: string; body: string; url: string };
export type Messages = { /** Shows what waits for this browser; what is shown already stays. */ look(): void; hide(): void; push(subscription: { toJSON(): unknown }): Promise<void> };
type Options = { host: string; writeKey: string; shows: boolean; visitor: Visitor };

const CARD = 'position:fixed;z-index:2147483000;box-sizing:border-box;margin:0;padding:14px 40px 14px 16px;background:#fff;color:#1d2620;font:15px/1.5 system-ui,sans-serif;box-shadow:0 4px 24px rgba(0,0,0,.18);';
const PLACES = { banner: 'left:0;right:0;top:0', message: 'right:16px;bottom:16px;max-width:min(360px,calc(100vw - 32px));border-radius:10px' };

function piece<Name extends keyof HTMLElementTagNameMap>(name: Name, text: string, style: string): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  element.textContent = text;
  element.style.cssText = style;
  return element;
}

/** Messages of the site's own to whoever is at this browser: text and one link, never markup. */
export function openMessages({ host, writeKey, shows, visitor }: Options): Messages {
  const url = `${host}/v1/messages`;
  const post = (to: string, said: object): Promise<unknown> =>
    fetch(to, { method: 'POST', body: JSON.stringify({ writeKey, anonymousId: visitor.anonymousId(), ...said }), headers: { 'content-type': 'text/plain' }, credentials: 'omit', keepalive: true });
  let shown: HTMLElement | undefined, asking = false;
  const tell = (id: string, what: string): void => void post(url, { id, what }).catch(() => undefined);
  const hide = (): void => { shown?.remove(); shown = undefined; };
  const show = ([first, ...later]: readonly Waiting[]): void => {
    hide();
    if (!first) return;
    const { id, shape, title, body, url: to } = first;
    const end = (what: string) => (): void => { tell(id, what); show(later); };
    const card = (shown = piece('div', '', CARD + PLACES[shape]));
    card.setAttribute('role', 'status');
    const close = piece('button', '×', 'position:absolute;top:6px;right:8px;width:28px;height:28px;border:0;background:none;color:inherit;font-size:20px;cursor:pointer');
    close.setAttribute('aria-label', '×');
    close.onclick = end('dismissed');
    card.append(piece('strong', title, 'display:block'), piece('span', body, 'white-space:pre-line'), close);
    if (/^https?:\/\//.test(to)) {
      const link = piece('a', '→', 'display:block;color:#1f6f4a');
      link.href = to;
      link.setAttribute('aria-label', title);
      link.onclick = end('clicked');
      card.append(link);
    }
    document.body.append(card);
    tell(id, 'shown');
  };
  return {
    hide,
    push: async (subscription) => { if (visitor.given()) await post(`${host}/v1/push`, { subscription: subscription.toJSON() }); },
    look: () => {
      if (shown || asking || !shows || !visitor.given()) return;
      asking = true;
      fetch(`${url}?${new URLSearchParams({ writeKey, anonymousId: visitor.anonymousId() })}`, { credentials: 'omit' })
        .then((reply) => (reply.ok ? reply.json() : { messages: [] })).then(({ messages }: { messages: Waiting[] }) => show(messages)).catch(() => undefined).finally(() => { asking = false; });
    },
  };
}
