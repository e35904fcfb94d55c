import type { Language, Words } from './types.ts';

type Word = Readonly<Record<Language, string>>;
const w = (en: string, cn: string, tw: string): Word => ({ en, 'zh-CN': cn, 'zh-TW': tw });
const prefixed = (prefix: string, words: Readonly<Record<string, Word>>): Words => Object.fromEntries(Object.entries(words).map(([key, word]) => [`${prefix}${key}`, word]));

/** Saved filters of the simulated shop, and what each is for. */
const segments = {
  at_risk: w('About to leave', '有流失风险', '有流失風險'),
  'at_risk.why': w('Silent for longer than their own rhythm has it: whom to keep this week.', '沉默已超过自身购买节奏，本周重点挽留。', '沉默已超過自身購買節奏，本週重點挽留。'),
  regulars: w('Regulars who spend', '高消费熟客', '高消費熟客'),
  'regulars.why': w('Active, and over 1,000 so far: new tea is shown to them first.', '活跃且累计消费过千，新茶优先告知。', '活躍且累計消費過千，新茶優先告知。'),
  newcomers: w('Newcomers we may write to', '可触达的新客', '可觸及的新客'),
  'newcomers.why': w('Bought once, and agreed to text messages or mail.', '只买过一次，并同意接收短信或邮件。', '只買過一次，並同意接收簡訊或電子郵件。'),
  sleeping: w('Silent for 60 days after three orders', '买过三次、60 天未购', '買過三次、60 天未購'),
  'sleeping.why': w('Knew the shop well and stopped coming: win back.', '熟悉本店却不再光顾，适合赢回。', '熟悉本店卻不再光顧，適合贏回。'),
};

/** Who stands for a segment, told as a person. */
const personas = {
  regulars: w('Mr Shen, pours tea for guests', '沈先生：每周以茶待客', '沈先生：每週以茶待客'),
  'regulars.story': w('Runs a small studio and has guests every week. Buys the same rock tea, and asks for the new harvest by its mountain.', '经营一间小工作室，每周有客来访。常买同一款岩茶，新茶上市会问是哪座山头。', '經營一間小工作室，每週有客來訪。常買同一款岩茶，新茶上市會問是哪座山頭。'),
  'regulars.goals': w('Know of the new harvest before it is sold out', '新茶售罄前先知道', '新茶售完前先知道'),
  'regulars.pains': w('Too many messages about discounts', '打折短信太多', '打折簡訊太多'),
  newcomers: w('Ms Lin, bought a gift once', '林女士：买过一次礼盒', '林女士：買過一次禮盒'),
  'newcomers.story': w('Bought a gift box for her father. Does not know yet what she herself likes, nor how to brew it.', '给父亲买过一盒礼茶。还不清楚自己喜欢什么，也不太会泡。', '幫父親買過一盒禮茶。還不清楚自己喜歡什麼，也不太會泡。'),
  'newcomers.goals': w('Find a tea for every day that is not too strong', '找一款口感清淡的日常茶', '找一款口感清淡的日常茶'),
  'newcomers.pains': w('Too much to choose from, and nobody to ask', '品类太多，没人可问', '品類太多，沒人可問'),
};

const topics = {
  new_tea: w('New tea', '新茶上市', '新茶上市'), 'new_tea.why': w('When a harvest arrives', '新茶到店时告知', '新茶到店時告知'),
  offers: w('Offers', '优惠活动', '優惠活動'), 'offers.why': w('Coupons and seasons of sale', '优惠券与促销季', '優惠券與促銷季'),
};

const accounts = {
  sms: w('Sandbox for text messages (reaches nobody)', '短信沙盒（不会真正发出）', '簡訊沙盒（不會真正發出）'),
  email: w('Sandbox for mail (reaches nobody)', '邮件沙盒（不会真正发出）', '郵件沙盒（不會真正寄出）'),
};

