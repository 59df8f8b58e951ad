import type { Language } from '../i18n/messages.ts'

/** Texts of the landing page. */
export interface LandingTexts {
  title: string
  tagline: string
  /** What the service guarantees, in one sentence. */
  promise: string
  otherLanguage: { code: Language; name: string }
  addresses: string
  http: string
  orders: string
  tables: string
  kitchen: string
  /** Text of the link to the API document. */
  reference: string
  /** Text of the link to the page of events. */
  eventsReference: string
  accounts: string
  accountsNote: string
  /** Shown under the name of the user's own café. */
  ownCafe: string
  /** Shown when there is no company yet. */
  nobody: string
  nobodyNote: string
  tryIt: string
  tryItNote: string
  steps: { login: Step; listen: Step; order: Step; see: Step }
  copy: string
  copied: string
  links: string
  healthz: string
  readyz: string
  /** `degraded` is followed by the missing parts. */
  state: { checking: string; ready: string; degraded: string; unready: string; away: string }
}

interface Step {
  title: string
  note: string
}

export const landingTexts: Record<Language, LandingTexts> = {
  ru: {
    title: 'Сервер кафе в реальном времени',
    tagline: 'Заказы, столы и кухня — на всех экранах сразу',
    promise:
      'REST и WebSocket для кафе и ресторанных сетей. Каждое событие приходит на каждый экран один раз и по порядку; после обрыва связи экран получит ровно то, что пропустил.',
    otherLanguage: { code: 'en', name: 'English' },
    addresses: 'Адреса',
    http: 'HTTP API',
    orders: 'Заказы',
    tables: 'Столы',
    kitchen: 'Кухня',
    reference: 'Справочник API: все пути, поля и ответы',
    eventsReference: 'События на сокетах: каждое поле, вживую',
    accounts: 'Демо-кафе',
    accountsNote: 'Войдите под любой учётной записью. Пароль у всех один:',
    ownCafe:
      'Сотрудники входят со своими e-mail и паролями. Добавить сотрудника можно на компьютере, где работает сервис:',
    nobody: 'Пока никто не может войти',
    nobodyNote: 'Создайте кафе на компьютере, где работает сервис; пароль команда спросит:',
    tryIt: 'Попробуйте за минуту',
    tryItNote: 'Нужны curl и Node.js. Откройте два терминала.',
    steps: {
      login: { title: 'Войдите', note: 'В обоих терминалах: вы получите токен.' },
      listen: { title: 'Подпишитесь на заказы', note: 'В первом терминале; не закрывайте его.' },
      order: {
        title: 'Оформите заказ',
        note: 'Во втором терминале: две порции первого блюда за свободный стол.',
      },
      see: {
        title: 'Посмотрите на результат',
        note: 'В первом терминале сразу появятся заказ и занятый стол. На {"action":"ping"} придёт ответ pong.',
      },
    },
    copy: 'Копировать',
    copied: 'Скопировано',
    links: 'Состояние',
    healthz: 'процесс работает',
    readyz: 'готов принимать запросы',
    state: {
      checking: 'проверяем…',
      ready: 'работает',
      degraded: 'работает без связи с:',
      unready: 'не готов',
      away: 'не отвечает',
    },
  },
  en: {
    title: 'Realtime café server',
    tagline: 'Orders, tables and the kitchen on every screen at once',
    promise:
      'REST and WebSocket for cafés and chains. Every event reaches every screen once and in order; whoever was offline gets exactly what they missed.',
    otherLanguage: { code: 'ru', name: 'Русский' },
    addresses: 'Addresses',
    http: 'HTTP API',
    orders: 'Orders',
    tables: 'Tables',
    kitchen: 'Kitchen',
    reference: 'Every path, field and answer: the API reference',
    eventsReference: 'Events on sockets: every field, live',
    accounts: 'Demo café',
    accountsNote: 'Log in as any of them. All have the same password:',
    ownCafe:
      'Its people log in with their e-mail addresses and passwords. To add somebody, on the computer where the service runs:',
    nobody: 'Nobody can log in yet',
    nobodyNote: 'Make a café, on the computer where the service runs; the password is asked for:',
    tryIt: 'Try it in a minute',
    tryItNote: 'You need curl and Node.js. Open two terminals.',
    steps: {
      login: { title: 'Log in', note: 'In both terminals: you get a token.' },
      listen: { title: 'Listen for orders', note: 'In the first terminal, and leave it open.' },
      order: { title: 'Order', note: 'In the second: two portions of the first dish, to a free table.' },
      see: {
        title: 'Watch',
        note: 'The order and the busy table show up in the first terminal at once. Send {"action":"ping"} and a pong comes back.',
      },
    },
    copy: 'Copy',
    copied: 'Copied',
    links: 'State',
    healthz: 'the process is alive',
    readyz: 'ready to serve',
    state: {
      checking: 'checking…',
      ready: 'running',
      degraded: 'running, cut off from:',
      unready: 'not ready',
      away: 'no answer',
    },
  },
}
