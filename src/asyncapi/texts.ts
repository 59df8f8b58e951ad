import type { Language } from '../i18n/messages.ts'

/** Texts of the page of events; those of the document are in the document. */
export interface EventsTexts {
  title: string
  introduction: string
  otherLanguage: { code: Language; name: string }
  links: { api: string; document: string; start: string }
  connecting: string
  filter: string
  all: string
  events: string
  /** Above the fields that all events have. */
  everyEvent: string
  messagesOfServer: string
  messagesOfClient: string
  shapes: string
  shapesNote: string
  closeCodes: string
  closeCodesNote: string
  sentTo: string
  field: string
  type: string
  meaning: string
  example: string
  code: string
  name: string
  comeBack: string
  reconnect: Record<'no' | 'later' | 'at once', string>
  optional: string
  orNull: string
  listOf: string
  mapOf: string
  types: Record<string, string>
  live: {
    title: string
    note: string
    account: string
    group: string
    connect: string
    disconnect: string
    order: string
    cancel: string
    clear: string
    waiting: string
    connecting: string
    connected: string
    closed: string
    failed: string
    noDish: string
  }
}

export const eventsTexts: Record<Language, EventsTexts> = {
  ru: {
    title: 'События на сокетах',
    introduction:
      'Всё, что сервис присылает экранам, и всё, что экран может ответить: поля, смысл и пример каждого сообщения.',
    otherLanguage: { code: 'en', name: 'English' },
    links: { api: 'HTTP API', document: 'AsyncAPI 3', start: 'На главную' },
    connecting: 'Подключение',
    filter: 'События группы',
    all: 'все',
    events: 'События',
    everyEvent: 'Каждое событие',
    messagesOfServer: 'Другие сообщения сервиса',
    messagesOfClient: 'Сообщения клиента',
    shapes: 'Объекты',
    shapesNote: 'То же, что отвечает HTTP API.',
    closeCodes: 'Коды закрытия',
    closeCodesNote: 'Причина закрытия — имя кода.',
    sentTo: 'Получают',
    field: 'поле',
    type: 'тип',
    meaning: 'смысл',
    example: 'Пример',
    code: 'код',
    name: 'имя',
    comeBack: 'подключаться снова',
    reconnect: { no: 'нет', later: 'позже', 'at once': 'сразу' },
    optional: 'необязательно',
    orNull: 'или null',
    listOf: 'список:',
    mapOf: 'по ключу:',
    types: {
      string: 'текст',
      integer: 'целое',
      number: 'число',
      boolean: 'да/нет',
      object: 'объект',
      null: 'null',
    },
    live: {
      title: 'Вживую',
      note: 'Подключитесь под учётной записью демо-кафе и примите заказ: кадры придут сюда такими, какими их увидит ваш экран.',
      account: 'Учётная запись',
      group: 'Группа',
      connect: 'Подключиться',
      disconnect: 'Отключиться',
      order: 'Принять заказ',
      cancel: 'Отменить заказ',
      clear: 'Очистить',
      waiting: 'Здесь появятся кадры.',
      connecting: 'подключение…',
      connected: 'подключено',
      closed: 'закрыто: ',
      failed: 'Не вышло: ',
      noDish: 'в меню нет блюда, которое можно заказать',
    },
  },
  en: {
    title: 'Events on sockets',
    introduction:
      'All that the service tells screens, and all that a screen may answer: fields, meaning and an example of every message.',
    otherLanguage: { code: 'ru', name: 'Русский' },
    links: { api: 'HTTP API', document: 'AsyncAPI 3', start: 'Start page' },
    connecting: 'Connecting',
    filter: 'Events of the group',
    all: 'all',
    events: 'Events',
    everyEvent: 'Every event',
    messagesOfServer: 'Other messages of the service',
    messagesOfClient: 'Messages of a client',
    shapes: 'Objects',
    shapesNote: 'The same as in the HTTP API.',
    closeCodes: 'Close codes',
    closeCodesNote: 'The reason of the close is the name.',
    sentTo: 'Sent to',
    field: 'field',
    type: 'type',
    meaning: 'meaning',
    example: 'Example',
    code: 'code',
    name: 'name',
    comeBack: 'reconnect',
    reconnect: { no: 'no', later: 'later', 'at once': 'at once' },
    optional: 'optional',
    orNull: 'or null',
    listOf: 'list of',
    mapOf: 'by key:',
    types: {
      string: 'text',
      integer: 'integer',
      number: 'number',
      boolean: 'yes/no',
      object: 'object',
      null: 'null',
    },
    live: {
      title: 'Live',
      note: 'Connect with an account of the demo café and take an order: the frames arrive here as your screen will see them.',
      account: 'Account',
      group: 'Group',
      connect: 'Connect',
      disconnect: 'Disconnect',
      order: 'Take an order',
      cancel: 'Cancel the order',
      clear: 'Clear',
      waiting: 'Frames will appear here.',
      connecting: 'connecting…',
      connected: 'connected',
      closed: 'closed: ',
      failed: 'That failed: ',
      noDish: 'the menu has no dish that can be ordered',
    },
  },
}
