import type { Words } from './types.ts';

/** The documentation's own words, and what to do about a refusal where its sentence does not say so already. */
export const problems = {
  'docs.title': { en: 'Perennial documentation', 'zh-CN': '长青 Perennial 文档', 'zh-TW': '長青 Perennial 文件' },
  'docs.intro': { en: 'One page per concept: what it means, how it is counted, what you can change.', 'zh-CN': '每个概念一页：含义、算法、可以调整什么。', 'zh-TW': '每個概念一頁：意義、算法、可以調整什麼。' },
  'docs.problems': { en: 'Problem codes', 'zh-CN': '问题代码', 'zh-TW': '問題代碼' },
  'docs.problems_intro': { en: 'Every refusal of the API has one of these codes. Codes are stable; sentences may change.', 'zh-CN': 'API 的每个拒绝都带有下列代码之一。代码保持不变，文字可能调整。', 'zh-TW': 'API 的每個拒絕都帶有下列代碼之一。代碼維持不變，文字可能調整。' },
  'docs.reference': { en: 'API reference', 'zh-CN': 'API 参考', 'zh-TW': 'API 參考' },

  'problem.kind.not_found': { en: 'Check the id and the workspace. What belongs to another workspace is answered in the same way.', 'zh-CN': '请检查编号和工作区。属于其他工作区的内容也是同样的回复。', 'zh-TW': '請檢查編號與工作區。屬於其他工作區的內容也是同樣的回覆。' },
  'problem.kind.unknown': { en: 'Use one of the known values; the API reference lists them.', 'zh-CN': '请使用已知的取值，见 API 参考。', 'zh-TW': '請使用已知的值，見 API 參考。' },
  'problem.kind.invalid': { en: 'Correct the value and send the request again.', 'zh-CN': '请更正取值后重新发送。', 'zh-TW': '請更正值後重新傳送。' },
  'problem.body.invalid': { en: 'facts.faults lists each place as a JSON pointer with its fault. Fields that are not in the contract are refused too.', 'zh-CN': 'facts.faults 以 JSON 指针列出每处错误。契约之外的字段也会被拒绝。', 'zh-TW': 'facts.faults 以 JSON 指標列出每處錯誤。契約之外的欄位也會被拒絕。' },
  'problem.body.text_refused': { en: 'Remove NUL characters and broken surrogate pairs; facts.pointer names the place.', 'zh-CN': '请去掉 NUL 字符和不成对的代理字符，facts.pointer 指出位置。', 'zh-TW': '請移除 NUL 字元與不成對的代理字元，facts.pointer 指出位置。' },
  'problem.access.sign_in': { en: 'Programs: send Authorization: Bearer with a key that was not revoked. People: sign in again; a change of password or role ends every session.', 'zh-CN': '程序：用未吊销的密钥发送 Authorization: Bearer。人员：请重新登录，密码或角色变更会结束所有会话。', 'zh-TW': '程式：以未撤銷的金鑰傳送 Authorization: Bearer。人員：請重新登入，密碼或角色變更會結束所有工作階段。' },
  'problem.access.forbidden': { en: 'Ask an owner for a role or a key that has the permission in facts.permission.', 'zh-CN': '请向所有者申请具有 facts.permission 权限的角色或密钥。', 'zh-TW': '請向擁有者申請具有 facts.permission 權限的角色或金鑰。' },
  'problem.idempotency.key_reused': { en: 'Use a new key for a new request.', 'zh-CN': '新的请求请使用新的键。', 'zh-TW': '新的請求請使用新的鍵。' },
  'problem.idempotency.in_progress': { en: 'Wait for Retry-After seconds and send the same request again.', 'zh-CN': '请等待 Retry-After 秒后重发同一请求。', 'zh-TW': '請等待 Retry-After 秒後重送同一請求。' },
  'problem.server.starting': { en: 'Wait for Retry-After seconds.', 'zh-CN': '请等待 Retry-After 秒。', 'zh-TW': '請等待 Retry-After 秒。' },
  'problem.http.500': { en: 'Report it with the number in facts.requestId.', 'zh-CN': '请连同 facts.requestId 一起反馈。', 'zh-TW': '請連同 facts.requestId 一併回報。' },
} satisfies Words;
