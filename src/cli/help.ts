import type { Language } from '../i18n/messages.ts'

/** The `--help` text of a command. */
export interface CommandHelp {
  /** One line. */
  readonly summary: string
  /** Arguments after the name: `<file> --company <slug>`. */
  readonly synopsis: string
  /** Instructions for use. */
  readonly details: string
}

/** Options for a password, in every command that takes one. */
const passwords = {
  en: `  --password-stdin     the password is the first line of standard input, also at a terminal
  --generate-password  the service makes one and shows it, this once

The password is asked for, or read from the first line of standard input: never from an argument, which everybody on
the machine can see.`,
  ru: `  --password-stdin     пароль — первая строка стандартного ввода, даже если это терминал
  --generate-password  сервис сам создаёт пароль и показывает его один раз

Пароль запрашивается или берётся из первой строки стандартного ввода, но не из аргументов: их видит каждый, кто
работает на этом компьютере.`,
}

const email = {
  en: '  --email <e-mail>     what they log in with',
  ru: '  --email <e-mail>     адрес, с которым входят',
}

/** Options of the commands that are clients of a running service. */
const client = {
  en: `  --email <e-mail>     who logs in; without it, the first demo account
  --password-stdin     the password is the first line of standard input, also at a terminal
  --url <address>      of the service, when it is not the one on this machine`,
  ru: `  --email <e-mail>     кто входит; если не указан, первый демо-аккаунт
  --password-stdin     пароль — первая строка стандартного ввода, даже если это терминал
  --url <адрес>        адрес сервиса, если он не на этом компьютере`,
}

const following = {
  en: `  --group <group>      orders, tables, kitchen, notifications; else orders
  --since <position>   where to begin: a number, or <epoch>:<number>
  --branch <id>        for owners and admins; else the whole company
  --json               each event as the service sends it
${client.en}`,
  ru: `  --group <группа>     orders, tables, kitchen, notifications; если не указана, orders
  --since <позиция>    откуда начать: число или <эпоха>:<число>
  --branch <id>        для владельца и администратора; если не указан, вся компания
  --json               каждое событие так, как его отправляет сервис
${client.ru}`,
}

const revoking = {
  en: {
    synopsis: '--email <e-mail> | --company <slug> | --all',
    details: `  --email <e-mail>     all logins of this person
  --company <slug>     those of everybody in this company
  --all                those of everybody

On every device. Whoever may log in logs in again with their password.`,
  },
  ru: {
    synopsis: '--email <e-mail> | --company <код> | --all',
    details: `  --email <e-mail>     все входы этого человека
  --company <код>      все входы всех сотрудников этой компании
  --all                все входы всех

На всех устройствах. Затем нужно снова войти со своим паролем.`,
  },
}

