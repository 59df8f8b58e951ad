/**
 * The document in Russian: every English text with its translation. `test/openapi/russian.test.ts` names those that are missing.
 */
export const russianTexts: Readonly<Record<string, string>> = {
  // what can be done
  'A new access token': 'Новый токен доступа',
  'A ticket that opens one socket within 30 seconds: `?ticket=`':
    'Билет, который за 30 секунд открывает один сокет: `?ticket=`',
  'Add a line to an order': 'Добавить позицию в заказ',
  'Add lines to an order, one or several; lines of others stay untouched':
    'Добавить в заказ одну или несколько позиций; чужие не меняются',
  'Change a branch': 'Изменить филиал',
  'Change a role of the company’s own': 'Изменить собственную роль компании',
  'Change an employee': 'Изменить сотрудника',
  'Change an order line': 'Изменить позицию заказа',
  'Change an order: fields, the whole list of lines, status; what is not sent stays':
    'Изменить заказ: поля, весь список позиций, статус; что не прислано, остаётся',
  'Change my company': 'Изменить мою компанию',
  'Change my name, phone, picture or language': 'Изменить моё имя, телефон, фото или язык',
  'Change one line of an order': 'Изменить одну позицию заказа',
  'Change one’s own password, as forms with a repeated field send it':
    'Сменить свой пароль так, как его присылают формы с повтором пароля',
  'Change one’s own password: every other login ends at once':
    'Сменить свой пароль: все остальные сеансы сразу завершаются',
  'Delete an order': 'Удалить заказ',
  'Dismiss an employee: the login ends, the name stays on what they did':
    'Уволить сотрудника: войти он больше не может, сделанное остаётся за ним',
  'End one of one’s own logins: its tokens and sockets end at once':
    'Завершить один из своих сеансов: его токены и сокеты сразу перестают действовать',
  'End the login of the token sent': 'Завершить сеанс присланного токена',
  'Events after a position; waits for the first one if asked to':
    'События после позиции; по просьбе ждёт первого',
  'Events as they happen, as server-sent events; `Last-Event-ID` goes on after a position':
    'События по мере появления (server-sent events); `Last-Event-ID` продолжает после позиции',
  'Figures for Prometheus': 'Показатели для Prometheus',
  'Floor, open orders and kitchen tasks of one moment, with the stream position of that moment':
    'Зал, открытые заказы и задачи кухни на один момент, с позицией потока событий на этот момент',
  'Give money back': 'Вернуть деньги',
  'Give somebody a login': 'Создать учётную запись сотрудника',
  'Give the money for a line, or for some of its units, back':
    'Вернуть деньги за позицию или за часть её порций',
  'How long the guests of every waiter waited for their dishes':
    'Сколько гости каждого официанта ждали свои блюда',
  'How much every cook cooked, and how fast': 'Сколько приготовил каждый повар и как быстро',
  "List a client's closed bills": 'Закрытые счета клиента',
  "List a client's orders": 'Заказы клиента',
  'List bills of finished orders, newest first': 'Счета завершённых заказов, сначала новые',
  'List branches': 'Филиалы',
  'List changes, newest first: who, when, from where, before and after':
    'Изменения, сначала новые: кто, когда, откуда, что было и что стало',
  'List closed orders': 'Закрытые заказы',
  'List employees': 'Сотрудники',
  'List industries': 'Отрасли',
  'List one’s own logins, device by device': 'Свои сеансы по устройствам',
  'List one’s own notifications, newest first': 'Свои уведомления, сначала новые',
  'List order lines, newest first': 'Позиции заказов, сначала новые',
  'List orders, newest first': 'Заказы, сначала новые',
  'List roles: those of the service, then those of the company’s own':
    'Роли: сначала роли сервиса, затем собственные роли компании',
  'List subscription plans': 'Тарифы',
  'List tasks of every status, oldest first': 'Задачи в любом статусе, сначала старые',
  'List tasks, oldest first; unfinished ones unless `status` says otherwise':
    'Задачи, сначала старые; незавершённые, если `status` не говорит иного',
  'Log in': 'Войти',
  'Make a role of the company’s own': 'Создать собственную роль компании',
  'Mark a notification as read': 'Отметить уведомление прочитанным',
  'Mark all of one’s own notifications as read, or those named':
    'Отметить прочитанными все свои уведомления или названные',
  'Merge other orders into this one': 'Влить в этот заказ другие',
  'Move an order to another table': 'Пересадить заказ за другой стол',
  'My company': 'Моя компания',
  'Open a branch': 'Открыть филиал',
  'Read a branch': 'Один филиал',
  'Read a notification': 'Одно уведомление',
  'Read a task': 'Одна задача',
  'Read an employee': 'Один сотрудник',
  'Read an order': 'Один заказ',
  'Read an order line': 'Одна позиция заказа',
  'Register a company and its owner': 'Зарегистрировать компанию и её владельца',
  'Remove a branch that nothing refers to': 'Удалить филиал, на который ничто не ссылается',
  'Remove a role of the company’s own that nobody has':
    'Удалить собственную роль компании, которой ни у кого нет',
  'Replace a branch': 'Заменить филиал',
  'Replace a role of the company’s own': 'Заменить собственную роль компании',
  'Say that a dish is ready': 'Сообщить, что блюдо готово',
  'Say that several dishes are ready': 'Сообщить, что несколько блюд готовы',
  'Say that the kitchen has seen a cancellation': 'Сообщить, что кухня увидела отмену',
  'Settle an order: with money, as a debt, or both': 'Рассчитать заказ: деньгами, в долг или и так и так',
  'Socket of the group kitchen': 'Сокет группы kitchen (кухня)',
  'Socket of the group notifications': 'Сокет группы notifications (уведомления)',
  'Socket of the group orders': 'Сокет группы orders (заказы)',
  'Socket of the group tables': 'Сокет группы tables (столы)',
  'Split units off into a new order': 'Отделить порции в новый заказ',
  'Take a line off an order': 'Убрать позицию из заказа',
  'Take a line off its order': 'Убрать позицию из её заказа',
  'Take a pending task: it is in progress and mine': 'Взять ожидающую задачу: она в работе и моя',
  'Take a ready dish back into work': 'Вернуть готовое блюдо в работу',
  'Take an order': 'Принять заказ',
  'Take an order of a client': 'Принять заказ клиента',
  'Take money for what is owed on an order': 'Принять оплату долга по заказу',
  'Take several pending tasks': 'Взять несколько ожидающих задач',
  'The picture of a dish': 'Картинка блюда',
  'The process is alive': 'Процесс жив',
  'Totals of sales, by way of payment and by business day': 'Итоги продаж по способам оплаты и рабочим дням',
  'What every dish brought': 'Сколько принесло каждое блюдо',
  'What the dishes of every category brought': 'Сколько принесли блюда каждой категории',
  'Whether a short name is free': 'Свободно ли короткое имя',
  'Whether to send requests here': 'Можно ли присылать сюда запросы',
  'Who am I': 'Кто я',
  'Write the status of a task; the same rules as the commands':
    'Записать статус задачи; правила те же, что у команд',
  ...ofResources({
    bookings: ['брони', 'бронь'],
    categories: ['категории', 'категорию'],
    clients: ['клиенты', 'клиента'],
    kitchens: ['кухни', 'кухню'],
    'menu-items': ['блюда меню', 'блюдо меню'],
    tables: ['столы', 'стол'],
    zones: ['зоны', 'зону'],
  }),

  // how
  'Bills of these business days of their branches: closed ones, and those settled while the order is open; cancelled ones only where they are counted. Discounts and refunds count on the day of their bill, whenever money was given back; on items and categories they are shared out, so that revenues add up to net_total.':
    'Счета за эти рабочие дни филиалов: закрытые и рассчитанные при открытом заказе; отменённые — только там, где их считают. Скидки и возвраты относятся к дню своего счёта, когда бы деньги ни вернули; по блюдам и категориям они распределены так, что выручка в сумме даёт net_total.',
  'Finished orders with the titles and prices of their day, kept when an order is deleted. Not among them: reopened orders, and those that were merged into another one.':
    'Завершённые заказы с названиями и ценами того дня; остаются и после удаления заказа. Среди них нет вновь открытых заказов и тех, что влиты в другой.',
  'By business day of the branch. Lead time runs from the order to the ready dish, cooking time from the claim; seconds, null without a ready dish.':
    'По рабочим дням филиала. Время выполнения — от заказа до готового блюда, время готовки — от взятия задачи; в секундах, null без готовых блюд.',
  'Lines, kitchen tasks, guests and discounts of the others become this order’s, with their ids, prices and progress, and their notes; the others are deleted. Notes that are too long together are refused. All must be open and unpaid, of one branch. Answers with this order.':
    'Позиции, задачи кухни, гости и скидки других заказов переходят к этому вместе с id, ценами, готовностью и примечаниями; другие заказы удаляются. Слишком длинные вместе примечания отклоняются. Все заказы должны быть открытыми, неоплаченными и одного филиала. Ответ — этот заказ.',
  'The same as PATCH of `table`: both tables turn free or busy by what is left on them.':
    'То же, что PATCH поля `table`: оба стола становятся свободными или занятыми по тому, что на них осталось.',
  'Cash unless `payment_method` says otherwise; never more than `balance_due`.':
    'Наличными, если `payment_method` не говорит иного; не больше `balance_due`.',
  'Once per order. A discount that is left out or 0 is the one already agreed; `clear_discount` takes it off. `pay_now` below the amount due, and `debt`, leave a debt of the client, paid by `pay-debt/`; what is paid of a debt right now is its `prepaid_amount`. From then on lines and discount are final.':
    'Один раз на заказ. Если скидка не прислана или равна 0, действует согласованная раньше; `clear_discount` снимает её. `pay_now` меньше суммы к оплате и `debt` оставляют долг клиента, его платят через `pay-debt/`; часть долга, внесённая сразу, — `prepaid_amount`. После этого позиции и скидка не меняются.',
  'All units not given back yet unless `quantity` says otherwise. Each unit comes to its share after the discount; all units of all lines come to the amount paid, to the minor unit. As many units that are not cooked yet are cancelled in the kitchen, pending ones first; ready ones stay.':
    'Все ещё не возвращённые порции, если `quantity` не говорит иного. Порция стоит свою долю после скидки; все порции всех позиций вместе дают уплаченную сумму до копейки. Столько же ещё не приготовленных порций отменяется на кухне, сначала ожидающие; готовые остаются.',
  'Never more than was paid and not given back yet. The order stays as it was sold; `refunded_amount` says what went back, the way it was paid (else cash) unless `payment_method` says otherwise.':
    'Не больше уплаченного и ещё не возвращённого. Заказ остаётся таким, каким был продан; `refunded_amount` показывает возвращённое — тем же способом, каким платили (иначе наличными), если `payment_method` не говорит иного.',
  'The new order gets the named units with their prices and kitchen tasks, a number of its own, the same note and waiter and, unless `table` says otherwise, the same table. The discount is divided in proportion, to the minor unit. Something must be left. Answers with both orders.':
    'Новый заказ получает названные порции с ценами и задачами кухни, собственный номер, то же примечание, того же официанта и, если `table` не говорит иного, тот же стол. Скидка делится пропорционально, до копейки. Что-то должно остаться. Ответ — оба заказа.',
  'WebP. Needs no token: its address is not to be guessed.': 'WebP. Токен не нужен: адрес нельзя угадать.',
  'The first branch of a company takes in, all at once, what belonged to no branch: zones, tables, open and past orders with all that hangs on them, bookings, the stop-list, and staff. Menu, kitchens, categories and clients stay the company’s. Sockets are told by `first_branch_created` and go on in the branch.':
    'Первый филиал компании сразу получает всё, что было без филиала: зоны, столы, открытые и прошлые заказы со всем, что к ним относится, брони, стоп-лист и сотрудников. Меню, кухни, категории и клиенты остаются общими. Сокеты узнают об этом из `first_branch_created` и продолжают в филиале.',
  'What is away but can be lived without stands in `degraded`.':
    'Что недоступно, но без чего можно работать, названо в `degraded`.',
  'A WebSocket. The upgrade is always accepted; faults close the socket afterwards, with a code that says why. Messages, positions and codes: docs/realtime.md.':
    'WebSocket. Соединение принимается всегда; при ошибке сокет затем закрывается с кодом, который называет причину. Сообщения, позиции и коды: docs/realtime.md.',
  'Order, groups, positions and rights are those of the sockets: docs/realtime.md. Owners and admins of companies with more than 200 branches name one.':
    'Порядок, группы, позиции и права — как у сокетов: docs/realtime.md. Владельцы и администраторы компаний, где больше 200 филиалов, называют один из них.',
  'For everybody, without a token.': 'Для всех, без токена.',
  'For everybody with a valid token.': 'Для всех с действующим токеном.',

  // rooms
  'Sales, dishes and categories by business day; how fast the kitchen is.':
    'Продажи, блюда и категории по рабочим дням; скорость кухни.',
  'Who changed what, when and from where.': 'Кто, что, когда и откуда изменил.',
  'Tables kept for guests who are still to come.': 'Столы, оставленные за будущими гостями.',
  'The branches of the company.': 'Филиалы компании.',
  'Groups of dishes in the menu.': 'Группы блюд в меню.',
  'Guests who are known by name or phone.': 'Гости, известные по имени или телефону.',
  'The company itself, and how one comes to be.': 'Сама компания и её регистрация.',
  'People who log in, and their roles.': 'Те, кто входит в систему, и их роли.',
  'The events of the sockets, for clients without sockets.': 'События сокетов для клиентов без сокетов.',
  'Tasks of the kitchen: one for each unit of a dish.': 'Задачи кухни: по одной на каждую порцию.',
  'Kitchens, and what each of them cooks.': 'Кухни и то, что готовит каждая.',
  'Tokens, sessions, passwords.': 'Токены, сеансы, пароли.',
  'Dishes with prices, pictures and the stop-list.': 'Блюда с ценами, картинками и стоп-листом.',
  'What waiters are told, such as that a dish is ready.': 'О чём узнаёт официант, например что блюдо готово.',
  'Lines of orders as a list of their own.': 'Позиции заказов отдельным списком.',
  'Orders from the first line to the archive.': 'Заказы от первой позиции до архива.',
  'Money taken, owed and given back.': 'Деньги принятые, в долг и возвращённые.',
  'The person who is logged in.': 'Тот, кто вошёл.',
  'Where to begin; health and figures of the process.': 'С чего начать; состояние и показатели процесса.',
  'Everything a screen needs to begin.': 'Всё, что нужно экрану для начала.',
  'Events as they happen.': 'События по мере их появления.',
  'The tables of the floor.': 'Столы зала.',
  'The parts of the floor.': 'Части зала.',

  // answers
  'Done.': 'Готово.',
  'Created.': 'Создано.',
  'Taken note of.': 'Принято к сведению.',
  'Done; there is nothing to show.': 'Готово; показывать нечего.',
  'Not changed since.': 'С тех пор не изменилось.',
  'The socket is open; see the documents of its messages.': 'Сокет открыт; его сообщения описаны отдельно.',
  'The picture.': 'Картинка.',
  'Fields at fault': 'Поля с ошибками',
  'fields at fault': 'поля с ошибками',

  // parameters and headers
  'From 1.': 'С 1.',
  'Default 100, at most 500.': 'По умолчанию 100, не больше 500.',
  'Comma list of fields, `-` for descending.': 'Поля через запятую, `-` — по убыванию.',
  'First business day. Default: 29 days before the last one.':
    'Первый рабочий день. По умолчанию за 29 дней до последнего.',
  'Last business day, inclusive. Default: today, where today is latest.':
    'Последний рабочий день включительно. По умолчанию сегодня — там, где оно наступило раньше всего.',
  'From `next` of the page before.': 'Из `next` предыдущей страницы.',
  'The order, its lines, payments and refunds.': 'Заказ, его позиции, платежи и возвраты.',
  'First business day of the branch, or an instant; inclusive.':
    'Первый рабочий день филиала или момент времени; включительно.',
  'Last business day of the branch, or an instant; inclusive.':
    'Последний рабочий день филиала или момент времени; включительно.',
  'Inclusive.': 'Включительно.',
  'Business day, inclusive.': 'Рабочий день, включительно.',
  'Comma list or repeated.': 'Через запятую или повторно.',
  'One, a comma list, or repeated. Default: pending,in_progress.':
    'Один, через запятую или повторно. По умолчанию pending,in_progress.',
  'Only tasks whose cook is the actor.': 'Только задачи, повар которых — вызывающий.',
  'Only dishes that were cancelled in the making and whose cook has not seen it.':
    'Только блюда, отменённые во время готовки, отмену которых повар ещё не видел.',
  'Former employees: false.': 'Бывшие сотрудники: false.',
  'Who works in this branch.': 'Кто работает в этом филиале.',
  'An access token, where no `Authorization` header or subprotocol carries it.':
    'Токен доступа, если его нет в заголовке `Authorization` или подпротоколе.',
  'In place of the token: from `POST /api/ws-tickets/`, good once.':
    'Вместо токена: из `POST /api/ws-tickets/`, действует один раз.',
  'Owner and admin: the branch to hear of.': 'Владелец и администратор: о каком филиале узнавать.',
  'The position to go on from.': 'Позиция, с которой продолжать.',
  'Company-wide: the positions come as the first message.':
    'Для всей компании: позиции приходят первым сообщением.',
  'Owner and admin: the branch to work in; without it, all of the company. Staff have their own.':
    'Владелец и администратор: в каком филиале работать; без него — вся компания. У остальных свой.',
  'Made by the client. The same key with the same request is carried out once, and answered alike.':
    'Создаёт клиент. Один и тот же запрос с тем же ключом выполняется один раз и получает тот же ответ.',
  'The `ETag` the change rests on; another version by now is answered with 412.':
    '`ETag`, на котором основано изменение; если версия уже другая, ответ 412.',
  'The version of the object, for `If-Match`; where the answer is one versioned object.':
    'Версия объекта для `If-Match`, если ответ — один объект с версией.',
  '`true`: this is the answer of an earlier request with the same key.':
    '`true`: это ответ на прежний запрос с тем же ключом.',
  'Seconds to wait.': 'Сколько секунд ждать.',

  'Rows to pass over, for clients that count rows instead of pages.':
    'Сколько строк пропустить, для клиентов, которые считают строки, а не страницы.',
  'From this minute on, by the clock of the branch.': 'С этой минуты, по часам филиала.',
  'Up to this minute, inclusive; before `time_from` it is past midnight.':
    'По эту минуту включительно; если раньше `time_from`, то после полуночи.',

  // fields
  'What to hear of: the groups of the sockets.': 'О чём узнавать: группы сокетов.',
  'Owner and admin: the branch to hear of; without it, all of the company.':
    'Для владельца и администратора: о каком филиале узнавать; без него — обо всей компании.',
  'The position after which to go on: from an answer, a socket or the snapshot.':
    'Позиция, после которой продолжить: из ответа, сокета или снимка.',
  'Seconds to wait for an event when there is none; without it, none.':
    'Сколько секунд ждать события, если его нет; без параметра — нисколько.',
  'Its number in the branch.': 'Номер события в филиале.',
  'From the log: it happened before the request.': 'Из журнала: случилось до запроса.',
  'The stream that the position is of, as in the greeting of a socket.':
    'Поток, которому принадлежит позиция, как в приветствии сокета.',
  'In order, oldest first.': 'По порядку, сначала старые.',
  'For `since` of the next request.': 'Для `since` следующего запроса.',
  'Events are missing: fetch everything again, then go on from `position`.':
    'Часть событий недоступна: загрузите всё заново и продолжайте с `position`.',
  'The stream: every message of a socket as an event of its type.':
    'Поток: каждое сообщение сокета как событие своего типа.',
  'Orders say how much of it, and the price is for a kilogram or a gram.':
    'В заказе указывают, сколько его; цена за килограмм или грамм.',
  'What the price of a dish sold by weight is for, `kg` when left out; of any other it says nothing.':
    'За что цена блюда на вес, если не прислано — `kg`; о других блюдах ничего не говорит.',
  '`service`, or anything else for a dish.': '`service`, или что угодно другое для блюда.',
  'Required on a line of a dish.': 'Обязательно в позиции с блюдом.',
  '1 to 999, whole; with up to three decimals of what is sold by the kilogram, up to 999.999, and whole grams of what is sold by the gram, up to 999999.':
    'Целое от 1 до 999; для продаваемого на килограммы — до трёх знаков после точки, до 999.999, на граммы — целые граммы до 999999.',
  'With `line_kind` `service`: what is charged for.': 'С `line_kind` `service`: за что берётся плата.',
  'With `line_kind` `service`: the price of one. Elsewhere ignored: a dish costs what the menu says when it is ordered.':
    'С `line_kind` `service`: цена за единицу. Иначе не учитывается: блюдо стоит столько, сколько в меню при заказе.',
  'Null for services.': 'Null для услуг.',
  'Pieces sold, and kilograms or grams of what is sold by weight.':
    'Продано штук, а для продаваемого на вес — килограммов или граммов.',
  'Null for a service.': 'Null для услуги.',
  'What `quantity` counts.': 'Что считает `quantity`.',
  'Null on a line of a service.': 'Null в позиции с услугой.',
  'Of a service, its title.': 'Для услуги — её название.',
  'Empty on a line of a dish.': 'Пусто в позиции с блюдом.',
  'What the price is for, and what `quantity` counts.': 'За что цена и что считает `quantity`.',
  'Whole, unless it is in kilograms.': 'Целое, если это не килограммы.',
  'Price by quantity; half of the smallest coin is rounded up, once.':
    'Цена на количество; половина наименьшей монеты округляется вверх, один раз.',
  'True takes a line that is there off the order, whatever the other fields say.':
    'True убирает имеющуюся позицию из заказа, что бы ни было в остальных полях.',
  'True in the answer that took the line off its order.': 'True в ответе, который убрал позицию из заказа.',
  'How much of `quantity` is refunded.': 'Сколько из `quantity` возвращено.',
  'How much of `quantity` can still be refunded; 0 while no payment is left to refund.':
    'Сколько из `quantity` ещё можно вернуть; 0, пока возвращать нечего.',
  'How much to cook: 1, or the weight in `menu_item_sale_unit`.':
    'Сколько готовить: 1 или вес в `menu_item_sale_unit`.',
  'For what `sale_unit` says.': 'За то, что названо в `sale_unit`.',
  'From an emptied field: 1.': 'Из опустошённого поля: 1.',
  'What went wrong: `detail` for a person, in the language of the answer, `code` for a program. Some codes bring more, such as who claimed a task.':
    'Что не так: `detail` для человека, на языке ответа, `code` для программы. С некоторыми кодами приходит ещё что-то, например кто взял задачу.',
  'With `internal`: what to report.': 'С `internal`: что сообщить.',
  'With `not_found` for a path that is none: the path that may have been meant.':
    'С `not_found` для несуществующего пути: путь, который, возможно, имелся в виду.',
  'Where to begin': 'С чего начать',
  'Page of the API: to read and try.': 'Страница API: прочесть и попробовать.',
  'Page of the events on sockets: to read and try.': 'Страница событий на сокетах: прочесть и попробовать.',
  'The OpenAPI document.': 'Документ OpenAPI.',
  'The AsyncAPI document.': 'Документ AsyncAPI.',
  'Every list, by its path below `/api/`.': 'Все списки, по их пути внутри `/api/`.',
  'Messages by field, nested like the body: a list of objects has a list of the same length, with `{}` where nothing is wrong. `non_field_errors` for the whole body.':
    'Сообщения по полям, вложенные как тело: списку объектов соответствует список той же длины, `{}` — где всё верно. `non_field_errors` — о теле целиком.',
  'Where it stands in the body.': 'Где это в теле.',
  'For a person, naming what may have been meant.': 'Для человека, с тем, что могло иметься в виду.',
  'Fields of the body that mean nothing here; left out when there are none.':
    'Поля тела, которые здесь ничего не значат; нет, если таких нет.',
  'Units sold.': 'Продано порций.',
  'Bills on which money was taken this way.': 'Счета, по которым деньги приняты этим способом.',
  'Null for dishes that are no longer on the menu.': 'Null для блюд, которых больше нет в меню.',
  'Units of these that were given back.': 'Сколько из них возвращено.',
  'Per cent of the whole revenue.': 'Процент от всей выручки.',
  'As it stands on the latest of these bills.': 'Как на последнем из этих счетов.',
  'Short number for people, from 1 per branch and business day.':
    'Короткий номер для людей, с 1 в каждом филиале и рабочем дне.',
  'Still to be paid, now or as a debt.': 'Сколько ещё платить, сейчас или в долг.',
  'Still owed of an order that was put on debt; "0.00" on any other.':
    'Остаток долга по заказу, оформленному в долг; у прочих "0.00".',
  'Rises with every change of the order, not with its tasks.':
    'Растёт с каждым изменением заказа, но не его задач.',
  'Null when the order itself was deleted.': 'Null, если сам заказ удалён.',
  'Who did it; null for the service itself and for people not signed in.':
    'Кто это сделал; null для самого сервиса и для тех, кто не вошёл.',
  'Their name or e-mail address now.': 'Имя или e-mail сейчас.',
  'The order that a line, payment or refund belongs to.':
    'Заказ, к которому относится позиция, платёж или возврат.',
  'The fields that changed, as they were; of a deleted object, all. Null for a new one.':
    'Изменённые поля, какими были; у удалённого — все. Null у нового.',
  'The fields that changed, as they became; of a new object, all. Null for a deleted one.':
    'Изменённые поля, какими стали; у нового — все. Null у удалённого.',
  'Method and route of the request.': 'Метод и маршрут запроса.',
  'As in `X-Request-Id` and in the logs.': 'Как в `X-Request-Id` и в журналах.',
  'What the device says of itself.': 'Что устройство сообщает о себе.',
  'Address of the next, older page; null on the last one.':
    'Адрес следующей, более старой страницы; на последней null.',
  'As that of a client.': 'Как у клиента.',
  'Day of the branch’s own calendar.': 'День по календарю филиала.',
  'By the branch’s own clock.': 'По часам филиала.',
  'Minutes the table is kept.': 'На сколько минут оставлен стол.',
  'Minutes the table is kept. Default: `booking_duration` of the branch.':
    'На сколько минут оставлен стол. По умолчанию `booking_duration` филиала.',
  'Of two bookings that hold one table at one time the second is refused.':
    'Из двух броней одного стола на одно время вторая отклоняется.',
  'The table tells it.': 'Определяется столом.',
  'True takes more guests than the table has places (`not_enough_places`).':
    'True: гостей может быть больше, чем мест за столом (`not_enough_places`).',
  'True takes a time that has passed, from owner and admin; others get a 403.':
    'True: время может быть прошедшим, для владельца и администратора; остальным 403.',
  'Null once the table is gone.': 'Null, если стола больше нет.',
  'That of a table that is gone stays.': 'Остаётся, даже если стола больше нет.',
  'False closes it: no new orders or bookings there (`branch_closed`), its sockets end with 4004.':
    'False закрывает его: новых заказов и броней нет (`branch_closed`), сокеты завершаются с 4004.',
  'Its own zone, else the one of the company.': 'Собственный пояс, иначе пояс компании.',
  'ISO 3166, `KG`: whose phone numbers are written without its code. From the time zone unless set.':
    'ISO 3166, `KG`: чьи номера телефонов пишут без кода. Если не задано — по часовому поясу.',
  'When its business day begins, `HH:MM` of its own clock: what is ordered before belongs to the day before.':
    'Когда начинается рабочий день, `HH:MM` по местным часам: заказанное раньше относится к предыдущему дню.',
  'Minutes a table is kept for guests unless their booking says otherwise.':
    'На сколько минут оставляется стол, если бронь не говорит иного.',
  'Of the first branch of a company: how much of what belonged to no branch is now its own. Null of others.':
    'У первого филиала компании: сколько из того, что было без филиала, теперь его. У остальных null.',
  'The menu belongs to the whole company.': 'Меню общее для всей компании.',
  'Place in the menu; equal ones by title.': 'Место в меню; при равных — по названию.',
  'Place in its category; equal ones by title.': 'Место в категории; при равных — по названию.',
  'In any common form; one client for each number and extension.':
    'В любой обычной записи; один клиент на номер с добавочным.',
  'Clients are the whole company’s.': 'Клиенты общие для всей компании.',
  'E.164 where it is a possible number of the country or with a code, else its digits.':
    'E.164, если такой номер возможен в стране или записан с кодом, иначе цифры.',
  'As it was written.': 'Как было записано.',
  'Digits behind the number; empty without.': 'Добавочный номер; без него пусто.',
  'The latest ones, newest first.': 'Последние, сначала новые.',
  'The latest closed ones, newest first.': 'Последние закрытые, сначала новые.',
  'Largest discount by role, in percent of the total of an order; owner and admin have no limit.':
    'Наибольшая скидка по ролям, в процентах от суммы заказа; у владельца и администратора предела нет.',
  'Nobody else has it, and it can be one.': 'Никем не занято и допустимо.',
  'Says to a person why not.': 'Объясняет человеку, почему нет.',
  'A role of the company’s own that rests on `role`.': 'Собственная роль компании, основанная на `role`.',
  'Made by the service when none was sent, and shown this once; not to a repetition.':
    'Создан сервисом, если не прислан, и показан один раз; при повторе запроса его нет.',
  'Not needed beside a `custom_role`.': 'Не нужна рядом с `custom_role`.',
  'A role of the company’s own, from `users/roles/`.': 'Собственная роль компании, из `users/roles/`.',
  'From order to ready; null without a ready dish.': 'От заказа до готовности; null без готовых блюд.',
  'Nine of ten dishes were ready within this time.': 'За это время готовы девять блюд из десяти.',
  'From claim to ready.': 'От взятия до готовности.',
  'The note of the whole order.': 'Примечание ко всему заказу.',
  "The client's name.": 'Имя клиента.',
  '1…n among the units of its line.': '1…n среди порций своей позиции.',
  'Kitchens belong to the whole company.': 'Кухни общие для всей компании.',
  'Name of the company.': 'Название компании.',
  'As a person reads it.': 'Как это читает человек.',
  'In place of an access token.': 'Вместо токена доступа.',
  'Ask for a new refresh token as well.': 'Запросить и новый токен обновления.',
  'An amount: digits with at most two decimals, as text or as a number.':
    'Сумма: цифры, не больше двух знаков после точки, текстом или числом.',
  'Changes the stop-list of the branch; company-wide: of every branch.':
    'Меняет стоп-лист филиала; для всей компании — каждого филиала.',
  'As `multipart/form-data`: a JPEG, PNG or WebP of at most 5 MB. In JSON: null takes the picture away, an address that was read changes nothing.':
    'Как `multipart/form-data`: JPEG, PNG или WebP до 5 МБ. В JSON: null убирает картинку, прочитанный адрес ничего не меняет.',
  'Where it stands on the map of the floor.': 'Где он на плане зала.',
  'Derived from open orders: what is sent is ignored, the answer shows the true one.':
    'Определяется открытыми заказами: присланное не учитывается, в ответе настоящий.',
  'Owner and admin, when no zone tells it: which branch, else their usual one.':
    'Владелец и администратор, если не ясно по зоне: какой филиал, иначе их обычный.',
  'Owner and admin: which branch, else their usual one; staff use their own.':
    'Владелец и администратор: какой филиал, иначе их обычный; у сотрудников свой.',
  'Owner and admin, for a takeaway order: which branch, else their usual one.':
    'Владелец и администратор, для заказа навынос: какой филиал, иначе их обычный.',
  'On the stop-list of the branch; company-wide: of every branch.':
    'В стоп-листе филиала; для всей компании — всех филиалов.',
  'Null: not counted; company-wide: the fewest of any branch.':
    'Null: без учёта; для всей компании — наименьшее по филиалам.',
  'Path of its picture, a WebP; to be had without a token.': 'Путь к картинке, WebP; токен не нужен.',
  'The same with scheme and host; in events the path alone.':
    'То же со схемой и адресом сервера; в событиях только путь.',
  'What happened, in a word.': 'Что произошло, одним словом.',
  'For a person, in the language of the reader.': 'Для человека, на языке читающего.',
  'Number of the table.': 'Номер стола.',
  'Title of the dish.': 'Название блюда.',
  'What it is about, as it was at that moment.': 'О чём оно, каким было в тот момент.',
  'Left out: all of one’s own.': 'Не прислано: все свои.',
  'How many were unread until now.': 'Сколько было непрочитанных.',
  'Chosen by the client: sent again, it is the same order, answered with 200.':
    'Выбран клиентом: присланный снова — тот же заказ, ответ 200.',
  'A new order is open; front ends say so.': 'Новый заказ открыт; так присылают интерфейсы.',
  'The version this change rests on, like `If-Match`; stale: 412.':
    'Версия, на которой основано изменение, как `If-Match`; устаревшая — 412.',
  'Lines of which the order has more than the list sent, because its sender may not know them; left out when there are none.':
    'Позиции, которых в заказе больше, чем в присланном списке, — отправитель мог о них не знать; нет, если таких нет.',
  'The new password once more; refused when it differs.':
    'Новый пароль ещё раз; если отличается, отклоняется.',
  'The password once more; refused when it differs.': 'Пароль ещё раз; если отличается, отклоняется.',
  'Replaces the discount agreed before; left out or 0, that one holds: forms send 0 for a field nobody touched.':
    'Заменяет согласованную скидку; если не прислана или 0, действует прежняя: формы присылают 0 для нетронутого поля.',
  'Takes the discount agreed before off.': 'Снимает согласованную скидку.',
  'Default true. The kitchen goes on with what it has: prepaid food is cooked.':
    'По умолчанию true. Кухня продолжает с тем, что есть: оплаченное готовится.',
  'Parts of a split: they add up to the amount due exactly; a part `debt` is paid later.':
    'Части оплаты: в сумме точно дают сумму к оплате; часть `debt` платится позже.',
  'How much is paid now of what is due; the rest is owed.': 'Сколько платится сейчас; остальное — долг.',
  'With `debt`: what is paid now, less than the amount due; the rest is owed.':
    'С `debt`: что платится сейчас, меньше суммы к оплате; остальное — долг.',
  'How that part is paid; cash when left out.': 'Как платится эта часть; если не прислано — наличными.',
  'Becomes the client of the order; a debt needs one.': 'Становится клиентом заказа; для долга обязателен.',
  'Made by the client, such as the id of the payment at the terminal. The same key in the company is the same request: it is done once and answered alike; with another content it is refused.':
    'Создаёт клиент, например id платежа на терминале. Тот же ключ в компании — тот же запрос: выполняется один раз и получает тот же ответ; с другим содержанием отклоняется.',
  'From `users/industries/`; there is one sector.': 'Из `users/industries/`; сектор один.',
  'From `users/subscription-plans/`; there is one plan.': 'Из `users/subscription-plans/`; тариф один.',
  'Orders that flow into this one.': 'Заказы, которые вливаются в этот.',
  'The same for a single one.': 'То же для одного.',
  'Where the order goes; null makes it a takeaway.': 'Куда переходит заказ; null — навынос.',
  'Of the new order; the same table when left out.': 'Нового заказа; если не прислан — тот же стол.',
  'The role of the service that it rests on; without one, a waiter.':
    'Роль сервиса, на которой она основана; без неё — официант.',
  'The code of a role of the service, the id of a custom role.': 'Код роли сервиса или id собственной роли.',
  'The role of the service, or the one a custom role rests on.':
    'Роль сервиса или та, на которой основана собственная.',
  'What it says of itself: its `User-Agent`. Empty when unknown.':
    'Что оно сообщает о себе: `User-Agent`. Пусто, если неизвестно.',
  'Where it last came from for a token. Empty when unknown.':
    'Откуда в последний раз обращалось за токеном. Пусто, если неизвестно.',
  'When it last got an access token.': 'Когда в последний раз получило токен доступа.',
  'Whether this request belongs to it.': 'Относится ли к нему этот запрос.',
  'Connect with `since=<epoch>:<seq>` to get every event after this reading.':
    'Подключитесь с `since=<epoch>:<seq>`, чтобы получить каждое событие после этого чтения.',
  'Open orders, oldest first.': 'Открытые заказы, сначала старые.',
  'Unfinished kitchen tasks, oldest first.': 'Незавершённые задачи кухни, сначала старые.',
}

