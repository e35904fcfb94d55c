import type { Words } from './types.ts';

const w = (en: string, cn: string, tw: string) => ({ en, 'zh-CN': cn, 'zh-TW': tw });

/** What scores may be used for, and the letter that explains one to the person it is about. */
export const scoring = {
  'refusal.scoring.purpose_missing': w('Say first what scores are used for, in a sentence, before they are made of who people are.', '先用一句话写明打分用来做什么，再使用个人特征。', '先用一句話寫明評分用來做什麼，再使用個人特徵。'),
  'refusal.scoring.price_use_blocked': w('A score chose these people, and prices may not depend on scores: ask for leave on the model page and let somebody else approve it, or leave the offer out.', '这些人是按打分选出的，而价格和优惠不得取决于打分：请在模型页申请并由另一个人批准，或去掉优惠。', '這些人是依評分選出的，而價格與優惠不得取決於評分：請在模型頁申請並由另一人核准，或拿掉優惠。'),
  'refusal.scoring.scores_in_file': w('Scores in a file may set prices elsewhere: ask for leave on the model page and let somebody else approve it, or take the file without them.', '文件里带打分，可能被别处拿去定价：请在模型页申请并由另一个人批准，或导出不带打分的文件。', '檔案裡帶評分，可能被別處拿去定價：請在模型頁申請並由另一人核准，或匯出不帶評分的檔案。'),
  'refusal.scoring.price_use_own': w('Whoever asked may not decide. Let somebody else approve or refuse it.', '申请人不能自己批准，请由另一个人决定。', '申請人不能自己核准，請由另一個人決定。'),
  'refusal.scoring.price_use_decided': w('This has been decided already. Ask anew where it is still wanted.', '这项申请已经有结论了；如仍需要，请重新申请。', '這項申請已有結論；如仍需要，請重新申請。'),
  'refusal.scoring.price_use_people': w('A program can neither ask for this nor approve it: sign in as a member of staff.', '程序不能申请或批准此事，请以员工身份登录。', '程式不能申請或核准此事，請以員工身分登入。'),
  'refusal.price_use.not_found': w('There is no such request in this workspace.', '当前工作区中没有这项申请。', '目前工作區中沒有這項申請。'),
  'refusal.scoring.no_score': w('This customer has no score: there is nothing to explain. Scores are made of purchases.', '这位客户没有打分，无可说明。打分来自购买记录。', '這位顧客沒有評分，無可說明。評分來自購買紀錄。'),

  'explanation.title': w('How your score came about', '您的评分是怎么来的', '您的評分是怎麼來的'),
  'explanation.about': w('About customer {id}, as of {day}.', '客户 {id}，截至 {day}。', '顧客 {id}，截至 {day}。'),
  'explanation.purpose': w('What it is used for: {purpose}', '用途：{purpose}', '用途：{purpose}'),
  'explanation.purpose.none': w('What it is used for: to decide whom to write to or call first. Prices do not depend on it.', '用途：决定先联系谁。价格不取决于它。', '用途：決定先聯繫誰。價格不取決於它。'),
  'explanation.churn': w('The chance that you do not buy again within {days} days is put at {share}.', '我们估计您在 {days} 天内不再购买的可能为 {share}。', '我們估計您在 {days} 天內不再購買的可能為 {share}。'),
  'explanation.value': w('We expect purchases worth about {value} over the next 365 days (between {low} and {high} in eight cases of ten).', '预计您未来 365 天的购买价值约为 {value}（十次里有八次在 {low} 到 {high} 之间）。', '預計您未來 365 天的購買價值約為 {value}（十次裡有八次在 {low} 到 {high} 之間）。'),
  'explanation.method.model': w('It comes from a law of purchases that was learned from this shop’s orders (version {version}).', '它来自一条从本店订单学到的购买规律（第 {version} 版）。', '它來自一條從本店訂單學到的購買規律（第 {version} 版）。'),
  'explanation.method.trained': w('It comes from a model that was trained on this shop’s own past (version {version}) and judged on days it had not seen.', '它来自用本店历史训练的模型（第 {version} 版），并在模型没见过的日子上检验过。', '它來自用本店歷史訓練的模型（第 {version} 版），並在模型沒見過的日子上檢驗過。'),
  'explanation.method.rhythm': w('It comes from your own rhythm: how often buyers came back after as many of their usual gaps.', '它来自您自己的购买节奏：沉默同样多个间隔之后，有多少客户又回来购买。', '它來自您自己的購買節奏：沉默同樣多個間隔之後，有多少顧客又回來購買。'),
  'explanation.method.recency': w('It comes from a plain rule: how long ago the last purchase was.', '它来自一条简单规则：距上次购买有多久。', '它來自一條簡單規則：距上次購買有多久。'),
  'explanation.reasons': w('What weighed most:', '影响最大的原因：', '影響最大的原因：'),
  'explanation.raises': w('raises it', '推高', '推高'),
  'explanation.lowers': w('lowers it', '拉低', '拉低'),
  'explanation.traits.none': w('Who you are (gender, age, province, city) was not used.', '没有使用您的个人特征（性别、年龄、省份、城市）。', '沒有使用您的個人特徵（性別、年齡、省份、城市）。'),
  'explanation.traits.used': w('Gender, age, province and city may have been used. You can ask us not to.', '可能使用了性别、年龄、省份、城市。您可以要求我们不使用。', '可能使用了性別、年齡、省份、城市。您可以要求我們不使用。'),
  'explanation.human': w('No decision about you is made by this figure alone; you can ask a person to look at it.', '不会仅凭这个数字对您作出决定；您可以要求人工复核。', '不會僅憑這個數字對您作出決定；您可以要求人工複核。'),
  'explanation.days': w('{days, plural, one {# day} other {# days}}', '{days} 天', '{days} 天'),
} satisfies Words;
