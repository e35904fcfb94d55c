/** What a mail server of a test does to those who come; every one is a switch, set while it runs. */
export type Faults = {
  /** Answers to addresses: what is before the @, or the whole, to a reply. */
  recipients?: Record<string, string>;
  greeting?: string; mail?: string; data?: string; end?: string;
  /** The first so many attempts of an address are told to come later. */
  greylist?: number;
  /** Ends the session with 421 after so many messages. */
  sessionMessages?: number;
  /** More sessions at once are refused with 421. */
  sessions?: number;
  /** Breaks the connection: when the message begins to come, when it has come whole, or after it was taken and before that was said. */
  breaks?: 'data' | 'end' | 'taken';
  /** Waits so long before a reply to MAIL, to the end of DATA. */
  mailMs?: number; endMs?: number;
  /** What a server does that keeps no rules: says nothing, drips, talks without end, says it takes commands together and does not. */
  rude?: 'silent' | 'drip' | 'endless' | 'garbage' | 'pipelining' | 'half';
};
/** What a server can be told to be when it starts. */
export type ServerKind = { security: 'tls' | 'starttls' | 'none'; user?: string; pass?: string; size?: number; hideSmtpUtf8?: boolean; hidePipelining?: boolean };
export type Taken = { from: string; to: string; utf8: boolean; secure: boolean; raw: string };
export type Asked = { set?: Faults; ask?: 'taken' | 'count' | 'sessions'; clear?: true };
