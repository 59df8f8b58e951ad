import type { LoginHints } from '../accounts/hints/service.ts'
import { html } from '../lib/html.ts'
import { demoPassword } from '../db/demo/accounts.ts'
import type { DemoAccount } from '../db/demo/accounts.ts'
import { landingTexts } from './texts.ts'
import type { LandingTexts } from './texts.ts'
import type { Language } from '../i18n/messages.ts'

interface LandingPage {
  language: Language
  /** `http://localhost:8000`: scheme, host and port under which the visitor reached the service. */
  baseUrl: string
  hints: LoginHints
  assetUrl: (name: string) => string
}

/** The landing page as HTML. Works without JavaScript; JavaScript adds copy buttons and a live state. */
export function landingPage({ language, baseUrl, hints, assetUrl }: LandingPage): string {
  const texts = landingTexts[language]
  const socketUrl = baseUrl.replace(/^http/, 'ws')
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>cafe-realtime · ${texts.title}</title>
        <link rel="icon" href="${assetUrl('favicon.svg')}" type="image/svg+xml" />
        <link rel="stylesheet" href="${assetUrl('landing.css')}" />
        <script src="${assetUrl('landing.js')}" defer></script>
      </head>
      <body data-copy="${texts.copy}" data-copied="${texts.copied}">
        ${hero(texts, assetUrl)}
        <main>
          <div class="facts">${addresses(texts, baseUrl, socketUrl)} ${accounts(texts, language, hints)}</div>
          ${steps(texts, baseUrl, socketUrl, hints.demoAccounts)}
        </main>
        <footer>
          <span>${texts.links}:</span>
          <a href="/healthz">/healthz</a> <span class="quiet">${texts.healthz}</span>
          <a href="/readyz">/readyz</a> <span class="quiet">${texts.readyz}</span>
        </footer>
      </body>
    </html>`.text
}

const hero = (texts: LandingTexts, assetUrl: (name: string) => string) => {
  const { state, otherLanguage } = texts
  return html`<header>
    <nav>
      <span class="brand"
        ><img src="${assetUrl('favicon.svg')}" alt="" width="32" height="32" />cafe-realtime</span
      >
      <a
        class="state"
        href="/readyz"
        data-ready="${state.ready}"
        data-degraded="${state.degraded}"
        data-unready="${state.unready}"
        data-away="${state.away}"
        hidden
        >${state.checking}</a
      >
      <a
        class="language"
        href="/?lang=${otherLanguage.code}"
        hreflang="${otherLanguage.code}"
        lang="${otherLanguage.code}"
        >${otherLanguage.name}</a
      >
    </nav>
    <h1>${texts.tagline}</h1>
    <p>${texts.promise}</p>
  </header>`
}

const addresses = (texts: LandingTexts, baseUrl: string, socketUrl: string) => {
  const rows = [
    [texts.http, `${baseUrl}/api/`],
    [texts.orders, `${socketUrl}/ws/cafe/orders/`],
    [texts.tables, `${socketUrl}/ws/cafe/tables/`],
    [texts.kitchen, `${socketUrl}/ws/cafe/kitchen/`],
  ] as const
  return html`<section>
    <h2>${texts.addresses}</h2>
    <dl>
      ${rows.map(
        ([name, url]) =>
          html`<div>
            <dt>${name}</dt>
            <dd><code data-copyable>${url}</code></dd>
          </div>`,
      )}
    </dl>
    <p class="more">
      <a href="/api/docs/">${texts.reference}</a><br /><a href="/api/docs/events/"
        >${texts.eventsReference}</a
      >
    </p>
  </section>`
}

const accounts = (texts: LandingTexts, language: Language, { demoAccounts, company, empty }: LoginHints) => {
  if (company)
    return html`<section>
      <h2>${company.name}</h2>
      <p>${texts.ownCafe}</p>
      <pre
        data-copyable
      ><code>npm start -- create-user --company ${company.slug} --role waiter   --email person@example.com</code></pre>
    </section>`
  if (empty)
    return html`<section>
      <h2>${texts.nobody}</h2>
      <p>${texts.nobodyNote}</p>
      <pre
        data-copyable
      ><code>npm start -- create-company --name "My café"   --owner me@example.com --timezone Asia/Bishkek</code></pre>
    </section>`
  if (demoAccounts.length === 0) return html``
  const row = ({ email, use }: DemoAccount) =>
    html`<div>
      <dt><code data-copyable>${email}</code></dt>
      <dd>${use[language]}</dd>
    </div>`
  return html`<section>
    <h2>${texts.accounts}</h2>
    <p>${texts.accountsNote} <code class="password" data-copyable>${demoPassword}</code></p>
    <dl class="accounts">${demoAccounts.map(row)}</dl>
  </section>`
}

const steps = (
  texts: LandingTexts,
  baseUrl: string,
  socketUrl: string,
  demoAccounts: readonly DemoAccount[],
) => {
  const waiter = demoAccounts.find((account) => account.role === 'waiter')
  const [email, password] = waiter
    ? [waiter.email, demoPassword]
    : ['your_email@example.com', 'your_password']
  const { login, listen, order, see } = texts.steps
  return html`<section class="steps">
    <h2>${texts.tryIt}</h2>
    <p>${texts.tryItNote}</p>
    <ol>
      ${step(login, loginCommand(baseUrl, email, password))} ${step(listen, listenCommand(socketUrl))}
      ${step(order, orderCommand)}
      <li>
        <h3>${see.title}</h3>
        <p>${see.note}</p>
        <pre class="screen"><code>${arrivals}</code></pre>
      </li>
    </ol>
  </section>`
}

const step = ({ title, note }: { title: string; note: string }, command: string) =>
  html`<li>
    <h3>${title}</h3>
    <p>${note}</p>
    <pre data-copyable><code>${command}</code></pre>
  </li>`

const loginCommand = (baseUrl: string, email: string, password: string) =>
  `BASE=${baseUrl}
TOKEN=$(curl -s $BASE/api/users/login/ \\
  -H 'Content-Type: application/json' \\
  -d '${JSON.stringify({ email, password })}' |
  grep -o '"access":"[^"]*"' | cut -d '"' -f 4)`

const listenCommand = (socketUrl: string) =>
  `npx -y wscat -c \\
  "${socketUrl}/ws/cafe/orders/?token=$TOKEN"`

const orderCommand = `first() { curl -s "$BASE/api/cafe/$1" \\
  -H "Authorization: Bearer $TOKEN" |
  grep -o '"id":"[^"]*"' | head -n 1 | cut -d '"' -f 4; }
TABLE=$(first 'tables/?status=free')
DISH=$(first menu-items/)

curl -s $BASE/api/cafe/orders/ \\
  -H "Authorization: Bearer $TOKEN" \\
  -H 'Content-Type: application/json' \\
  -d '{"table":"'$TABLE'","guests":2,"items":[
       {"menu_item":"'$DISH'","quantity":2}]}'`

const arrivals = `< {"type":"connection_established", …}
< {"type":"order_created","data":{"order":{ … }}, …}
< {"type":"table_status_changed","data":{ … "status":"busy" … }, …}`