/** Every command, in the order of the help. */
export const commandHelp = {
  migrate: {
    en: {
      summary: 'bring the database schema up to date',
      synopsis: '',
      details: `Only adds what this version needs, so the version before goes on working meanwhile. Any number may run at once:
one works, the others wait. Start replicas with DB_MIGRATE_ON_START=false to leave it to this command.

With DATABASE_MIGRATE_URL the login that it names owns the tables, and makes that of DATABASE_URL where there is none.`,
    },
    ru: {
      summary: 'обновить схему базы данных',
      synopsis: '',
      details: `Только добавляет то, что нужно этой версии, поэтому прежняя версия тем временем работает дальше. Команду можно
запустить в нескольких местах сразу: одна работает, остальные ждут. С DB_MIGRATE_ON_START=false сервис сам схему не меняет.

С DATABASE_MIGRATE_URL таблицы принадлежат указанному там пользователю; он же создаёт пользователя из DATABASE_URL.`,
    },
  },
  doctor: {
    en: {
      summary: 'look at settings, database, clock, schema, Redis and the books, and say what to fix',
      synopsis: '[--new-epoch]',
      details: `Recomputes all that is derived: totals, tables, tasks, bills, heads of streams. Changes nothing, and may run while
people work. Ends with 1 when anything is wrong.

  --new-epoch          after a restore from a backup: positions of before are void, screens fetch everything anew`,
    },
    ru: {
      summary: 'проверить настройки, базу данных, часы, схему, Redis и учёт и сказать, что исправить',
      synopsis: '[--new-epoch]',
      details: `Заново вычисляет всё производное: суммы, столы, задачи кухни, счета, номера событий. Ничего не меняет, запускать
можно во время работы. Если что-то не так, завершается с кодом 1.

  --new-epoch          после восстановления из копии: прежние позиции недействительны, экраны загрузят всё заново`,
    },
  },
  'create-company': {
    en: {
      summary: 'make a company and the login of its owner',
      synopsis: '--name <name> --owner <e-mail> [--timezone <zone>] [--language ru|en] …',
      details: `  --name <name>        of the company: "Ala-Too"
  --owner <e-mail>     who logs in as its owner
  --first-name, --last-name, --phone
                       of the owner
  --language ru|en     of texts for its people; their own choice goes before
  --timezone <zone>    such as Asia/Bishkek: where its days begin
${passwords.en} The short name (slug) that it answers names the company to other commands.`,
    },
    ru: {
      summary: 'создать компанию и учётную запись её владельца',
      synopsis: '--name <название> --owner <e-mail> [--timezone <пояс>] [--language ru|en] …',
      details: `  --name <название>    название компании: "Ала-Тоо"
  --owner <e-mail>     с каким адресом входит владелец
  --first-name, --last-name, --phone
                       имя, фамилия и телефон владельца
  --language ru|en     язык текстов для сотрудников; их собственный выбор важнее
  --timezone <пояс>    часовой пояс, например Asia/Bishkek
${passwords.ru} Короткое имя (код), которое выводит команда, называет компанию в других командах.`,
    },
  },
  'create-user': {
    en: {
      summary: 'give somebody a login in a company',
      synopsis: '--company <slug> --email <e-mail> --role <role> [--branch <branch>]… …',
      details: `  --company <slug>     short name of the company
${email.en}
  --role <role>        owner, admin, waiter, cook, cashier
  --branch <branch>    where they work, by code or name; again for each, the primary one first
  --first-name, --last-name, --phone
${passwords.en}`,
    },
    ru: {
      summary: 'создать учётную запись сотрудника',
      synopsis: '--company <код> --email <e-mail> --role <роль> [--branch <филиал>]… …',
      details: `  --company <код>      короткое имя компании
${email.ru}
  --role <роль>        owner (владелец), admin (администратор), waiter (официант), cook (повар), cashier (кассир)
  --branch <филиал>    где работает, по коду или названию; можно несколько раз, первым — основной
  --first-name, --last-name, --phone
                       имя, фамилия, телефон
${passwords.ru}`,
    },
  },
  'import-users': {
    en: {
      summary: 'give people a login with the password hashes that Django kept',
      synopsis: '<file> --company <slug> [--dry-run]',
      details: `  <file>               JSON lines, one for each of them; docs/migrating.md says how to make it
  --company <slug>     short name of their company
  --dry-run            look at everything and change nothing

All of them, or none when anything is wrong.`,
    },
    ru: {
      summary: 'перенести учётные записи с хешами паролей из Django',
      synopsis: '<файл> --company <код> [--dry-run]',
      details: `  <файл>               строки JSON, по одной на человека; как его получить — docs/migrating.md
  --company <код>      короткое имя компании
  --dry-run            всё проверить и ничего не менять

Или все, или, если что-то не так, никто.`,
    },
  },
  'list-users': {
    en: {
      summary: 'show who has a login in a company',
      synopsis: '--company <slug>',
      details: '  --company <slug>     short name of the company',
    },
    ru: {
      summary: 'показать учётные записи компании',
      synopsis: '--company <код>',
      details: '  --company <код>      короткое имя компании',
    },
  },
  'rename-user': {
    en: {
      summary: 'change the name, the phone number or the address of somebody',
      synopsis:
        '--email <e-mail> [--first-name <name>] [--last-name <name>] [--phone <number>] [--new-email <e-mail>]',
      details: `${email.en}
  --first-name, --last-name, --phone
                       what is not named stays; "" takes it away
  --new-email <e-mail> what they log in with from now on; open logins go on`,
    },
    ru: {
      summary: 'изменить имя, телефон или адрес сотрудника',
      synopsis:
        '--email <e-mail> [--first-name <имя>] [--last-name <фамилия>] [--phone <номер>] [--new-email <e-mail>]',
      details: `${email.ru}
  --first-name, --last-name, --phone
                       имя, фамилия, телефон; что не названо, остаётся, "" убирает
  --new-email <e-mail> с каким адресом входить впредь; открытые сеансы продолжаются`,
    },
  },
  'reset-password': {
    en: {
      summary: 'give somebody another password, and end all of their logins',
      synopsis: '--email <e-mail>',
      details: `${email.en}
${passwords.en} It shows nobody the old one, and works for an owner who forgot theirs.`,
    },
    ru: {
      summary: 'задать новый пароль и завершить все сеансы сотрудника',
      synopsis: '--email <e-mail>',
      details: `${email.ru}
${passwords.ru} Прежний пароль никому не показывается. Годится и для владельца, который забыл свой.`,
    },
  },
  'disable-user': {
    en: {
      summary: 'close a login at once; what they did stays on record',
      synopsis: '--email <e-mail>',
      details: `${email.en}

enable-user opens it again.`,
    },
    ru: {
      summary: 'сразу закрыть учётную запись; всё сделанное сохраняется',
      synopsis: '--email <e-mail>',
      details: `${email.ru}

Снова открывает её enable-user.`,
    },
  },
  'enable-user': {
    en: {
      summary: 'open a login again that was closed',
      synopsis: '--email <e-mail>',
      details: email.en,
    },
    ru: {
      summary: 'снова открыть закрытую учётную запись',
      synopsis: '--email <e-mail>',
      details: email.ru,
    },
  },
  tokens: {
    en: {
      ...revoking.en,
      summary: 'end logins, on every device, at once',
      synopsis: `revoke ${revoking.en.synopsis}`,
    },
    ru: {
      ...revoking.ru,
      summary: 'сразу завершить сеансы на всех устройствах',
      synopsis: `revoke ${revoking.ru.synopsis}`,
    },
  },
  'revoke-tokens': {
    en: { ...revoking.en, summary: 'the same as tokens revoke' },
    ru: { ...revoking.ru, summary: 'то же, что tokens revoke' },
  },
  branches: {
    en: {
      summary: 'show the branches of a company, open, rename and close them',
      synopsis: '[list | create | rename <branch> | close <branch> | open <branch>] --company <slug> …',
      details: `  --company <slug>     short name of the company
  <branch>             by code or name

create and rename:
  --name <name>        of the branch; create needs it
  --code <code>        a short name for commands and files
create:
  --address, --phone, --email
  --timezone <zone>    such as Asia/Bishkek, where it is not that of the company
  --country <code>     such as KG: whose phone numbers are written without its code
  --day-starts-at <h>  when its business day begins, such as 06:00

The first branch takes in what the company had without branches: floor, orders, bookings and staff. A closed one takes
no new orders and bookings; what is open there is finished, and reports go on.`,
    },
    ru: {
      summary: 'показать филиалы компании, открыть, переименовать, закрыть',
      synopsis: '[list | create | rename <филиал> | close <филиал> | open <филиал>] --company <код> …',
      details: `  --company <код>      короткое имя компании
  <филиал>             по коду или названию

create и rename:
  --name <название>    название филиала; для create обязательно
  --code <код>         короткое имя для команд и файлов
create:
  --address, --phone, --email
                       адрес, телефон, e-mail
  --timezone <пояс>    например Asia/Bishkek, если не тот, что у компании
  --country <код>      например KG: чьи номера телефонов пишут без кода страны
  --day-starts-at <ч>  когда начинается рабочий день, например 06:00

Первый филиал получает всё, что было у компании без филиалов: зал, заказы, брони и сотрудников. Закрытый филиал не
принимает новых заказов и броней; открытое в нём завершается, отчёты продолжаются.`,
    },
  },
  backup: {
    en: {
      summary: 'copy the database into a file while people work',
      synopsis: '[<file>]',
      details: `  <file>               must not be there yet; else cafe-<date>-<time>.backup in this folder

One moment of everything in the database. With DATABASE_URL it is made by pg_dump, which must be on PATH, as the login
of the service. Whoever has the file has the data of your guests, and hashes of passwords: only you may read it.
Pictures in MENU_IMAGES_DIR or MENU_IMAGES_S3 are not in it, nor is the secret that signs tokens.`,
    },
    ru: {
      summary: 'скопировать базу данных в файл, не прерывая работы',
      synopsis: '[<файл>]',
      details: `  <файл>               такого файла ещё не должно быть; иначе cafe-<дата>-<время>.backup в этой папке

Один момент всей базы данных. С DATABASE_URL копию делает pg_dump (должен находиться в PATH) от имени пользователя
сервиса. У кого файл, у того данные ваших гостей и хеши паролей: читать его можете только вы.
Картинок из MENU_IMAGES_DIR или MENU_IMAGES_S3 в нём нет, как и секрета, которым подписаны токены.`,
    },
  },
  restore: {
    en: {
      summary: 'put the contents of a backup into the database',
      synopsis: '<file> [--replace]',
      details: `  <file>               what backup wrote; with DATABASE_URL also a dump of pg_dump -Fc
  --replace            also where the database has companies: they give way to those of the backup

All of it or nothing. Embedded: stop the service first; a database that gives way is kept beside the new one. With
DATABASE_URL it is done by pg_restore and psql, which must be on PATH, in one transaction; everything in the schema
public gives way for good, so make a backup before.

Afterwards the schema is up to date, screens fetch everything anew, and everybody logs in again: logins that were ended
since the backup must not come back with it.`,
    },
    ru: {
      summary: 'восстановить базу данных из копии',
      synopsis: '<файл> [--replace]',
      details: `  <файл>               файл команды backup; с DATABASE_URL — также файл pg_dump -Fc
  --replace            даже если в базе есть компании: их заменят компании из копии

Или всё, или ничего. Встроенная база: сначала остановите сервис; заменённая база сохраняется рядом с новой.
С DATABASE_URL работают pg_restore и psql (должны находиться в PATH), в одной транзакции; всё содержимое схемы public
удаляется безвозвратно, поэтому сначала сделайте копию.

После этого схема обновлена, экраны загружают всё заново, и всем нужно снова войти: сеансы, которые были завершены
после создания копии, не должны вернуться вместе с ней.`,
    },
  },
  token: {
    en: {
      summary: 'for developers: print an access token of a running service',
      synopsis: '[--email <e-mail>] [--url <address>]',
      details: `${client.en}

TOKEN=$(npx cafe-realtime token) keeps it for curl and wscat.`,
    },
    ru: {
      summary: 'для разработчиков: вывести токен доступа к работающему сервису',
      synopsis: '[--email <e-mail>] [--url <адрес>]',
      details: `${client.ru}

TOKEN=$(npx cafe-realtime token) сохранит его для curl и wscat.`,
    },
  },
  order: {
    en: {
      summary: 'for developers: take an order at a running service',
      synopsis: '[<dish>[=<quantity>]]… [--table <number>] [--guests <count>] [--note <text>] …',
      details: `  <dish>               by title or a part of it; without any, the first dish of the menu
  --table <number>     else the first free one
  --guests <count>     else 1
  --note <text>        for the whole order
${client.en}`,
    },
    ru: {
      summary: 'для разработчиков: принять заказ в работающем сервисе',
      synopsis: '[<блюдо>[=<количество>]]… [--table <номер>] [--guests <число>] [--note <текст>] …',
      details: `  <блюдо>              по названию или его части; если не указано, первое блюдо меню
  --table <номер>      номер стола; если не указан, первый свободный
  --guests <число>     число гостей; если не указано, 1
  --note <текст>       комментарий ко всему заказу
${client.ru}`,
    },
  },
  events: {
    en: {
      summary: 'for developers: print the events that a running service has kept',
      synopsis: '[--group <group>] [--since <position>] [--branch <id>] [--json] …',
      details: following.en,
    },
    ru: {
      summary: 'для разработчиков: вывести события, которые хранит работающий сервис',
      synopsis: '[--group <группа>] [--since <позиция>] [--branch <id>] [--json] …',
      details: following.ru,
    },
  },
  tail: {
    en: {
      summary: 'for developers: follow the events of a running service',
      synopsis: '[--group <group>] [--since <position>] [--branch <id>] [--json] …',
      details: `${following.en}

It goes on after a lost connection, without gaps, until Ctrl+C.`,
    },
    ru: {
      summary: 'для разработчиков: следить за событиями работающего сервиса',
      synopsis: '[--group <группа>] [--since <позиция>] [--branch <id>] [--json] …',
      details: `${following.ru}

После обрыва связи продолжает без пропусков, до Ctrl+C.`,
    },
  },
} as const satisfies Record<string, Record<Language, CommandHelp>>

export type CommandName = keyof typeof commandHelp

/** The help text of the program. */
export const usageTexts: Record<
  Language,
  {
    about: string
    start: string
    oneThing: string
    how: string
    commands: string
    startCommand: string
    settings: string
  }
> = {
  en: {
    about: 'realtime backend for cafés',
    start: 'start the service',
    oneThing: 'do one thing and end; without npm: node dist/main.js <command> …',
    how: 'how',
    commands: 'Commands',
    startCommand: 'start the service: what happens when no command is named',
    settings: 'Settings, from the environment',
  },
  ru: {
    about: 'бэкенд кафе, события в реальном времени',
    start: 'запустить сервис',
    oneThing: 'сделать что-то одно и завершиться; без npm: node dist/main.js <command> …',
    how: 'справка о команде',
    commands: 'Команды',
    startCommand: 'запустить сервис: происходит и тогда, когда команда не названа',
    settings: 'Настройки, из переменных окружения',
  },
}
