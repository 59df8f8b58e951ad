import type { Language } from './messages.ts'

/** What `doctor` finds and advises. */
export const findingTexts = {
  note: { ru: 'Замечание: {text}', en: 'Note: {text}' },
  settings_read: { ru: 'Настройки читаются.', en: 'The settings can be read.' },

  // settings that are allowed but may not be intended
  demo_data_on: {
    ru: 'DEMO_DATA включена: учётные записи демо-кафе и их пароль знают все.',
    en: 'DEMO_DATA is on: the accounts of the demo café and their password are known to everybody.',
  },
  no_redis: {
    ru: 'REDIS_URL не задана: если реплик несколько, события других реплик приходят на четверть секунды позже.',
    en: 'REDIS_URL is not set: with more than one replica, events of the others come a quarter of a second late.',
  },
  not_production: {
    ru: 'NODE_ENV не равна production: задайте её, чтобы удобства для пробного запуска включались только явно.',
    en: 'NODE_ENV is not production: set it, so that conveniences for trying out are off unless you turn them on.',
  },
  registration_on: {
    ru: 'REGISTRATION включена: компанию может создать каждый, кому доступен сервис.',
    en: 'REGISTRATION is on: anyone who can reach the service can create a company.',
  },
  rate_limit_off: {
    ru: 'RATE_LIMIT выключена: пароли можно подбирать без ограничений.',
    en: 'RATE_LIMIT is off: passwords can be guessed without limit.',
  },
  any_origin: {
    ru: 'CORS_ORIGINS разрешает всё (*): страница любого сайта может использовать токены, которые к ней попали.',
    en: 'CORS_ORIGINS is *: a page of any site can use the tokens that it obtains.',
  },

  // Redis
  redis_well: { ru: 'Redis делает всё, что нужно.', en: 'Redis does what is needed.' },
  without_redis: {
    ru: 'Без Redis события всё равно приходят, но позже.',
    en: 'Without Redis events still arrive, later.',
  },
  slots_unserved: {
    ru: 'Redis: из {all} слотов кластера {unserved} не обслуживает ни один узел.',
    en: 'Redis: {unserved} of {all} slots of the cluster are served by no node.',
  },
  redis_failed: { ru: 'Redis на {where}: {said}.', en: 'Redis at {where}: {said}.' },
  redis_login: {
    ru: 'Проверьте имя и пароль в REDIS_URL: они стоят перед @, в процентной кодировке.',
    en: 'Check the user name and password in REDIS_URL: they come before the @, percent-encoded.',
  },
  redis_allow: { ru: 'Чтобы разрешить: {command}', en: 'To allow it: {command}' },
  redis_allow_everywhere: {
    ru: 'Чтобы разрешить, на каждом узле: {command}',
    en: 'To allow it on every node: {command}',
  },

  // the database
  embedded_well: {
    ru: 'Встроенная база данных работает, её схема обновлена.',
    en: 'The embedded database works, and its schema is up to date.',
  },
  postgresql_well: {
    ru: 'PostgreSQL {version} отвечает, часы совпадают, схема обновлена. Подключений {connections}: при DB_POOL_MAX={pool} хватит на столько реплик: {replicas}.',
    en: 'PostgreSQL {version} answers, its clock agrees, and its schema is up to date. Its {connections} connections are enough for {replicas} replicas with DB_POOL_MAX={pool}.',
  },
  old_postgresql: {
    ru: 'Версия PostgreSQL — {version}, нужна 15 или новее.',
    en: 'PostgreSQL is version {version}: 15 or newer is needed.',
  },
  wrong_encoding: {
    ru: "Кодировка базы данных — {encoding}: создайте базу с ENCODING 'UTF8' и перейдите на неё.",
    en: "The database is encoded in {encoding}: create one with ENCODING 'UTF8' and move the data there.",
  },
  read_only: {
    ru: 'База данных не принимает изменений: укажите в DATABASE_URL основной сервер, а не резервный, и проверьте default_transaction_read_only.',
    en: 'The database takes no changes: name the primary in DATABASE_URL, not a standby, and look at default_transaction_read_only.',
  },
  pool_too_large: {
    ru: 'DB_POOL_MAX — {pool}, а PostgreSQL принимает всего {connections} подключений: уменьшите первое или увеличьте max_connections.',
    en: 'DB_POOL_MAX is {pool}, and PostgreSQL takes {connections} connections in all: lower the one or raise max_connections.',
  },
  clock_ahead: {
    ru: 'Часы этого компьютера спешат на {seconds} с по сравнению с часами базы данных: сверяйте и те и другие по NTP (chrony, systemd-timesyncd).',
    en: 'The clock of this machine is {seconds} s ahead of that of the database: set both by NTP (chrony, systemd-timesyncd).',
  },
  clock_behind: {
    ru: 'Часы этого компьютера отстают на {seconds} с от часов базы данных: сверяйте и те и другие по NTP (chrony, systemd-timesyncd).',
    en: 'The clock of this machine is {seconds} s behind that of the database: set both by NTP (chrony, systemd-timesyncd).',
  },
  migrations_pending: {
    ru: 'В схеме базы данных не хватает миграций этой версии ({count}): выполните `node dist/main.js migrate`.',
    en: 'The database schema lacks {count} migrations of this build: run `node dist/main.js migrate`.',
  },
  schema_newer: {
    ru: 'Схема базы данных — от более новой версии; эта с ней тоже работает.',
    en: 'The database schema is that of a newer version; this one works on it too.',
  },
  unsafe_commits: {
    ru: 'В PostgreSQL выключено: {settings}. При его сбое могут пропасть заказы, о которых уже получен ответ.',
    en: 'PostgreSQL runs without {settings}: when it crashes, orders that were answered may be lost.',
  },
  bypasses_row_security: {
    ru: 'пользователь базы данных — суперпользователь или обходит политики строк: транзакции этими правами не пользуются, но без них безопаснее (docs/operations.md).',
    en: 'the login of the database is a superuser or bypasses row-level security: transactions do not use these rights, but a login without them is safer (docs/operations.md).',
  },
  database_failed: {
    ru: 'База данных не работает: {said}. {advice}',
    en: 'The database cannot be used: {said}. {advice}',
  },
  advice_login: {
    ru: 'Имя и пароль стоят в DATABASE_URL перед @, в процентной кодировке; см. также pg_hba.conf.',
    en: 'Name and password are before the @ in DATABASE_URL, percent-encoded; see also pg_hba.conf.',
  },
  advice_create: {
    ru: 'Создайте её: createdb или CREATE DATABASE, с владельцем, который указан в DATABASE_URL.',
    en: 'Create it: createdb or CREATE DATABASE, with the user of DATABASE_URL as its owner.',
  },
  advice_owner: {
    ru: 'Сделайте пользователя из DATABASE_URL владельцем базы данных.',
    en: 'Make the user of DATABASE_URL the owner of the database.',
  },
  advice_host: {
    ru: 'Имя сервера из DATABASE_URL на этом компьютере неизвестно.',
    en: 'The host in DATABASE_URL is unknown on this machine.',
  },
  advice_prepare: {
    ru: 'Если PgBouncer не умеет подготовленные запросы, задайте DB_PREPARE=off.',
    en: 'With a PgBouncer that does not support prepared statements, set DB_PREPARE=off.',
  },
  advice_connections: {
    ru: 'Увеличьте max_connections или уменьшите DB_POOL_MAX, умноженный на число реплик.',
    en: 'Raise max_connections, or lower DB_POOL_MAX times the number of replicas.',
  },
  advice_tls: {
    ru: 'Проверьте sslmode в DATABASE_URL; удостоверяющий центр сертификата указывают в DATABASE_CA_FILE.',
    en: 'Check sslmode in DATABASE_URL; DATABASE_CA_FILE names the authority of the certificate.',
  },
  advice_reach: {
    ru: 'Запущена ли она, и доступны ли с этого компьютера сервер и порт из DATABASE_URL?',
    en: 'Is it running, and can this machine reach the host and port of DATABASE_URL?',
  },

  // what the database holds
  new_epoch: {
    ru: 'История базы данных называлась {before}, теперь {after}.',
    en: 'The history of the database was named {before} and is now named {after}.',
  },
  company_zone_unknown: {
    ru: 'Часовой пояс {timezone} компании {name} ({id}) неизвестен PostgreSQL, поэтому заказы там невозможны: выберите другой.',
    en: 'The time zone {timezone} of company {name} ({id}) is unknown to PostgreSQL, so nobody can order there: choose another.',
  },
  branch_zone_unknown: {
    ru: 'Часовой пояс {timezone} филиала {name} ({id}) неизвестен PostgreSQL, поэтому заказы там невозможны: выберите другой.',
    en: 'The time zone {timezone} of branch {name} ({id}) is unknown to PostgreSQL, so nobody can order there: choose another.',
  },
  one_phone: {
    ru: 'у клиентов {client} и {other} компании {company} один номер телефона.',
    en: 'clients {client} and {other} of company {company} have the same phone number.',
  },
  double_booking: {
    ru: 'бронь {booking} компании {company} ({guest}, {date} {time}) пересекается с другой бронью того же стола: перенесите или отмените одну из них.',
    en: 'booking {booking} of company {company} ({guest}, {date} {time}) overlaps another booking of the same table: move or cancel one of them.',
  },
  books_in_order: { ru: 'Учёт в порядке.', en: 'The books are in order.' },
  books_differ: { ru: 'Расхождений: {count}.', en: '{count} differences.' },
  difference: {
    ru: '{check}: {row} компании {company} — {found}, должно быть {expected}',
    en: '{check}: {row} of company {company} is {found}, expected {expected}',
  },
} as const satisfies Record<string, Record<Language, string>>

