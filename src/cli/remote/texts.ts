import type { Language } from '../../i18n/messages.ts'

/** Messages of the commands that are clients of a running service. */
interface RemoteTexts {
  noAddress: (url: string) => string
  noService: (address: string, reason: string) => string
  noDemo: (address: string) => string
  refused: (status: number, reason: string) => string
  wholeNumber: (name: string) => string
  noTable: (number: number) => string
  noFreeTable: string
  noDish: (title: string) => string
  severalDishes: (title: string, all: string) => string
  noDishes: string
  ordered: (number: number, table: number, total: string) => string
  streamEnded: string
  connectsAgain: (reason: string, seconds: number) => string
}

const remoteTexts: Record<Language, RemoteTexts> = {
  en: {
    noAddress: (url) => `${url} is no address of a service; an example: --url http://localhost:8000`,
    noService: (address, reason) =>
      `no service answers at ${address} (${reason}); start one with npm start, or name another with --url`,
    noDemo: (address) => `there are no demo accounts at ${address}; name yours with --email`,
    refused: (status, reason) => `the service answered ${status}: ${reason}`,
    wholeNumber: (name) => `${name}: a whole number from 1 is needed`,
    noTable: (number) => `there is no table ${number}`,
    noFreeTable: 'no table is free; name one with --table',
    noDish: (title) => `no dish on the menu matches "${title}"`,
    severalDishes: (title, all) => `several dishes match "${title}": ${all}`,
    noDishes: 'the menu is empty',
    ordered: (number, table, total) => `Order ${number}, table ${table}, total ${total}`,
    streamEnded: 'the service ended the stream',
    connectsAgain: (reason, seconds) => `-- ${reason}; connecting again in ${seconds} s`,
  },
  ru: {
    noAddress: (url) => `${url} — не адрес сервиса; пример: --url http://localhost:8000`,
    noService: (address, reason) =>
      `по адресу ${address} сервис не отвечает (${reason}); запустите его (npm start) или укажите другой адрес: --url`,
    noDemo: (address) => `на ${address} нет демо-аккаунтов; укажите свой: --email`,
    refused: (status, reason) => `сервис ответил ${status}: ${reason}`,
    wholeNumber: (name) => `${name}: нужно целое число от 1`,
    noTable: (number) => `стола ${number} нет`,
    noFreeTable: 'свободных столов нет; укажите стол: --table',
    noDish: (title) => `в меню нет блюда «${title}»`,
    severalDishes: (title, all) => `под «${title}» подходит несколько блюд: ${all}`,
    noDishes: 'меню пустое',
    ordered: (number, table, total) => `Заказ ${number}, стол ${table}, сумма ${total}`,
    streamEnded: 'сервис завершил поток',
    connectsAgain: (reason, seconds) => `-- ${reason}; новая попытка через ${seconds} с`,
  },
}

export const remoteTextsOf = (language: Language): RemoteTexts => remoteTexts[language]
