// The sample shop: what a real page does with the snippet, and nothing else. Nothing is sold here.
const WORDS = {
  'label': { 'en': 'Demo page of Perennial. Nothing is sold here; what you click is sent as events to your own workspace.', 'zh-CN': 'Perennial 演示页面：这里不卖东西，点击会作为事件发到你自己的工作区。', 'zh-TW': 'Perennial 示範頁面：這裡不賣東西，點擊會作為事件送到你自己的工作區。' },
  'title': { 'en': 'Mountain Tea', 'zh-CN': '山间茶铺', 'zh-TW': '山間茶鋪' },
  'key': { 'en': 'Write key', 'zh-CN': '写入密钥', 'zh-TW': '寫入金鑰' },
  'connect': { 'en': 'Open the shop', 'zh-CN': '打开茶铺', 'zh-TW': '打開茶鋪' },
  'key.where': { 'en': 'Settings → Sources → Make a key. It starts with wk_.', 'zh-CN': '在「设置 → 数据源」里创建，以 wk_ 开头。', 'zh-TW': '在「設定 → 資料來源」裡建立，以 wk_ 開頭。' },
  'consent': { 'en': 'May we note what you look at?', 'zh-CN': '可以记录你看了什么吗？', 'zh-TW': '可以記錄你看了什麼嗎？' },
  'yes': { 'en': 'Yes', 'zh-CN': '可以', 'zh-TW': '可以' },
  'no': { 'en': 'No', 'zh-CN': '不要', 'zh-TW': '不要' },
  'look': { 'en': 'Look', 'zh-CN': '看看', 'zh-TW': '看看' },
  'buy': { 'en': 'Buy', 'zh-CN': '买下', 'zh-TW': '買下' },
  'account': { 'en': 'Account', 'zh-CN': '账号', 'zh-TW': '帳號' },
  'phone': { 'en': 'Telephone', 'zh-CN': '手机', 'zh-TW': '手機' },
  'sign': { 'en': 'Sign in', 'zh-CN': '登录', 'zh-TW': '登入' },
  'leave': { 'en': 'Sign out', 'zh-CN': '退出', 'zh-TW': '登出' },
  'sent': { 'en': 'What this page said', 'zh-CN': '这个页面说了什么', 'zh-TW': '這個頁面說了什麼' },
  'nothing': { 'en': 'Nothing yet.', 'zh-CN': '还没有。', 'zh-TW': '還沒有。' },
  'guest': { 'en': 'Guest', 'zh-CN': '访客', 'zh-TW': '訪客' },
};
const GOODS = [
  { sku: 'TEA-01', price: 68, name: { 'en': 'Longjing', 'zh-CN': '龙井', 'zh-TW': '龍井' } },
  { sku: 'TEA-02', price: 52, name: { 'en': 'Jasmine', 'zh-CN': '茉莉花茶', 'zh-TW': '茉莉花茶' } },
  { sku: 'TEA-03', price: 128, name: { 'en': 'Old white', 'zh-CN': '老白茶', 'zh-TW': '老白茶' } },
];

const asked = new URLSearchParams(location.search);
const spoken = asked.get('lang') ?? navigator.language;
const language = /^zh-(tw|hk|mo|hant)/i.test(spoken) ? 'zh-TW' : /^zh/i.test(spoken) ? 'zh-CN' : 'en';
const say = (word) => WORDS[word][language];
const find = (id) => document.getElementById(id);

document.documentElement.lang = language;
for (const place of document.querySelectorAll('[data-say]')) place.textContent = say(place.dataset.say);

const note = (text) => {
  find('nothing').hidden = true;
  find('sent').append(Object.assign(document.createElement('li'), { textContent: text }));
};
const tell = (call, ...said) => {
  window.perennial[call](...said);
  note(`${call}(${said.map((one) => JSON.stringify(one)).join(', ')})`);
};

function fill() {
  for (const { sku, price, name } of GOODS) {
    const product = { sku, name: name[language], price };
    const card = document.createElement('article');
    const button = (word, quiet, onClick) => Object.assign(document.createElement('button'), { textContent: say(word), className: quiet ? 'quiet' : '', onclick: onClick, ariaLabel: `${say(word)} ${product.name}` });
    const buttons = document.createElement('div');
    buttons.append(
      button('look', true, () => tell('track', 'Product Viewed', product)),
      button('buy', false, () => tell('track', 'Order Completed', { order_id: `DEMO-${Date.now().toString(36)}`, total: price, currency: 'CNY', products: [{ ...product, quantity: 1 }] })),
    );
    card.append(Object.assign(document.createElement('h3'), { textContent: product.name }), Object.assign(document.createElement('p'), { className: 'grey', textContent: `¥${price}` }), buttons);
    find('goods').append(card);
  }
}

function open(key) {
  const script = document.createElement('script');
  Object.assign(script.dataset, { key, consent: 'required' });
  script.src = '/perennial.js';
  script.onload = () => {
    find('connect').hidden = true;
    find('shop').hidden = false;
  };
  document.head.append(script);
}

find('who').textContent = say('guest');
find('yes').onclick = () => { tell('consent', true); find('consent').hidden = true; };
find('no').onclick = () => { tell('consent', false); find('consent').hidden = true; };
find('sign').onsubmit = (event) => {
  event.preventDefault();
  const { account, phone } = Object.fromEntries(new FormData(event.target));
  tell('identify', account, phone ? { phone } : {});
  find('who').textContent = account;
};
find('leave').onclick = () => { tell('reset'); find('who').textContent = say('guest'); };
find('connect').onsubmit = (event) => {
  event.preventDefault();
  open(new FormData(event.target).get('key').trim());
};

fill();
const given = new URLSearchParams(location.hash.slice(1)).get('key');
if (given) open(given);
