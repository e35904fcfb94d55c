const BROWSERS = [['Edg', 'Edge'], ['OPR', 'Opera'], ['MicroMessenger', 'WeChat'], ['Firefox', 'Firefox'], ['HeadlessChrome', 'Chrome'], ['Chrome', 'Chrome'], ['Safari', 'Safari'], ['curl', 'curl']] as const;
const SYSTEMS = [['iPhone', 'iPhone'], ['iPad', 'iPad'], ['Android', 'Android'], ['Windows', 'Windows'], ['Mac OS X', 'macOS'], ['Linux', 'Linux']] as const;

const firstIn = (text: string, marks: readonly (readonly [string, string])[]): string => marks.find(([mark]) => text.includes(mark))?.[1] ?? '';

/** A browser's description of itself as people say it: "Chrome · Windows". Empty where nothing in it is known. */
export const deviceOf = (agent: string): string => [firstIn(agent, BROWSERS), firstIn(agent, SYSTEMS)].filter(Boolean).join(' · ');
