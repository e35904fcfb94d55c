/**
 * Why mail was refused: of the address (`no_address`, `no_domain`, `disabled`), of the mailbox (`full`), of the message (`too_large`, `content`), of how
 * the receiver looks at the sender (`policy`, `greylisted`), of the way there (`network`), or nobody says (`other`).
 */
const REASONS = ['no_address', 'no_domain', 'disabled', 'full', 'too_large', 'content', 'policy', 'greylisted', 'network', 'other'] as const;
type Reason = (typeof REASONS)[number];

/** `hard`: nothing sent there will ever arrive. */
export type Verdict = { reason: Reason; hard: boolean; temporary: boolean };

const ENHANCED = /\b([245])\.(\d{1,3})\.(\d{1,3})\b/;
/** The enhanced status code of a reply (RFC 3463, section 2), as "5.1.1"; undefined where there is none. */
export const enhancedOf = (text: string): string | undefined => ENHANCED.exec(text)?.[0];

/** RFC 3463, sections 3.2 to 3.8, and the codes registered since: what is said by subject and detail. Those not named here say too little. */
const BY_CODE: Readonly<Record<string, Reason>> = {
  '1.1': 'no_address', '1.2': 'no_domain', '1.3': 'no_address', '1.6': 'no_address', '1.10': 'no_domain', '1.7': 'policy', '1.8': 'policy',
  '2.1': 'disabled', '2.2': 'full', '2.3': 'too_large',
  '3.1': 'network', '3.2': 'network', '3.4': 'too_large', '4.1': 'network', '4.2': 'network', '4.3': 'network', '4.4': 'no_domain', '4.5': 'network', '4.6': 'network', '4.7': 'network',
  '6.1': 'content', '6.2': 'content', '6.3': 'content', '6.5': 'content', '6.6': 'content',
  '7.0': 'policy', '7.1': 'policy', '7.2': 'policy', '7.5': 'policy', '7.6': 'policy', '7.7': 'policy', '7.8': 'policy', '7.9': 'policy', '7.20': 'policy', '7.23': 'policy', '7.25': 'policy', '7.26': 'policy', '7.27': 'policy',
};

/** What servers write, those of QQ, NetEase (163, 126), 189 and Sina among them; the first that fits decides, so the plainest come first. */
const BY_TEXT: readonly (readonly [Reason, RegExp])[] = [
  ['greylisted', /gr[ae]y ?-?list|try again later.{0,40}(?:first|new sender)/i],
  ['full', /(?:mailbox|inbox|quota|storage|mail ?box).{0,30}(?:full|exceed|over)|over ?quota|quota exceeded|insufficient (?:system )?storage|邮箱(?:已满|空间不足|容量)|容量不足|空间已满|信箱已滿/i],
  ['disabled', /(?:user|account|mailbox|recipient).{0,30}(?:suspend|disabled|locked|frozen|inactive|closed)|(?:帐|账|帳)[号戶户].{0,10}(?:冻结|凍結|停用|锁定|鎖定|注销|禁用|封停)|邮箱.{0,10}(?:冻结|停用|锁定|注销|禁用)/i],
  ['no_address', /(?:user|recipient|mailbox|account|address)(?: name)?(?: is)? (?:not found|unknown|invalid|not exist|does ?n[o']t exist|unavailable)|(?:unknown|invalid|no such|nonexistent|non-existent|bad) (?:user|recipient|mailbox|account|address|local)|no mailbox (?:here )?by that name|not (?:a valid|our) (?:user|recipient|customer)|user not local|does ?n[o']t have an? (?:\S+ )?account|收件人.{0,12}不存在|邮(?:箱|件地址).{0,8}(?:不存在|无效)|(?:用户|帐号|账号|信箱|收件者|收件人).{0,8}(?:不存在|無效|无效)|查无此人|不存在的(?:用户|邮箱)/i],
  ['no_domain', /(?:domain|host)(?: name)?.{0,20}(?:not found|unknown|does not exist|nxdomain)|unrouteable|no (?:valid )?(?:mx|mail exchanger)|域名.{0,8}(?:不存在|无法解析)/i],
  ['too_large', /(?:message|mail|size).{0,30}(?:too (?:large|big)|exceeds|limit)|邮件.{0,10}(?:过大|太大|超过)/i],
  ['policy', /spam|block(?:ed|list)|black ?list|denied|polic(?:y|ies)|reputation|relay|\bspf\b|dkim|dmarc|frequen|too many|rate limit|throttl|suspicious|unsolicited|\bDT:SPM\b|\b(?:MI|RP|DT):[A-Z]{2,4}\b|垃圾|频率|频繁|拒绝|拒收|被拒|黑名单|反垃圾|封禁/i],
  ['content', /content|virus|malware|attachment|内容|病毒/i],
  ['network', /timed? ?out|connection|unreachable|could not (?:connect|deliver)|dns|超时|连接/i],
];

const HARD: readonly Reason[] = ['no_address', 'no_domain', 'disabled'];
/** RFC 5321, section 4.2.3: 550, 551 and 553 in answer to a recipient speak of the mailbox, unless the words say otherwise. */
const OF_MAILBOX = [550, 551, 553, 511];

/** Whether an enhanced code says why: most of those that end in 0 do not. */
export const isPrecise = (enhanced: string | undefined): boolean => enhanced !== undefined && BY_CODE[enhanced.slice(2)] !== undefined;

/**
 * Reads what a server said of a message. `status`: its three digits, 0 where unknown; `enhanced`: its enhanced code; `text`: its words; `ofRecipient`: whether it
 * answered to an address. Where code and words disagree the code wins if it is precise, since words are written for people.
 */
export function verdictOf({ status, enhanced, text, ofRecipient }: { status: number; enhanced: string | undefined; text: string; ofRecipient: boolean }): Verdict {
  const words = text.replaceAll(/https?:\/\/\S+/g, ' ');
  const temporary = enhanced ? enhanced.startsWith('4') : status >= 400 && status < 500;
  const said = BY_TEXT.find(([, pattern]) => pattern.test(words))?.[0];
  const coded = enhanced ? BY_CODE[enhanced.slice(2)] : undefined;
  const bare = !coded && !said && ofRecipient && OF_MAILBOX.includes(status) ? 'no_address' : undefined;
  const reason = (temporary && said === 'greylisted' ? said : undefined) ?? coded ?? said ?? bare ?? 'other';
  return { reason, hard: !temporary && HARD.includes(reason), temporary };
}
