import type { Words } from '../../../src/kernel/words/types.ts';

type Word = Words[string];
const w = (en: string, cn: string, tw: string): Word => ({ en, 'zh-CN': cn, 'zh-TW': tw });

/** What each ready journey does, in one sentence. */
const playbooks: Readonly<Record<string, Word>> = {
  trial_ending: w('Reminds two days before a trial ends, then makes an offer; ends when it is paid.', '试用到期前两天提醒，到期后给出优惠；付费即结束。', '試用到期前兩天提醒，到期後給出優惠；付費即結束。'),
  upgrade_quota: w('Offers the larger plan to whoever has been at 90 % of the quota for two weeks; whoever accepts gets it, who does not answer is called.', '用量连续两周达 90% 时推荐更高套餐；接受即更新套餐，未回应的由同事致电。', '用量連續兩週達 90% 時推薦更高方案；接受即更新方案，未回應的由同事致電。'),
  new_product: w('Tells owners of what a new product is made for, and nobody else, once.', '只向拥有适配产品的客户告知新品，每人一次。', '只向擁有適配產品的顧客告知新品，每人一次。'),
  onboarding: w('Welcomes whoever signs up, shows the first steps over three days, and has somebody call who has not begun.', '注册即欢迎，三天内引导完成第一步，仍未开始的交给同事致电。', '註冊即歡迎，三天內引導完成第一步，仍未開始的交給同事致電。'),
  first_order: w('Gives new buyers a coupon, waits for the parcel, then shows a second category.', '新客首单后赠券，等到签收，再介绍第二个品类。', '新客首單後贈券，等到簽收，再介紹第二個品類。'),
  cart_recovery: w('Reminds once, 20 minutes after something was put in the cart and not paid; one product, one day, one reminder.', '加购 20 分钟仍未付款时提醒一次；同一商品一天只提醒一次。', '加入購物車 20 分鐘仍未付款時提醒一次；同一商品一天只提醒一次。'),
  second_order: w('Three weeks after the first order shows how to use it, two weeks later makes an offer; ends with the second order.', '首单三周后送使用指南，再过两周给出优惠；下第二单即结束。', '首單三週後送使用指南，再過兩週給出優惠；下第二單即結束。'),
  upgrade: w('Once a month offers more to regular buyers, and has somebody call who clicked.', '每月向老客推荐升级，点击过的由同事跟进。', '每月向老客推薦升級，點擊過的由同事跟進。'),
  order_shipped: w('Says that an order has left; owed to everybody, so nobody is held out.', '发货即通知；这是应尽的告知，不设对照。', '出貨即通知；這是應盡的告知，不設對照。'),
  order_received: w('Confirms the receipt, asks after three days, tells what to know after ten.', '签收确认，三天后调查满意度，十天后送产品知识。', '簽收確認，三天後調查滿意度，十天後送產品知識。'),
  review_request: w('Asks for a review ten days after the receipt, unless one was written or a complaint opened.', '签收十天后邀请评价；已评价或有投诉的不发。', '簽收十天後邀請評價；已評價或有客訴的不發。'),
  birthday: w('Wishes a happy birthday at nine in the morning, once a year.', '生日当天上午九点祝福，每年一次。', '生日當天上午九點祝福，每年一次。'),
  birthday_lunar: w('The same by the lunar calendar; whoever was born in a leap month is wished in the regular one.', '按农历生日祝福；闰月出生的按平月过。', '按農曆生日祝福；閏月出生的按平月過。'),
  birthday_gift: w('Seven days before the birthday of a VIP, somebody prepares a gift.', 'VIP 生日前 7 天，生成备礼任务。', 'VIP 生日前 7 天，產生備禮任務。'),
  spring_festival: w('Greets everybody on the first day of the lunar year.', '正月初一向全部客户问候。', '正月初一向全部顧客問候。'),
  dragon_boat: w('Greets everybody on the fifth of the fifth lunar month.', '五月初五向全部客户问候。', '五月初五向全部顧客問候。'),
  mid_autumn: w('Greets everybody on the fifteenth of the eighth lunar month.', '八月十五向全部客户问候。', '八月十五向全部顧客問候。'),
  new_year: w('Greets everybody on 1 January.', '元旦向全部客户问候。', '元旦向全部顧客問候。'),
  reminder_often: w('Every Monday a task to remind each customer who buys at least monthly.', '每周一为高频客户生成提醒任务。', '每週一為高頻顧客產生提醒任務。'),
  inspection_often: w('On the first of each month a task to look at each customer who buys at least monthly.', '每月 1 日为高频客户生成全面检查任务。', '每月 1 日為高頻顧客產生全面檢查任務。'),
  reminder_seldom: w('On the first of each month a task to remind each customer who buys more rarely.', '每月 1 日为低频客户生成提醒任务。', '每月 1 日為低頻顧客產生提醒任務。'),
  inspection_seldom: w('Every quarter a task to look at each customer who buys more rarely.', '每季度为低频客户生成重点检查任务。', '每季為低頻顧客產生重點檢查任務。'),
  win_back: w('Writes to whoever was lost a day later, and makes an offer two weeks after that.', '流失一天后问候，两周后给出优惠。', '流失一天後問候，兩週後給出優惠。'),
  save_by_reason: w('Asks why somebody declines: a price gets an offer, trouble with service a call and never a coupon.', '按流失原因挽留：因价格给优惠，因服务由人致电、绝不发券。', '按流失原因挽留：因價格給優惠，因服務由人致電、絕不發券。'),
  decline_follow_up: w('Asks whoever declines why, once; who does not answer within a week is called.', '进入沉默即询问原因一次，一周未答由同事致电。', '進入沉默即詢問原因一次，一週未答由同事致電。'),
  early_warning: w('Asks whoever a churn warning names how they are, and has somebody call a week later; nobody twice within 60 days.', '收到流失预警即关怀询问，一周后由同事致电；60 天内不重复。', '收到流失預警即關懷詢問，一週後由同事致電；60 天內不重複。'),
  renewal: w('Reminds 30 and 7 days before something expires, and has somebody call on the last day.', '到期前 30 天、7 天提醒，最后一天由同事致电。', '到期前 30 天、7 天提醒，最後一天由同事致電。'),
  anniversary: w('Says thank you when a customer reaches an anniversary.', '客户到达纪念日时致谢。', '顧客到達紀念日時致謝。'),
};

