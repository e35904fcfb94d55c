import type { Language, Words } from './types.ts';

type Word = Readonly<Record<Language, string>>;
const w = (en: string, cn: string, tw: string): Word => ({ en, 'zh-CN': cn, 'zh-TW': tw });

/** What any provider that is asked over the web may say or leave unsaid. */
const GENERAL = {
  throttled: w('The provider asks to send more slowly', '服务商要求放慢发送', '服務商要求放慢傳送'),
  unavailable: w('The provider has a fault; tried again later', '服务商暂时故障，稍后重试', '服務商暫時故障，稍後重試'),
  login: w('The provider refused our credentials', '服务商拒绝了接入凭证', '服務商拒絕了連線憑證'),
  refused: w('The provider refused the message', '服务商拒收此消息', '服務商拒收此訊息'),
  unreadable: w('The provider’s answer could not be read; perhaps it was sent', '无法读懂服务商的答复，可能已发出', '無法讀懂服務商的回覆，可能已送出'),
  unreachable: w('The provider could not be reached, or the connection broke', '无法连接服务商，或连接中断', '無法連線服務商，或連線中斷'),
  timeout: w('The provider did not answer in time', '服务商未及时响应', '服務商未及時回應'),
  certificate: w('The provider’s certificate cannot be trusted', '服务商的证书不可信', '服務商的憑證不可信'),
  redirects: w('The provider’s address sends on elsewhere', '服务商地址被重定向', '服務商位址被重新導向'),
  not_public: w('The provider’s address is not on the public internet', '服务商地址不在公网', '服務商位址不在公用網路'),
  port: w('The provider’s port is not allowed', '服务商端口不被允许', '服務商連接埠不被允許'),
  address_invalid: w('This is no address that can be sent to', '地址无效，无法发送', '位址無效，無法傳送'),
} satisfies Record<string, Word>;