/** Templates by the key that ready journeys know them by: name, subject of a mail, and the words. */
const templates = {
  first_coupon: w('Thanks for the first order', '首单感谢', '首單感謝'),
  'first_coupon.subject': w('Thank you for your first order', '感谢您的第一单', '感謝您的第一張訂單'),
  'first_coupon.text': w('Thank you for your first order. Your next one is 15 off within thirty days.', '感谢您的第一单。30 天内再次下单，立减 15 元。', '感謝您的第一張訂單。30 天內再次下單，現折 15 元。'),
  second_category: w('A second kind of tea', '第二种茶', '第二種茶'),
  'second_category.subject': w('Another tea for another hour', '换个时辰，换一种茶', '換個時辰，換一種茶'),
  'second_category.text': w('Green tea in the morning, white tea after dinner: two more you may like.', '早上绿茶，饭后白茶，再为您挑了两款。', '早上綠茶，飯後白茶，再為您挑了兩款。'),
  how_to_use: w('How to brew it', '怎样泡好这款茶', '怎樣泡好這款茶'),
  'how_to_use.subject': w('Three minutes for a better cup', '三分钟，泡一杯更好的茶', '三分鐘，泡一杯更好的茶'),
  'how_to_use.text': w('Three grams, 85 degrees, thirty seconds: how we brew it in the shop.', '3 克茶、85 度水、30 秒出汤，这是店里的泡法。', '3 克茶、85 度水、30 秒出湯，這是店裡的泡法。'),
  second_offer: w('For the second order', '第二单礼遇', '第二單禮遇'),
  'second_offer.subject': w('A tasting set with your second order', '第二单，随单送品鉴装', '第二張訂單，隨單送品鑑包'),
  'second_offer.text': w('A tasting set of three teas comes with your second order.', '您的第二单将随单附赠三款茶的品鉴装。', '您的第二張訂單將隨單附贈三款茶的品鑑包。'),
  birthday: w('Birthday wishes', '生日祝福', '生日祝福'),
  'birthday.subject': w('Happy birthday', '生日快乐', '生日快樂'),
  'birthday.text': w('Happy birthday. A cup of longevity tea waits for you in the shop.', '生日快乐！店里为您备了一盏长寿茶。', '生日快樂！店裡為您備了一盞長壽茶。'),
  win_back: w('The tea is kept for you', '给您留着的茶', '為您留著的茶'),
  'win_back.subject': w('This year’s tea has arrived', '今年的新茶到了', '今年的新茶到了'),
  'win_back.text': w('This year’s tea has arrived. We have kept a tin of it for you.', '今年的新茶到了，给您留了一罐。', '今年的新茶到了，為您留了一罐。'),
  win_back_offer: w('15 off for coming back', '15 元赢回礼', '15 元贏回禮'),
  'win_back_offer.subject': w('15 off your next order', '下一单立减 15 元', '下一張訂單現折 15 元'),
  'win_back_offer.text': w('Your next order is 15 off until the end of the month.', '本月底前下单，立减 15 元。', '本月底前下單，現折 15 元。'),
  decline_survey: w('May we ask why', '想听听您的想法', '想聽聽您的想法'),
  'decline_survey.subject': w('One question', '只有一个问题', '只有一個問題'),
  'decline_survey.text': w('You have been coming less often. Would you tell us in a word why?', '您近来光顾得少了，愿意用一句话告诉我们原因吗？', '您近來光顧得少了，願意用一句話告訴我們原因嗎？'),
  new_year: w('New Year greetings', '元旦问候', '元旦問候'),
  'new_year.subject': w('A good new year', '新年好', '新年好'),
  'new_year.text': w('A good new year, and a warm cup on its first day.', '新年好，愿新年的第一天有一盏热茶。', '新年好，願新年的第一天有一盞熱茶。'),
};

const others = {
  signature: w('Tea shop', '茶铺', '茶鋪'),
  'sms.end': w(' Reply STOP to opt out', '拒收请回复R', '拒收請回覆R'),
  'mail.hello': w('Hello {name},', '{name}，您好：', '{name}，您好：'), 'mail.friend': w('tea friend', '茶友', '茶友'),
  'block.brand': w('Shop header', '店铺页头', '店鋪頁首'), 'block.brand.line': w('Tea from four mountains, packed the week it is made', '四座茶山，当周制成当周装', '四座茶山，當週製成當週裝'),
  'block.foot': w('Shop footer', '店铺页脚', '店鋪頁尾'),
  'mail.foot': w('Simulated tea shop. This mail reaches nobody.', '模拟茶铺，这封邮件不会真正发出。', '模擬茶鋪，這封郵件不會真正寄出。'),
  'win_back.why': w('A tin kept back, and 15 off two weeks later, bring tea drinkers back. (Simulated: it makes 12 % of those it reaches order once more.)', '先告知留茶，两周后再送 15 元券，能让沉默的茶客回来。（模拟数据：触达的人中有 12% 会因此多下一单。）', '先告知留茶，兩週後再送 15 元券，能讓沉默的茶客回來。（模擬資料：觸及的人中有 12% 會因此多下一張訂單。）'),
  'win_back.holdout': w('A fifth, so that the effect shows within three weeks', '对照组扩大到五分之一，三周内看清效果', '對照組擴大到五分之一，三週內看清效果'),
  'approval.note': w('Greetings to everybody: please look at the words first.', '面向全部客户的问候，请先过目文案。', '面向全部顧客的問候，請先過目文案。'),
  'cycle.data': w('Three orders, then silence for two months: they know the shop and stopped coming.', '买过三次后沉默两个月：他们熟悉本店，却不再来。', '買過三次後沉默兩個月：他們熟悉本店，卻不再來。'),
};

/** What the simulated shop has set up for itself, in the language it began in. */
export const sampleShop: Words = {
  ...prefixed('sample.segment.', segments), ...prefixed('sample.persona.', personas), ...prefixed('sample.topic.', topics), ...prefixed('sample.account.', accounts),
  ...prefixed('sample.template.', templates), ...prefixed('sample.shop.', others),
};
