import { useT } from '../../lib/language.tsx';

/** Pictures of other sites are not asked for: whoever looks at a draft need not be seen by them. */
const PICTURE = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='64' height='40'%3E%3Crect width='64' height='40' fill='%23e7e3da'/%3E%3C/svg%3E";
const withoutPictures = (html: string): string => html.replace(/(\s(?:src|background)=")(?!data:)[^"]*"/gi, `$1${PICTURE}"`).replace(/url\((?!['"]?data:)[^)]*\)/gi, 'none');

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A message as it arrives: an e-mail in a frame that runs nothing and reaches nothing, everything else as on a telephone. */
export function Shown({ content }: { content: Readonly<Record<string, unknown>> }) {
  const t = useT();
  const channel = textOf(content['channel']);
  if (channel === 'email') {
    return (
      <div className="mail">
        <p className="strong">{textOf(content['subject'])}</p>
        <p className="grey small">{textOf(content['preheader'])}</p>
        <iframe title={t('templates.preview.mail')} sandbox="" srcDoc={withoutPictures(textOf(content['html']))} />
        <details><summary>{t('templates.field.plain')}</summary><pre className="answer" tabIndex={0}>{textOf(content['text'])}</pre></details>
      </div>
    );
  }
  if (channel === 'webhook') return <pre className="answer" tabIndex={0}>{JSON.stringify(content['body'], null, 2)}</pre>;
  const data = Object.entries((content['data'] ?? {}) as Record<string, string>);
  return (
    <div className={`phone ${channel}`}>
      <p className="grey small">{t(`message.channel.${channel}`)}</p>
      <div className="bubble">
        {textOf(content['title']) && <p className="strong">{textOf(content['title'])}</p>}
        {[content['body'], content['text']].map(textOf).filter(Boolean).map((text) => <p key={text} className="said-text">{text}</p>)}
        {data.map(([key, value]) => <p key={key}><span className="grey">{key}</span> {value}</p>)}
        {textOf(content['url']) && <p className="link small">{textOf(content['url'])}</p>}
      </div>
    </div>
  );
}