/** Templates the ready journeys need: what each is called, and a first text to begin with. */
const templates: Readonly<Record<string, readonly [Word, Word]>> = {
  welcome: [w('Welcome', '欢迎', '歡迎'), w('Welcome! We are glad you are here.', '欢迎加入，很高兴认识您。', '歡迎加入，很高興認識您。')],
  quick_start: [w('First steps', '快速上手', '快速上手'), w('Three steps and you are ready. Begin with the first today.', '三步即可开始，今天先完成第一步。', '三步即可開始，今天先完成第一步。')],
  help: [w('Can we help?', '需要帮助吗', '需要協助嗎'), w('Something unclear? Answer this message and we will help.', '有不清楚的地方？直接回复，我们来帮您。', '有不清楚的地方？直接回覆，我們來幫您。')],
  first_coupon: [w('Coupon after the first order', '首单赠券', '首單贈券'), w('Thank you for your first order. Here is a coupon for the next.', '感谢您的第一单，送您一张下次可用的优惠券。', '感謝您的第一單，送您一張下次可用的優惠券。')],
  second_category: [w('A second category', '第二品类推荐', '第二品類推薦'), w('People who chose as you did also like these.', '和您选择相近的客人也喜欢这些。', '和您選擇相近的客人也喜歡這些。')],
  cart_reminder: [w('Cart reminder', '购物车提醒', '購物車提醒'), w('You left something in your cart. It is still there.', '您的购物车里还有商品，随时可以继续。', '您的購物車裡還有商品，隨時可以繼續。')],
  how_to_use: [w('How to use it', '使用指南', '使用指南'), w('A few tips to get more out of your purchase.', '几个小技巧，让您用得更好。', '幾個小技巧，讓您用得更好。')],
  second_offer: [w('Offer for the second order', '第二单优惠', '第二單優惠'), w('Time for more? An offer for your second order.', '该补货了？第二单为您准备了优惠。', '該補貨了？第二單為您準備了優惠。')],
  upgrade: [w('Ready for more', '升级推荐', '升級推薦'), w('You come often. Here is something made for regular guests.', '感谢常来，为老朋友准备了更合适的选择。', '感謝常來，為老朋友準備了更合適的選擇。')],
  order_shipped: [w('Shipped', '发货通知', '出貨通知'), w('Your order is on its way.', '您的订单已发出。', '您的訂單已出貨。')],
  order_received: [w('Received', '签收通知', '簽收通知'), w('Your order has arrived. If anything is wrong, tell us.', '您的订单已签收，如有问题请告诉我们。', '您的訂單已簽收，如有問題請告訴我們。')],
  order_survey: [w('Satisfaction survey', '满意度调查', '滿意度調查'), w('How was it? One answer helps us a lot.', '这次体验如何？您的回答对我们很重要。', '這次體驗如何？您的回答對我們很重要。')],
  product_knowledge: [w('What to know', '产品知识', '產品知識'), w('What is good to know about your purchase.', '关于这件商品，您可能想知道的。', '關於這件商品，您可能想知道的。')],
  review_request: [w('Ask for a review', '邀请评价', '邀請評價'), w('Would you tell others what you think of it?', '愿意和大家分享您的评价吗？', '願意和大家分享您的評價嗎？')],
  birthday: [w('Birthday wish', '生日祝福', '生日祝福'), w('Happy birthday! All the best for the year ahead.', '生日快乐，愿新的一岁平安喜乐。', '生日快樂，願新的一歲平安喜樂。')],
  spring_festival: [w('Spring Festival greeting', '春节问候', '春節問候'), w('Happy New Year of the lunar calendar.', '新春快乐，阖家安康。', '新春快樂，闔家安康。')],
  dragon_boat: [w('Dragon Boat greeting', '端午问候', '端午問候'), w('A peaceful Dragon Boat Festival.', '端午安康。', '端午安康。')],
  mid_autumn: [w('Mid-Autumn greeting', '中秋问候', '中秋問候'), w('A happy Mid-Autumn Festival to you and yours.', '中秋快乐，月圆人团圆。', '中秋快樂，月圓人團圓。')],
  new_year: [w('New Year greeting', '元旦问候', '元旦問候'), w('A happy new year.', '元旦快乐，新年顺遂。', '元旦快樂，新年順遂。')],
  win_back: [w('We miss you', '久未光临', '久未光臨'), w('It has been a while. Here is what is new.', '好久不见，看看最近的新品。', '好久不見，看看最近的新品。')],
  win_back_offer: [w('Offer to come back', '回归优惠', '回歸優惠'), w('Come back: an offer for your next order.', '欢迎回来，下一单有优惠。', '歡迎回來，下一單有優惠。')],
  save_offer: [w('Offer for price reasons', '挽留优惠', '挽留優惠'), w('An offer, made for you.', '为您准备了一份优惠。', '為您準備了一份優惠。')],
  decline_survey: [w('What can we do better?', '流失原因调查', '流失原因調查'), w('We have not seen you lately. May we ask why?', '最近没见到您，方便告诉我们原因吗？', '最近沒見到您，方便告訴我們原因嗎？')],
  warning_check: [w('How are you doing?', '近况关怀', '近況關懷'), w('We noticed a change and would like to hear how you are doing with us.', '最近一切还好吗？使用中有任何问题，请告诉我们。', '最近一切還好嗎？使用中有任何問題，請告訴我們。')],
  renewal_month: [w('Renewal: a month left', '续费提醒：还有一个月', '續費提醒：還有一個月'), w('Your plan ends in a month.', '您的服务将在一个月后到期。', '您的服務將在一個月後到期。')],
  renewal_week: [w('Renewal: a week left', '续费提醒：还有一周', '續費提醒：還有一週'), w('Your plan ends in a week.', '您的服务将在一周后到期。', '您的服務將在一週後到期。')],
  trial_ending: [w('Trial: two days left', '试用提醒：还有两天', '試用提醒：還有兩天'), w('Your trial ends in two days. What you set up stays when you go on.', '您的试用还有两天结束。继续使用，已有的设置都会保留。', '您的試用還有兩天結束。繼續使用，已有的設定都會保留。')],
  trial_offer: [w('Trial ended: how to go on', '试用结束：继续使用', '試用結束：繼續使用'), w('Your trial has ended. Here is how to go on.', '您的试用已结束，点此继续使用。', '您的試用已結束，點此繼續使用。')],
  upgrade_plan: [w('A plan with more room', '升级方案', '升級方案'), w('You have used nearly all of your plan for two weeks. A larger one is ready for you.', '您的用量连续两周接近上限，可以换用更大的方案。', '您的用量連續兩週接近上限，可以換用更大的方案。')],
  new_product: [w('New for what you own', '新品：适配您已有的产品', '新品：適配您已有的產品'), w('Something new that fits what you own.', '有新品上市，适配您已有的产品。', '有新品上市，適配您已有的產品。')],
  anniversary: [w('Anniversary', '纪念日问候', '紀念日問候'), w('Another year together. Thank you.', '又一年，感谢相伴。', '又一年，感謝相伴。')],
};

/** Ready journeys and their templates, as the page tells them. */
export const journeyPlaybooks: Words = Object.fromEntries([
  ...Object.entries(playbooks).map(([key, said]) => [`journeys.playbook.${key}`, said] as const),
  ...Object.entries(templates).flatMap(([key, [name, text]]) => [[`journeys.template.${key}`, name], [`journeys.starter.${key}`, text]] as const),
]);
