import type { Language } from '../i18n/messages.ts'

/** Texts of the start banner. */
interface BannerTexts {
  ready: string
  page: string
  orders: string
  tables: string
  kitchen: string
  /** Shown when it listens on every address of the machine. */
  everybody: string
  listens: (host: string) => string
  demo: (password: string) => string
  company: (name: string) => string
  addPerson: string
  /** Shown while there is no company. */
  nobody: string
  tryIt: string
}

export const bannerTexts: Record<Language, BannerTexts> = {
  ru: {
    ready: 'cafe-realtime запущен',
    page: 'Страница',
    orders: 'Заказы',
    tables: 'Столы',
    kitchen: 'Кухня',
    everybody:
      'Сервис доступен всем, кто находится в одной сети с этим компьютером. Только для этого компьютера: HOST=127.0.0.1',
    listens: (host) => `Сервис принимает подключения только по адресу ${host} (HOST).`,
    demo: (password) => `Учётные записи демо-кафе, пароль у всех ${password}`,
    company: (name) => `Кафе «${name}»: сотрудники входят со своими e-mail и паролями.`,
    addPerson: 'Добавить сотрудника:',
    nobody: 'Пока никто не может войти. Создайте своё кафе:',
    tryIt: 'Попробуйте',
  },
  en: {
    ready: 'cafe-realtime is ready',
    page: 'Page',
    orders: 'Orders',
    tables: 'Tables',
    kitchen: 'Kitchen',
    everybody:
      'Everybody in the same network as this computer can reach it. For this computer only: HOST=127.0.0.1',
    listens: (host) => `It accepts connections on ${host} only (HOST).`,
    demo: (password) => `Demo accounts, password ${password}`,
    company: (name) => `Café ${name}: staff log in with their e-mail addresses and passwords.`,
    addPerson: 'Add a staff member:',
    nobody: 'There is no account yet. Create your café:',
    tryIt: 'Try it',
  },
}
