import type { Language } from '../i18n/messages.ts'

/** Messages of commands. */
export interface CommandTexts {
  // arguments
  seeHelp: (command: string) => string
  noPasswordArgument: string
  nameThe: (what: string) => string
  tooMany: string
  unknownOption: (option: string) => string
  optionNeedsValue: (option: string) => string
  optionTakesNone: (option: string) => string
  unknownCommand: (name: string, nearest: string, all: string) => string
  unknownAction: (name: string, actions: string) => string
  startTakesNone: string
  oneOf: (options: string) => string
  /** Names of missing arguments, in the accusative. */
  things: Record<'company' | 'person' | 'file' | 'branch' | 'action' | 'name', string>
  /** Name of the password in error messages. */
  thePassword: string

  // the terminal
  password: string
  onceMore: string
  passwordsDiffer: string
  interrupted: string
  noPassword: string
  noPasswordOnInput: string
  generatedPassword: (password: string) => string

  // the database
  unreachable: string
  schemaIsOlder: string
  folderInUse: (folder: string) => string
  stopFirst: (command: string, folder: string) => string
  serviceLeft: string
  schemaIsCurrent: string

  // companies and people
  noSuchCompany: (slug: string) => string
  companyMade: (slug: string, owner: string) => string
  userMade: (email: string, company: string, role: string) => string
  hasLogin: (email: string) => string
  passwordReset: (email: string) => string
  userRenamed: (email: string) => string
  nothingToChange: string
  userDisabled: (email: string) => string
  userEnabled: (email: string) => string
  tokensRevoked: (email: string) => string
  everybodysTokensRevoked: (people: number) => string
  nobody: (email: string) => string
  noCompany: (email: string) => string
  disabled: string
  cannotRead: (file: string, reason: string) => string
  line: (number: number, message: string) => string
  errorsFound: (count: number) => string
  imported: (count: number) => string
  canBeImported: (count: number) => string

  // branches
  noSuchBranch: (name: string, all: string) => string
  severalBranches: (name: string, all: string) => string
  none: string
  noBranches: string
  branchOpened: (name: string) => string
  branchTookIn: (moved: { tables: number; orders: number; employees: number }) => string
  branchRenamed: (name: string) => string
  branchClosed: (name: string) => string
  branchOpen: (name: string) => string
  closed: string

  // backup and restore
  size: (bytes: number) => string
  backingUp: (database: string, size: string) => string
  written: (size: string) => string
  backedUp: (file: string, size: string) => string
  picturesApart: (place: string) => string
  fileExists: (file: string) => string
  cannotWrite: (file: string, reason: string) => string
  noTool: (tool: string) => string
  toolFailed: (tool: string, said: string) => string
  notEmpty: (companies: number) => string
  notOurs: string
  otherKind: Record<'embedded' | 'postgresql', string>
  noBackup: (file: string) => string
  restoring: (file: string, size: string) => string
  read: (size: string, percent: number) => string
  restored: (found: { companies: number; people: number; orders: number }) => string
  kept: (folder: string) => string
  afterRestore: string
}

const thousands = (value: number, locale: string) =>
  value.toLocaleString(locale, { maximumFractionDigits: 1 })

const sizeIn =
  (units: readonly [string, string, string], locale: string) =>
  (bytes: number): string => {
    if (bytes < 1000) return `${bytes} ${units[0]}`
    if (bytes < 1_000_000) return `${thousands(bytes / 1000, locale)} ${units[1]}`
    return `${thousands(bytes / 1_000_000, locale)} ${units[2]}`
  }

