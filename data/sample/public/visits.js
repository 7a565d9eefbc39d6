// What a publisher might add: it counts the pages that this browser opened, and tells nobody.
// It is loaded only after the visitor has allowed analytics; saying no later removes its cookie.
const seen = 1 + Number(/(?:^|; )demo_visits=(\d+)/.exec(document.cookie)?.[1] ?? 0);
document.cookie = `demo_visits=${seen}; path=/; max-age=31536000; SameSite=Lax`;
console.info(`demo_visits: ${seen} pages opened in this browser`);
