import { demoPassword } from '../db/demo/accounts.ts'
import type { DemoAccount } from '../db/demo/accounts.ts'
import type { Language } from '../i18n/messages.ts'
import { html } from '../lib/html.ts'
import type { Html } from '../lib/html.ts'
import { clientMessages, serverMessages } from '../realtime/messages.ts'
import { eventsOf, eventTypes, groupNames } from './document.ts'
import type { SocketDocument, SocketMessage } from './document.ts'
import { fieldTable, jsonExample, prose } from './page-parts.ts'
import type { Field } from './page-parts.ts'
import { eventsTexts } from './texts.ts'
import type { EventsTexts } from './texts.ts'

interface EventsPage {
  language: Language
  /** In that language. */
  document: SocketDocument
  /** `ws://localhost:8000` */
  socketUrl: string
  /** Those to try it with; none outside of demo mode. */
  demoAccounts: readonly DemoAccount[]
  assetUrl: (name: string) => string
}

/** The page of the document of the sockets. Works without JavaScript, which adds the filter and the live view. */
export function eventsPage({ language, document, socketUrl, demoAccounts, assetUrl }: EventsPage): string {
  const texts = eventsTexts[language]
  const { otherLanguage, links } = texts
  const { messages, schemas } = document.components
  const named = (names: readonly string[]) =>
    names.map((name) => messageCard(texts, messages[name]!, name in serverMessages || name in clientMessages))
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>cafe-realtime · ${texts.title}</title>
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="${assetUrl('events.css')}" />
        <script src="${assetUrl('events.js')}" defer></script>
      </head>
      <body>
        <header>
          <nav>
            <a class="brand" href="/" title="${links.start}"
              ><img src="/favicon.svg" alt="" width="28" height="28" />cafe-realtime</a
            >
            <a href="/api/docs/">${links.api}</a>
            <a href="/api/asyncapi.json?lang=${language}">${links.document}</a>
            <a
              href="/api/docs/events/?lang=${otherLanguage.code}"
              hreflang="${otherLanguage.code}"
              lang="${otherLanguage.code}"
              >${otherLanguage.name}</a
            >
          </nav>
          <h1>${texts.title}</h1>
          <p>${texts.introduction}</p>
        </header>
        <div class="columns">
          ${contents(texts, document)}
          <main>
            ${connecting(texts, document, socketUrl)}
            ${demoAccounts.length > 0 ? live(texts, language, demoAccounts) : html``}
            <section id="events">
              <h2>${texts.events}</h2>
              ${everyEvent(texts, messages[eventTypes[0]!]!)} ${named(eventTypes)}
            </section>
            <section id="server-messages">
              <h2>${texts.messagesOfServer}</h2>
              ${named(Object.keys(serverMessages))}
            </section>
            <section id="client-messages">
              <h2>${texts.messagesOfClient}</h2>
              ${named(Object.keys(clientMessages))}
            </section>
            ${closeCodeTable(texts, document)}
            <section id="objects">
              <h2>${texts.shapes}</h2>
              <p class="quiet">${texts.shapesNote}</p>
              ${Object.entries(schemas).map(
                ([name, schema]) =>
                  html`<article id="${name}">
                    <h3><code>${name}</code></h3>
                    ${fieldTable(texts, schema)}
                  </article>`,
              )}
            </section>
          </main>
        </div>
      </body>
    </html>`.text
}

function contents(texts: EventsTexts, { components }: SocketDocument): Html {
  const link = (id: string, text: string) => html`<a href="#${id}">${text}</a>`
  return html`<aside>
    <div class="filter" role="group" aria-label="${texts.filter}" hidden>
      <button type="button" data-group="" aria-pressed="true">${texts.all}</button>
      ${groupNames.map(
        (group) => html`<button type="button" data-group="${group}" aria-pressed="false">${group}</button>`,
      )}
    </div>
    <nav class="contents">
      ${link('connecting', texts.connecting)} ${link('events', texts.events)}
      <ul>
        ${eventTypes.map((type) => html`<li data-groups="${groupsOf(type).join(' ')}">${link(type, type)}</li>`)}
      </ul>
      ${link('server-messages', texts.messagesOfServer)} ${link('client-messages', texts.messagesOfClient)}
      ${link('close-codes', texts.closeCodes)} ${link('objects', texts.shapes)}
      <ul>
        ${Object.keys(components.schemas).map((name) => html`<li>${link(name, name)}</li>`)}
      </ul>
    </nav>
  </aside>`
}

const connecting = (texts: EventsTexts, { info, channels }: SocketDocument, socketUrl: string): Html =>
  html`<section id="connecting">
    <h2>${texts.connecting}</h2>
    ${prose(info.description)}
    <dl>
      ${groupNames.map(
        (group) =>
          html`<div>
            <dt><code>${socketUrl}${channels[group].address}?token=…</code></dt>
            <dd>${channels[group].description}</dd>
          </div>`,
      )}
    </dl>
  </section>`

/** What the script of the page needs is in data attributes. */
const live = (texts: EventsTexts, language: Language, accounts: readonly DemoAccount[]): Html =>
  html`<section id="live" hidden data-password="${demoPassword}" data-texts="${JSON.stringify(texts.live)}">
    <h2>${texts.live.title}</h2>
    <p class="quiet">${texts.live.note}</p>
    <form>
      <label
        >${texts.live.account}
        <select name="account">
          ${accounts.map(
            ({ email, use }) => html`<option value="${email}" title="${use[language]}">${email}</option>`,
          )}
        </select></label
      >
      <label
        >${texts.live.group}
        <select name="group">
          ${groupNames.map((group) => html`<option>${group}</option>`)}
        </select></label
      >
      <button name="connect">${texts.live.connect}</button>
      <button name="order" type="button" class="second" disabled>${texts.live.order}</button>
      <button name="clear" type="button" class="second">${texts.live.clear}</button>
      <output></output>
    </form>
    <ol class="frames" tabindex="0" aria-live="polite" data-empty="${texts.live.waiting}"></ol>
  </section>`

function messageCard(texts: EventsTexts, message: SocketMessage, isProtocol: boolean): Html {
  const { name, summary, payload, examples } = message
  const to = isProtocol ? [] : groupsOf(name)
  return html`<article id="${name}" data-groups="${to.join(' ')}">
    <h3><code>${name}</code></h3>
    <p>${prose(summary)}</p>
    ${
      to.length > 0
        ? html`<p class="badges">
            ${texts.sentTo} ${to.map((group) => html`<span class="badge ${group}">${group}</span>`)}
          </p>`
        : html``
    }
    ${isProtocol ? fieldTable(texts, payload) : fieldTable(texts, partsOf(payload).data!, 'data.')}
    <details>
      <summary>${texts.example}</summary>
      <pre><code>${jsonExample(examples[0]!.payload)}</code></pre>
    </details>
  </article>`
}

/** What stands around the data. */
function everyEvent(texts: EventsTexts, { payload }: SocketMessage): Html {
  const { type: _, data: __, ...others } = partsOf(payload)
  const properties = { type: { type: 'string' }, ...others, data: { type: 'object' } }
  return html`<article>
    <h3>${texts.everyEvent}</h3>
    ${fieldTable(texts, { ...payload, properties })}
  </article>`
}

const partsOf = (payload: SocketMessage['payload']) => payload.properties as Record<string, Field>

const groupsOf = (type: string): string[] =>
  groupNames.filter((group) => (eventsOf(group) as string[]).includes(type))

const closeCodeTable = (texts: EventsTexts, document: SocketDocument): Html =>
  html`<section id="close-codes">
    <h2>${texts.closeCodes}</h2>
    <p class="quiet">${texts.closeCodesNote}</p>
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th>${texts.code}</th>
            <th>${texts.name}</th>
            <th>${texts.comeBack}</th>
            <th>${texts.meaning}</th>
          </tr>
        </thead>
        <tbody>
          ${document['x-close-codes'].map(
            ({ code, name, reconnect, description }) =>
              html`<tr>
                <td>${String(code)}</td>
                <td><code>${name}</code></td>
                <td>${texts.reconnect[reconnect]}</td>
                <td>${description}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`