const commandTexts: Record<Language, CommandTexts> = {
  ru: {
    seeHelp: (command) => `справка: ${command} --help`,
    noPasswordArgument:
      'аргументы видит каждый на этом компьютере; пароль запрашивается или читается из стандартного ввода',
    nameThe: (what) => `укажите ${what}`,
    tooMany: 'слишком много аргументов',
    unknownOption: (option) => `параметра ${option} нет`,
    optionNeedsValue: (option) => `у параметра ${option} должно быть значение`,
    optionTakesNone: (option) => `у параметра ${option} нет значения`,
    unknownCommand: (name, near, all) =>
      `команды ${name} нет; может быть, ${near}? Есть такие команды:\n${all}`,
    unknownAction: (name, actions) => `${name} здесь нет; есть ${actions}`,
    startTakesNone: 'у start нет аргументов, только настройки; см. npm start -- --help',
    oneOf: (options) => `укажите одно из ${options}`,
    things: {
      company: 'компанию: --company',
      person: 'человека: --email',
      file: 'файл',
      branch: 'филиал',
      action: 'действие',
      name: 'название: --name',
    },
    thePassword: 'пароль',
    password: 'Пароль: ',
    onceMore: 'Ещё раз: ',
    passwordsDiffer: 'введены два разных пароля',
    interrupted: 'прервано; ничего не изменено',
    noPassword: 'пароль не введён',
    noPasswordOnInput: 'на стандартном вводе нет пароля',
    generatedPassword: (password) => `Пароль: ${password}`,
    unreachable: 'база данных недоступна; причину покажет doctor',
    schemaIsOlder: 'схема базы данных старше этой версии; сначала выполните node dist/main.js migrate',
    folderInUse: (folder) =>
      `папка с данными ${folder} занята другим процессом cafe-realtime, который не принимает команд (запускается или завершается, или выполняет другую команду): повторите чуть позже или остановите его`,
    stopFirst: (command, folder) =>
      `${command}: сначала остановите сервис, который работает с папкой ${folder}`,
    serviceLeft: 'сервис завершился, не ответив; выполнена ли команда, неизвестно',
    schemaIsCurrent: 'Схема базы данных обновлена.',
    noSuchCompany: (slug) => `компании с кодом ${slug} нет`,
    companyMade: (slug, owner) => `Компания ${slug} создана, её владелец входит как ${owner}.`,
    userMade: (address, company, role) => `${address} может войти в ${company}, роль ${role}.`,
    hasLogin: (address) => `у ${address} уже есть учётная запись; другой пароль задаёт reset-password`,
    passwordReset: (address) => `Пароль ${address} изменён, все прежние сеансы завершены.`,
    userRenamed: (address) => `Данные ${address} изменены.`,
    nothingToChange: 'не сказано, что изменить',
    userDisabled: (address) => `Учётная запись ${address} отключена, все сеансы завершены.`,
    userEnabled: (address) => `Учётная запись ${address} снова включена.`,
    tokensRevoked: (address) => `Все сеансы ${address} завершены.`,
    everybodysTokensRevoked: (people) => `Все сеансы завершены; учётных записей: ${people}.`,
    nobody: (address) => `учётной записи ${address} нет`,
    noCompany: (address) => `${address} не состоит ни в одной компании`,
    disabled: '(отключён)',
    cannotRead: (file, reason) => `файл ${file} не прочитать: ${reason}`,
    line: (number, message) => `строка ${number}: ${message}`,
    errorsFound: (count) => `ошибок: ${count}; никто не перенесён`,
    imported: (count) => `Перенесено учётных записей: ${count}.`,
    canBeImported: (count) => `Можно перенести учётных записей: ${count}; ничего не изменено.`,
    noSuchBranch: (name, all) => `филиала ${name} нет; есть ${all}`,
    severalBranches: (name, all) => `филиалов ${name} несколько; есть ${all}`,
    none: 'ни одного',
    noBranches: 'Филиалов нет.',
    branchOpened: (name) => `Филиал ${name} открыт.`,
    branchTookIn: ({ tables, orders, employees }) =>
      `Он первый, и теперь в нём всё, что было без филиала: столов ${tables}, заказов ${orders}, сотрудников ${employees}.`,
    branchRenamed: (name) => `Теперь филиал называется ${name}.`,
    branchClosed: (name) =>
      `Филиал ${name} закрыт: новых заказов и броней не будет, открытое можно завершить.`,
    branchOpen: (name) => `Филиал ${name} снова открыт.`,
    closed: '(закрыт)',
    size: sizeIn(['Б', 'кБ', 'МБ'], 'ru'),
    backingUp: (database, size) => `Копируется ${database}, ${size}…`,
    written: (size) => `  записано ${size}`,
    backedUp: (file, size) => `Копия готова: ${file}, ${size}. Храните её на другом компьютере.`,
    picturesApart: (place) => `Картинки хранятся отдельно, скопируйте и их: ${place}`,
    fileExists: (file) => `файл ${file} уже есть`,
    cannotWrite: (file, reason) => `файл ${file} не записать: ${reason}`,
    noTool: (tool) =>
      `в PATH нет ${tool}: установите клиентские программы PostgreSQL (в Debian и Ubuntu: postgresql-client)`,
    toolFailed: (tool, said) => `${tool} не справился: ${said}`,
    notEmpty: (companies) =>
      `база данных не пуста, компаний в ней: ${companies}; ничего не изменено. --replace заменит их теми, что в копии`,
    notOurs:
      'в базе данных есть чужие таблицы; укажите базу, в которой нет ничего другого. Ничего не изменено',
    otherKind: {
      embedded: 'это копия встроенной базы данных, а DATABASE_URL указывает на PostgreSQL',
      postgresql: 'это копия PostgreSQL: укажите базу данных в DATABASE_URL',
    },
    noBackup: (file) => `${file} — не целая копия базы данных этого сервиса; ничего не изменено`,
    restoring: (file, size) => `Восстанавливается ${file}, ${size}…`,
    read: (size, percent) => `  прочитано ${size}, ${percent} %`,
    restored: ({ companies, people, orders }) =>
      `База данных восстановлена: компаний ${companies}, учётных записей ${people}, заказов ${orders}.`,
    kept: (folder) => `Прежняя база данных сохранена в ${folder}; удалите её, когда она станет не нужна.`,
    afterRestore:
      'Экраны загрузят всё заново, и всем нужно снова войти. Чего не было в копии, того нет: проверьте (list-users), не открыта ли снова чья-то закрытая учётная запись.',
  },
  en: {
    seeHelp: (command) => `see ${command} --help`,
    noPasswordArgument:
      'arguments are seen by everybody on this machine; the password is asked for, or read from standard input',
    nameThe: (what) => `name the ${what}`,
    tooMany: 'too many arguments',
    unknownOption: (option) => `there is no option ${option}`,
    optionNeedsValue: (option) => `the option ${option} needs a value`,
    optionTakesNone: (option) => `the option ${option} takes no value`,
    unknownCommand: (name, near, all) => `unknown command ${name}; did you mean ${near}? There are:\n${all}`,
    unknownAction: (name, actions) => `there is no ${name}; there are ${actions}`,
    startTakesNone: 'start takes no arguments, only settings; see npm start -- --help',
    oneOf: (options) => `name one of ${options}`,
    things: {
      company: 'company by --company',
      person: 'person by --email',
      file: 'file',
      branch: 'branch',
      action: 'action',
      name: 'branch by --name',
    },
    thePassword: 'the password',
    password: 'Password: ',
    onceMore: 'Once more: ',
    passwordsDiffer: 'the two passwords differ',
    interrupted: 'interrupted; nothing was changed',
    noPassword: 'no password was given',
    noPasswordOnInput: 'no password came on standard input',
    generatedPassword: (password) => `Password: ${password}`,
    unreachable: 'the database cannot be reached; `doctor` says what is wrong',
    schemaIsOlder: 'the database schema is older than this build; run `node dist/main.js migrate` first',
    folderInUse: (folder) =>
      `the data folder ${folder} is in use by another cafe-realtime process that takes no commands (it starts, ends, or carries out another one): try again in a moment, or stop it first`,
    stopFirst: (command, folder) => `${command}: first stop the service that runs on the folder ${folder}`,
    serviceLeft: 'the service ended without an answer; whether the command was carried out is not known',
    schemaIsCurrent: 'The database schema is up to date.',
    noSuchCompany: (slug) => `there is no company with the slug ${slug}`,
    companyMade: (slug, owner) => `Company ${slug} is there, and ${owner} logs in as its owner.`,
    userMade: (address, company, role) => `${address} logs in to ${company} as ${role}.`,
    hasLogin: (address) => `${address} has a login already; reset-password gives it another password`,
    passwordReset: (address) => `${address} has a new password; all earlier logins have ended.`,
    userRenamed: (address) => `What is known of ${address} is changed.`,
    nothingToChange: 'say what to change',
    userDisabled: (address) => `The login of ${address} is closed, on every device.`,
    userEnabled: (address) => `${address} may log in again.`,
    tokensRevoked: (address) => `All logins of ${address} have ended.`,
    everybodysTokensRevoked: (people) => `All logins of ${people} people have ended.`,
    nobody: (address) => `nobody logs in as ${address}`,
    noCompany: (address) => `${address} belongs to no company`,
    disabled: '(disabled)',
    cannotRead: (file, reason) => `cannot read ${file}: ${reason}`,
    line: (number, message) => `line ${number}: ${message}`,
    errorsFound: (count) => `${count} errors; nobody was imported`,
    imported: (count) => `${count} people imported.`,
    canBeImported: (count) => `${count} people can be imported; nothing was changed.`,
    noSuchBranch: (name, all) => `no branch is called ${name}; there are: ${all}`,
    severalBranches: (name, all) => `more than one branch is called ${name}; there are: ${all}`,
    none: 'none',
    noBranches: 'There are no branches.',
    branchOpened: (name) => `Branch ${name} is open.`,
    branchTookIn: ({ tables, orders, employees }) =>
      `It is the first one, and took in what belonged to no branch: ${tables} tables, ${orders} orders, ${employees} people.`,
    branchRenamed: (name) => `The branch is called ${name} now.`,
    branchClosed: (name) =>
      `Branch ${name} is closed: no new orders and bookings, what is open can be finished.`,
    branchOpen: (name) => `Branch ${name} is open again.`,
    closed: '(closed)',
    size: sizeIn(['B', 'kB', 'MB'], 'en'),
    backingUp: (database, size) => `Copying ${database}, ${size}…`,
    written: (size) => `  ${size} written`,
    backedUp: (file, size) => `The backup is there: ${file}, ${size}. Keep it on another machine.`,
    picturesApart: (place) => `Pictures are kept apart; copy them too: ${place}`,
    fileExists: (file) => `${file} is there already`,
    cannotWrite: (file, reason) => `cannot write ${file}: ${reason}`,
    noTool: (tool) =>
      `${tool} is not on PATH: install the client programs of PostgreSQL (Debian and Ubuntu: postgresql-client)`,
    toolFailed: (tool, said) => `${tool} failed: ${said}`,
    notEmpty: (companies) =>
      `the database is not empty, it has ${companies} companies; nothing was changed. --replace puts those of the backup in their place`,
    notOurs:
      'the database has tables of something else; name one that has nothing else in it. Nothing was changed',
    otherKind: {
      embedded: 'this is a backup of an embedded database, and DATABASE_URL names a PostgreSQL',
      postgresql: 'this is a backup of PostgreSQL: name the database in DATABASE_URL',
    },
    noBackup: (file) => `${file} is no whole backup of a database of this service; nothing was changed`,
    restoring: (file, size) => `Restoring ${file}, ${size}…`,
    read: (size, percent) => `  ${size} read, ${percent} %`,
    restored: ({ companies, people, orders }) =>
      `The database is restored: ${companies} companies, ${people} logins, ${orders} orders.`,
    kept: (folder) => `The database of before is kept in ${folder}; remove it when you need it no more.`,
    afterRestore:
      'Screens fetch everything anew, and everybody has to log in again. What came after the backup is not there: see (list-users) whether a login that was closed since is open again.',
  },
}

/** Russian if the company or the terminal is Russian. */
export const textsOf = (terminal: Language, company?: string | null): CommandTexts =>
  commandTexts[languageOf(terminal, company)]

export const languageOf = (terminal: Language, company?: string | null): Language =>
  terminal === 'ru' || company === 'ru' ? 'ru' : 'en'