/** Names of the checks of the books; where there are several values, what they are. */
export const checkTexts = {
  table_status: { ru: 'статус стола', en: 'table status' },
  order_total: { ru: 'сумма заказа', en: 'order total' },
  money_paid: { ru: 'оплачено', en: 'money paid' },
  money_refunded: { ru: 'возвращено денег', en: 'money refunded' },
  units_refunded: { ru: 'возвращено порций', en: 'units refunded' },
  archived_bill: { ru: 'счёт в архиве', en: 'archived bill' },
  bill_of_lost_order: {
    ru: 'счёт потерянного заказа (сколько заказов)',
    en: 'bill of a lost order (how many orders)',
  },
  tasks_of_line: {
    ru: 'задачи строки (действующие / вместе с отменёнными)',
    en: 'tasks of a line (live / with cancelled)',
  },
  task_of_another_order: {
    ru: 'задача другого заказа (заказ, филиал, блюдо)',
    en: 'task of another order (order, branch, dish)',
  },
  unfinished_task: { ru: 'незавершённая задача', en: 'unfinished task' },
  order_numbers: {
    ru: 'номера заказов (последний / сколько)',
    en: 'order numbers (last / how many)',
  },
  stream_head: {
    ru: 'поток событий (последний номер / сколько событий)',
    en: 'stream of events (last number / how many)',
  },
} as const satisfies Record<string, Record<Language, string>>

export type FindingKey = keyof typeof findingTexts
export type CheckKey = keyof typeof checkTexts
