import type { TObject, TSchema } from 'typebox'
import { eventData } from '../cafe/events.ts'
import { catalogue, groups, socketPath } from '../events/catalogue.ts'
import type { EventType, Group } from '../events/catalogue.ts'
import { eventMessageSchema } from '../events/event-schema.ts'
import type { Language } from '../i18n/messages.ts'
import { components } from '../openapi/components.ts'
import { spelledOut } from '../openapi/json-schema.ts'
import type { Schema } from '../openapi/json-schema.ts'
import { textsInRussian } from '../openapi/russian.ts'
import { closeCodes } from '../realtime/close-codes.ts'
import { clientMessages, serverMessages } from '../realtime/messages.ts'
import { eventExample, messageExample } from './examples.ts'
import { russianSocketTexts } from './texts-ru.ts'

/** A message of the document. */
export interface SocketMessage {
  readonly name: string
  readonly summary: string
  readonly payload: Schema
  readonly examples: readonly { readonly payload: object }[]
}

/** A group of sockets in the document. */
interface Channel {
  readonly address: string
  readonly description: string
  readonly messages: Readonly<Record<string, object>>
  readonly bindings: object
}

export interface SocketDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly channels: Readonly<Record<Group, Channel>>
  readonly components: {
    readonly messages: Readonly<Record<string, SocketMessage>>
    readonly schemas: Readonly<Record<string, Schema>>
  }
  readonly 'x-close-codes': readonly {
    readonly code: number
    readonly name: string
    readonly reconnect: 'no' | 'later' | 'at once'
    readonly description: string
  }[]
  readonly [part: string]: unknown
}

const description = `What screens are told as it happens, and what they may say. Over HTTP: \`/api/openapi.json\`.

- **Token**: in the query, as a header, as a subprotocol, or a ticket from \`POST /api/ws-tickets/\`, which opens one socket.
- **Order**: the events of a branch are numbered 1, 2, 3 … without gaps; every socket gets those of its group in this order.
- **Coming back**: with \`since=<epoch>:<seq>\` a socket gets everything it missed, then goes on.
- **New types** of messages and new fields come without notice: ignore those that are not known.`

export const groupNames = Object.keys(groups) as Group[]
export const eventTypes = Object.keys(catalogue) as EventType[]

/** The AsyncAPI document of the sockets, made from the catalogue of events and the messages of the protocol. */
export function socketDocument(version: string): SocketDocument {
  const messages = {
    ...eventMessages(),
    ...protocolMessages(serverMessages),
    ...protocolMessages(clientMessages),
  }
  const document = {
    asyncapi: '3.0.0',
    info: {
      title: 'cafe-realtime',
      version,
      description,
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(groupNames.map((group) => [group, channelOf(group)])) as Record<
      Group,
      Channel
    >,
    operations: Object.fromEntries(groupNames.flatMap(operationsOf)),
    components: { messages, schemas: {}, securitySchemes },
    'x-close-codes': Object.entries(closeCodes).map(([name, { code, reconnect, meaning }]) => ({
      code,
      name,
      reconnect,
      description: meaning,
    })),
  }
  return { ...document, components: { ...document.components, schemas: usedShapes(messages) } }
}

/**
 * The same with its texts in a language.
 * @param missing called with each text that has no translation
 */
export const inLanguage = (
  document: SocketDocument,
  language: Language,
  missing?: (text: string) => void,
): SocketDocument =>
  language === 'ru' ? (textsInRussian(document, missing, russianSocketTexts) as SocketDocument) : document

/** The types of events that a group gets. */
export const eventsOf = (group: Group): EventType[] =>
  eventTypes.filter((type) => (catalogue[type] & groups[group]) !== 0)

const refOf = (name: string) => ({ $ref: `#/components/messages/${name}` })
const referred = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, refOf(name)]))

const about: Record<Group, string> = {
  orders:
    'Orders, the state of tables, dishes that are ready, the menu and the stop-list: the screen of a waiter.',
  tables: 'The floor: zones, tables, their state and their bookings.',
  kitchen: 'Orders, the tasks of the kitchen, the menu and the stop-list.',
  notifications: 'The notifications of one person, and of no other.',
}

const query = {
  type: 'object',
  properties: {
    token: { type: 'string', description: 'An access token, unless it is sent in another way.' },
    ticket: {
      type: 'string',
      description: 'Instead of the token: from `POST /api/ws-tickets/`, for one socket.',
    },
    branch_id: {
      type: 'string',
      format: 'uuid',
      description:
        'Owner and admin: only this branch. Without it: the whole company. Staff follow their own.',
    },
    since: { type: 'string', description: 'Continue after this position: `<epoch>:<seq>`.' },
    resume: { type: 'string', enum: ['1'], description: 'Of a whole company: the positions come first.' },
  },
}

const channelOf = (group: Group): Channel => ({
  address: socketPath(group),
  description: about[group],
  messages: referred([...Object.keys(serverMessages), ...eventsOf(group), ...Object.keys(clientMessages)]),
  bindings: { ws: { method: 'GET', query, bindingVersion: '0.1.0' } },
})

function operationsOf(group: Group): [string, object][] {
  const channel = { $ref: `#/channels/${group}` }
  const of = (names: readonly string[]) =>
    names.map((name) => ({ $ref: `#/channels/${group}/messages/${name}` }))
  const security = Object.keys(securitySchemes).map((name) => ({
    $ref: `#/components/securitySchemes/${name}`,
  }))
  return [
    [
      `${group}_send`,
      {
        action: 'send',
        channel,
        summary: 'What the service sends.',
        security,
        messages: of([...Object.keys(serverMessages), ...eventsOf(group)]),
      },
    ],
    [
      `${group}_receive`,
      {
        action: 'receive',
        channel,
        summary: 'What a client may send.',
        security,
        messages: of(Object.keys(clientMessages)),
      },
    ],
  ]
}

const securitySchemes = {
  token: { type: 'httpApiKey', in: 'query', name: 'token', description: 'An access token.' },
  ticket: { type: 'httpApiKey', in: 'query', name: 'ticket', description: 'A ticket, for one socket.' },
  bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
}

const eventMessages = (): Record<string, SocketMessage> =>
  Object.fromEntries(
    eventTypes.map((type) => {
      const { description: summary, ...data } = eventData[type] as TObject as TObject & {
        description: string
      }
      const payload = spelledOut(eventMessageSchema(type, data as TObject))
      return [type, { name: type, summary, payload, examples: [{ payload: eventExample(type) }] }]
    }),
  )

const protocolMessages = (messages: Readonly<Record<string, TSchema>>): Record<string, SocketMessage> =>
  Object.fromEntries(
    Object.entries(messages).map(([name, schema]) => {
      const { description: summary, ...payload } = spelledOut(schema) as Schema & { description: string }
      return [name, { name, summary, payload, examples: [{ payload: messageExample(schema) }] }]
    }),
  )

const shapes = new Map([...components].map(([schema, name]) => [name, schema]))

/** The named shapes that something refers to, those that they refer to included. */
function usedShapes(value: unknown): Record<string, Schema> {
  const used: Record<string, Schema> = {}
  const add = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (used[name]) continue
      used[name] = spelledOut(shapes.get(name)!)
      add(used[name])
    }
  }
  add(value)
  return used
}