/** Texts of resources that share their six routes: their names in plural and singular. */
function ofResources(words: Record<string, readonly [many: string, one: string]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(words).flatMap(([tag, [many, one]]) => [
      [`List ${tag}`, many[0]!.toUpperCase() + many.slice(1)],
      [`Create one of ${tag}`, `Создать ${one}`],
      [`Read one of ${tag}`, `Прочитать ${one}`],
      [`Replace one of ${tag}`, `Заменить ${one}`],
      [`Change one of ${tag}`, `Изменить ${one}`],
      [`Delete one of ${tag}`, `Удалить ${one}`],
    ]),
  )
}

/** Composed texts; the parts in parentheses stay. */
export const russianPatterns: readonly (readonly [RegExp, string])[] = [
  [/^Roles: (.*)\.$/, 'Роли: $1.'],
  [/^Another name of (.*), for older clients\.$/, 'Другое имя $1, для старых клиентов.'],
  [/^Another name of (.*)\.$/, 'Другое имя $1.'],
  [/^The same as (.*)\.$/, 'То же, что $1.'],
]

/** Introduction of the document. */
export const russianIntroduction = `
Заказы, столы и кухня кафе. Любое время — UTC с \`Z\`, любая сумма — текст с двумя знаками после точки.

- **Токен**: \`POST /api/users/login/\`, затем \`Authorization: Bearer <access>\`.
- **Язык** текстов: выбранный пользователем, иначе \`Accept-Language\` (\`ru\`, \`en\`).
- **Пути** отвечают с косой чертой в конце и без неё; GET отвечает и на HEAD.
- **Ошибки**: 400 называет неверные поля; любая другая — \`{"detail", "code"}\`. Кроме названного у маршрута: 404 \`not_found\`
  для пути, которого нет; 405 \`method_not_allowed\` с \`Allow\` для метода, которого у пути нет; \`bad_request\`,
  \`request_timeout\` и \`headers_too_large\`, если запрос не прочитать.
- **Сокеты** под \`/ws/\`: сначала прочитайте снимок, затем подключитесь с его позицией.
`