/** Codes of their own, as their documentation has them, in the form the ledger keeps. */
const OWN = {
  'push.no_subscription': w('No browser of theirs lets itself be notified', '没有已开启通知的浏览器', '沒有已開啟通知的瀏覽器'),
  'push.gone': w('Their browsers do not let themselves be notified any more', '对方浏览器已关闭通知', '對方瀏覽器已關閉通知'),
  'webhook.gone': w('The address says that it is gone for good', '对方地址已永久停用', '對方位址已永久停用'),
  'wecom.no_friend': w('Not, or no longer, a friend of any of the staff', '不是员工的好友，或已解除好友关系', '不是員工的好友，或已解除好友關係'),
  'wecom.over_limit': w('WeCom’s own limit for this customer is reached', '该客户已达到企业微信的接收上限', '該客戶已達到企業微信的接收上限'),
  'wecom.40003': w('WeCom does not know this person', '企业微信无此成员或客户', '企業微信無此成員或客戶'),
  'wecom.45009': w('WeCom’s limit of requests is reached', '企业微信接口调用超限', '企業微信介面呼叫超限'),
  'wecom.48002': w('WeCom has not given this application the right to', '应用没有此接口的权限', '應用沒有此介面的權限'),
  'wecom.60020': w('WeCom does not let this server’s address in', '服务器 IP 不在企业微信可信名单', '伺服器 IP 不在企業微信可信名單'),
  'wecom.84061': w('No longer in contact on WeCom', '已不存在外部联系人关系', '已不存在外部聯絡人關係'),
  'mp.40003': w('WeChat does not know this follower', '微信无此用户（openid 无效）', '微信無此使用者（openid 無效）'),
  'mp.40037': w('WeChat does not know this template', '微信模板 ID 无效', '微信範本 ID 無效'),
  'mp.43004': w('They do not follow the account any more', '对方已取消关注', '對方已取消關注'),
  'mp.43101': w('They did not agree to this message, or took it back', '对方未订阅或已取消订阅此消息', '對方未訂閱或已取消訂閱此訊息'),
  'mp.45009': w('WeChat’s limit of requests is reached', '微信接口调用超限', '微信介面呼叫超限'),
  'mp.45015': w('The 48 hours after their last word are over', '距对方上次互动已超过 48 小时', '距對方上次互動已超過 48 小時'),
  'mp.45047': w('The replies of this window are used up', '客服消息条数已达上限', '客服訊息則數已達上限'),
  'mp.47003': w('A value does not fit WeChat’s template', '模板参数不符合微信要求', '範本參數不符合微信要求'),
  'sms.isv_business_limit_control': w('The provider’s limit for this number is reached', '该号码已达到服务商的发送频次上限', '該號碼已達到服務商的傳送頻次上限'),
  'sms.isv_day_limit_control': w('The provider’s limit of the day is reached', '已达到服务商的日发送上限', '已達到服務商的日傳送上限'),
  'sms.isv_month_limit_control': w('The provider’s limit of the month is reached', '已达到服务商的月发送上限', '已達到服務商的月傳送上限'),
  'sms.isv_amount_not_enough': w('The account at the provider has no money left', '服务商账户余额不足', '服務商帳戶餘額不足'),
  'sms.isv_mobile_number_illegal': w('This is no telephone number', '手机号码格式错误', '手機號碼格式錯誤'),
  'sms.isv_sms_template_illegal': w('The provider does not know this text template', '短信模板不合法', '簡訊範本不合法'),
  'sms.isv_sms_signature_illegal': w('The provider does not know this signature', '短信签名不合法', '簡訊簽名不合法'),
  'sms.isv_black_key_control_limit': w('A word of the text is forbidden by the provider', '短信内容含违禁词', '簡訊內容含違禁詞'),
  'sms.isv_account_not_exists': w('The account at the provider does not exist', '服务商账户不存在', '服務商帳戶不存在'),
  'sms.failedoperation_phonenumberinblacklist': w('The number asked the provider to be left alone', '号码在服务商的退订名单中', '號碼在服務商的退訂名單中'),
  'sms.failedoperation_phonenumberonunsubscribe': w('The number asked the provider to be left alone', '号码已向服务商退订', '號碼已向服務商退訂'),
  'sms.invalidparametervalue_incorrectphonenumber': w('This is no telephone number', '手机号码格式错误', '手機號碼格式錯誤'),
  'sms.failedoperation_insufficientbalanceinsmspackage': w('The account at the provider has no messages left', '短信套餐余量不足', '簡訊方案餘量不足'),
  'sms.failedoperation_containsensitiveword': w('A word of the text is forbidden by the provider', '短信内容含敏感词', '簡訊內容含敏感詞'),
  'sms.failedoperation_signatureincorrectorunapproved': w('The provider has not approved this signature', '短信签名未审批或有误', '簡訊簽名未審核或有誤'),
  'sms.failedoperation_templateincorrectorunapproved': w('The provider has not approved this text template', '短信模板未审批或有误', '簡訊範本未審核或有誤'),
  'sms.limitexceeded_phonenumberdailylimit': w('The provider’s limit of the day for this number is reached', '该号码已达到服务商的日上限', '該號碼已達到服務商的日上限'),
  'sms.limitexceeded_phonenumberthirtysecondlimit': w('The provider’s limit for this number is reached', '该号码发送过于频繁', '該號碼傳送過於頻繁'),
  'sms.authfailure_signaturefailure': w('The provider refused our credentials', '服务商拒绝了接入凭证', '服務商拒絕了連線憑證'),
  'sms.20003': w('The provider refused our credentials', '服务商拒绝了接入凭证', '服務商拒絕了連線憑證'),
  'sms.20429': w('The provider asks to send more slowly', '服务商要求放慢发送', '服務商要求放慢傳送'),
  'sms.21211': w('This is no telephone number', '手机号码无效', '手機號碼無效'),
  'sms.21408': w('The provider may not send to this country', '服务商未开通该国家或地区', '服務商未開通該國家或地區'),
  'sms.21606': w('The sender’s number may not send text messages', '发送号码不能发短信', '傳送號碼不能傳簡訊'),
  'sms.21610': w('They answered STOP to the provider', '对方已回复 STOP 退订', '對方已回覆 STOP 退訂'),
  'sms.21612': w('No way to this number from ours', '无法从当前号码发往该号码', '無法從目前號碼傳往該號碼'),
  'sms.21614': w('This number takes no text messages', '该号码不能接收短信', '該號碼不能接收簡訊'),
  'sms.30003': w('The telephone is off or out of reach', '手机关机或不在服务区', '手機關機或不在服務區'),
  'sms.30005': w('Nobody has this number', '空号', '空號'),
  'sms.30007': w('The carrier took it for spam', '被运营商判为垃圾短信', '被電信業者判為垃圾簡訊'),
} satisfies Record<string, Word>;

const PREFIXES = ['push', 'webhook', 'sms', 'wecom', 'mp'] as const;

/** Why messages were not taken, by the codes of providers: `reason.<channel>.<code>`. */
export const providerCodes: Words = Object.fromEntries([
  ...PREFIXES.flatMap((prefix) => Object.entries(GENERAL).map(([code, told]): [string, Word] => [`reason.${prefix}.${code}`, told])),
  ...Object.entries(OWN).map(([code, told]): [string, Word] => [`reason.${code}`, told]),
]);
