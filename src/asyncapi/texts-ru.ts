/**
 * The document of the sockets in Russian: its texts that the API document does not have.
 * `test/asyncapi/document.test.ts` names those that are missing.
 */
export const russianSocketTexts: Readonly<Record<string, string>> = {
  'What screens are told as it happens, and what they may say. Over HTTP: `/api/openapi.json`.':
    'Что экраны узнают сразу и что могут ответить. По HTTP: `/api/openapi.json`.',
  [`- **Token**: in the query, as a header, as a subprotocol, or a ticket from \`POST /api/ws-tickets/\`, which opens one socket.
- **Order**: the events of a branch are numbered 1, 2, 3 … without gaps; every socket gets those of its group in this order.
- **Coming back**: with \`since=<epoch>:<seq>\` a socket gets everything it missed, then goes on.
- **New types** of messages and new fields come without notice: ignore those that are not known.`]: `- **Токен**: в запросе, заголовком, подпротоколом или билетом из \`POST /api/ws-tickets/\`, который открывает один сокет.
- **Порядок**: события филиала пронумерованы 1, 2, 3 … без пропусков; каждый сокет получает события своей группы в этом порядке.
- **Возвращение**: с \`since=<epoch>:<seq>\` сокет получает всё, что пропустил, и продолжает.
- **Новые типы** сообщений и новые поля появляются без предупреждения: неизвестные пропускайте.`,

  // groups
  'Orders, the state of tables, dishes that are ready, the menu and the stop-list: the screen of a waiter.':
    'Заказы, состояние столов, готовые блюда, меню и стоп-лист: экран официанта.',
  'The floor: zones, tables, their state and their bookings.': 'Зал: зоны, столы, их состояние и брони.',
  'Orders, the tasks of the kitchen, the menu and the stop-list.': 'Заказы, задачи кухни, меню и стоп-лист.',
  'The notifications of one person, and of no other.': 'Уведомления одного человека и никого больше.',
  'What the service sends.': 'Что присылает сервис.',
  'What a client may send.': 'Что может прислать клиент.',

  // connecting
  'An access token, unless it is sent in another way.': 'Токен доступа, если он не передан иначе.',
  'Instead of the token: from `POST /api/ws-tickets/`, for one socket.':
    'Вместо токена: из `POST /api/ws-tickets/`, на один сокет.',
  'Owner and admin: only this branch. Without it: the whole company. Staff follow their own.':
    'Владелец и администратор: только этот филиал. Без него — вся компания. Сотрудники видят свой.',
  'Continue after this position: `<epoch>:<seq>`.': 'Продолжить после этой позиции: `<epoch>:<seq>`.',
  'Of a whole company: the positions come first.': 'Для всей компании: сначала придут позиции.',
  'An access token.': 'Токен доступа.',
  'A ticket, for one socket.': 'Билет на один сокет.',

  // what stands around the data
  'Number of the event in its branch: 1, 2, 3 … without gaps.':
    'Номер события в филиале: 1, 2, 3 … без пропусков.',
  'When it was written.': 'Когда записано.',
  'The same wherever and however often it is read.': 'Один и тот же, где и сколько бы раз ни прочитали.',
  'It was missed before and comes from the log.': 'Было пропущено и пришло из журнала.',
  'The company it belongs to.': 'Компания, к которой относится.',
  'The branch that numbers it; null in a company without branches.':
    'Филиал, который его нумерует; null в компании без филиалов.',

  // events
  'An order is taken.': 'Принят заказ.',
  'An order is changed, paid, closed, cancelled or reopened.':
    'Заказ изменён, оплачен, закрыт, отменён или открыт снова.',
  'An order is deleted; `order` is how it was.': 'Заказ удалён; `order` — каким он был.',
  'A table is busy or free: the first order there, or the last one ends.':
    'Стол занят или свободен: появился первый заказ или завершён последний.',
  'That of the table.': 'Идентификатор стола.',
  'The status for a person.': 'Состояние словами.',
  'A table is added.': 'Добавлен стол.',
  'A table is changed: number, places, zone or its place on the map.':
    'Стол изменён: номер, места, зона или место на плане.',
  'A table is deleted; `table` is how it was.': 'Стол удалён; `table` — каким он был.',
  'A table is booked.': 'Стол забронирован.',
  'A booking is changed.': 'Бронь изменена.',
  'A booking is deleted; `booking` is how it was.': 'Бронь удалена; `booking` — какой она была.',
  'A unit of a dish is to be cooked.': 'Нужно приготовить порцию блюда.',
  'That of the task.': 'Идентификатор задачи.',
  'The order the task belongs to.': 'Заказ, к которому относится задача.',
  'Number of the table; null for a takeaway order.': 'Номер стола; null для заказа навынос.',
  'A task is claimed, released or acknowledged, or what it shows changes.':
    'Задачу взяли, отпустили, отмену приняли к сведению или изменилось то, что она показывает.',
  'A task is not to be cooked after all.': 'Готовить больше не нужно.',
  'A dish is ready to be fetched.': 'Блюдо готово, его можно забирать.',
  'A dish that was called ready is not ready after all.': 'Блюдо, объявленное готовым, ещё не готово.',
  'A dish is on the stop-list of the branch.': 'Блюдо в стоп-листе филиала.',
  'That of the dish.': 'Идентификатор блюда.',
  'Whether it is on the stop-list of the branch.': 'В стоп-листе ли оно в филиале.',
  'Portions left in the branch; null: not counted.':
    'Сколько порций осталось в филиале; null — не считаются.',
  'A dish can be ordered, or its counted portions change.':
    'Блюдо можно заказать или изменилось число порций.',
  'Somebody is notified.': 'Уведомление человеку.',
  'The person it is for.': 'Кому.',
  'Notifications are read, or one is withdrawn.': 'Уведомления прочитаны или одно отозвано.',
  'How many are unread.': 'Сколько непрочитанных.',
  'The notification that is gone because its dish was not ready after all.':
    'Уведомление, которого больше нет: блюдо всё же не было готово.',
  'The company opens its first branch, which takes over everything.':
    'Компания открыла первый филиал, к нему перешло всё.',

  'A zone is added.': 'Добавлена зона.',
  'A zone is renamed.': 'Зона переименована.',
  'A zone is deleted; `zone` is how it was.': 'Зона удалена; `zone` — какой она была.',
  'A category is added to the menu.': 'В меню добавлена категория.',
  'A category is renamed or moved; its dishes show the new title.':
    'Категория переименована или перемещена; её блюда показывают новое название.',
  'A category is deleted; `category` is how it was.': 'Категория удалена; `category` — какой она была.',
  'A dish is added to the menu.': 'В меню добавлено блюдо.',
  'A dish is changed: its price, title, picture or anything but the stop-list.':
    'Блюдо изменено: цена, название, фото — всё, кроме стоп-листа.',
  'A dish is deleted; `menu_item` is how it was.': 'Блюдо удалено; `menu_item` — каким оно было.',
  'A client is added.': 'Добавлен клиент.',
  'A client is changed.': 'Клиент изменён.',
  'A client is deleted; `client` is how it was.': 'Клиент удалён; `client` — каким он был.',

  // other messages
  'The first message: from its position on no event is missed. Once more when the first branch opens.':
    'Первое сообщение: начиная с его позиции ни одно событие не пропущено. Ещё раз — когда открывается первый филиал.',
  'The company of the person.': 'Компания человека.',
  'The branch the socket follows; null: the whole company, or one without branches.':
    'Филиал, за которым следит сокет; null — вся компания или компания без филиалов.',
  'Names the stream and the group; a position is valid in the group it was got in.':
    'Называет поток и группу; позиция действительна в той группе, где получена.',
  'The history of the database; positions of another one are not valid.':
    'История базы данных; позиции из другой недействительны.',
  'Position in the stream of the branch.': 'Позиция в потоке филиала.',
  'Instead of `seq` on a socket of a whole company: the position in the stream of each branch.':
    'Вместо `seq` на сокете всей компании: позиция в потоке каждого филиала.',
  'The missed events cannot be delivered: fetch everything again. Events go on after this position.':
    'Пропущенные события не доставить: загрузите всё заново. События продолжатся после этой позиции.',
  '`log_trimmed`: the log no longer has them; `epoch_changed`, `head_behind`: the database was restored; `position_ahead`: no such number yet; `malformed_position`: the position cannot be read.':
    '`log_trimmed`: в журнале их уже нет; `epoch_changed`, `head_behind`: база восстановлена; `position_ahead`: такого номера ещё нет; `malformed_position`: позицию не прочитать.',
  'The position of a socket that was opened with one, every minute; and the answer to `resume`.':
    'Раз в минуту — позиция сокета, открытого с позицией; и ответ на `resume`.',
  'The answer to `ping`.': 'Ответ на `ping`.',
  'The socket goes on with the new token, until this moment.':
    'Сокет продолжает с новым токеном до этого момента.',
  'The new token is not taken; the socket goes on with the one it has.':
    'Новый токен не принят; сокет продолжает с прежним.',
  '`unavailable`: it could not be checked just now.': '`unavailable`: сейчас его не удалось проверить.',
  'Asks for a `pong`.': 'Просит `pong`.',
  'Lets the socket live as long as the new token.': 'Продлевает сокет до конца нового токена.',
  'A new access token of the same person.': 'Новый токен доступа того же человека.',
  'Asks for the events after a position.': 'Просит события после позиции.',
  '`<epoch>:<seq>`, or a number alone.': '`<epoch>:<seq>` или только номер.',

  // close codes
  'no token, or one that is not valid': 'нет токена или он недействителен',
  'the user belongs to no company, or to no branch of it':
    'пользователь не относится ни к одной компании или ни к одному её филиалу',
  'the branch is closed; company-wide sockets stay open':
    'филиал закрыт; сокеты всей компании остаются открытыми',
  'a message far above the limit': 'сообщение намного больше предела',
  'this replica is shutting down': 'эта реплика останавливается',
  'something could not be checked at the moment': 'сейчас что-то не удалось проверить',
  'the user holds as many sockets as allowed': 'у пользователя уже столько сокетов, сколько можно',
  'more data is queued for this socket than allowed':
    'для этого сокета накопилось больше данных, чем разрешено',
  'this replica holds as many sockets as allowed': 'на реплике уже столько сокетов, сколько можно',
  'the user opens sockets too fast': 'пользователь открывает сокеты слишком часто',
  'what the socket follows is no longer one stream': 'сокет следил за потоком, которого для него больше нет',
  'the access token has expired': 'токен доступа истёк',
  'the origin of the page that opened the socket is not allowed':
    'страница, открывшая сокет, — с адреса, который не разрешён',
}
