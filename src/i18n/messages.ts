/**
 * Every text a person reads, in every language. `{name}` stands for a parameter. The texts of the first block are known
 * to existing front ends word for word.
 */
export const messages = {
  required: { ru: 'Обязательное поле.', en: 'This field is required.' },
  blank: { ru: 'Это поле не может быть пустым.', en: 'This field may not be blank.' },
  null: { ru: 'Это поле не может быть пустым.', en: 'This field may not be null.' },
  unknown_reference: {
    ru: 'Недопустимый первичный ключ "{id}" - объект не существует.',
    en: 'Invalid pk "{id}" - object does not exist.',
  },
  minimum: {
    ru: 'Убедитесь, что это значение больше либо равно {limit}.',
    en: 'Ensure this value is greater than or equal to {limit}.',
  },
  not_authenticated: {
    ru: 'Учетные данные не были предоставлены.',
    en: 'Authentication credentials were not provided.',
  },
  task_taken: {
    ru: "Задачу уже взяли или статус не 'pending'.",
    en: "The task is already taken or its status is not 'pending'.",
  },
  already_paid: { ru: 'Заказ уже оплачен.', en: 'The order is already paid.' },
  discount_above_total: {
    ru: 'Скидка больше суммы заказа.',
    en: 'The discount is larger than the order total.',
  },

  not_bearer: {
    ru: 'В заголовке Authorization вместо «Bearer» стоит «{scheme}». Отправьте «Authorization: Bearer <токен>».',
    en: 'The Authorization header says “{scheme}” in place of “Bearer”. Send “Authorization: Bearer <token>”.',
  },
  no_scheme: {
    ru: 'В заголовке Authorization перед токеном нет слова «Bearer». Отправьте «Authorization: Bearer <токен>».',
    en: 'The Authorization header has no “Bearer” before the token. Send “Authorization: Bearer <token>”.',
  },
  maximum: {
    ru: 'Убедитесь, что это значение меньше либо равно {limit}.',
    en: 'Ensure this value is less than or equal to {limit}.',
  },
  too_long: {
    ru: 'Убедитесь, что это значение содержит не более {limit} символов.',
    en: 'Ensure this field has no more than {limit} characters.',
  },
  too_short: {
    ru: 'Убедитесь, что это значение содержит не менее {limit} символов.',
    en: 'Ensure this field has at least {limit} characters.',
  },
  too_many: { ru: 'Не более {limit} элементов.', en: 'No more than {limit} items.' },
  too_few: { ru: 'Не менее {limit} элементов.', en: 'At least {limit} items.' },
  not_a_string: { ru: 'Ожидалась строка.', en: 'Not a valid string.' },
  not_an_integer: { ru: 'Введите правильное целое число.', en: 'A valid integer is required.' },
  not_a_number: { ru: 'Введите правильное число.', en: 'A valid number is required.' },
  not_a_boolean: { ru: 'Введите true или false.', en: 'Must be true or false.' },
  not_an_array: { ru: 'Ожидался список.', en: 'Expected a list.' },
  not_an_object: { ru: 'Ожидался объект JSON.', en: 'Expected a JSON object.' },
  not_a_uuid: { ru: '“{value}” не является верным UUID.', en: '“{value}” is not a valid UUID.' },
  not_money: {
    ru: 'Введите сумму: не больше 10 цифр до точки и двух после неё.',
    en: 'Enter an amount: at most 10 digits before the point and two after it.',
  },
  not_a_choice: {
    ru: 'Значения «{value}» нет среди допустимых: {choices}.',
    en: '“{value}” is not a valid choice: {choices}.',
  },
  not_a_date: { ru: 'Дата должна быть в виде ГГГГ-ММ-ДД.', en: 'A date looks like YYYY-MM-DD.' },
  date_after_last: {
    ru: 'Первый день позже последнего ({last}).',
    en: 'The first day is after the last day ({last}).',
  },
  not_a_picture: {
    ru: 'Загрузите изображение JPEG, PNG или WebP: этот файл не читается.',
    en: 'Upload a JPEG, PNG or WebP picture: this file cannot be read.',
  },
  too_many_pixels: {
    ru: 'Изображение {width}×{height} слишком велико: не больше {limit} мегапикселей.',
    en: 'A picture of {width}×{height} is too large: at most {limit} megapixels.',
  },
  no_file_here: { ru: 'В этом поле ожидается текст, а не файл.', en: 'This field takes text, not a file.' },
  broken_form: { ru: 'Тело запроса не разбирается как форма.', en: 'The body cannot be read as a form.' },
  not_a_clock: { ru: 'Время должно быть в виде ЧЧ:ММ.', en: 'A time of day looks like HH:MM.' },
  not_a_time: {
    ru: 'Введите дату и время в формате ISO 8601, например 2024-01-01T12:00:00Z.',
    en: 'Enter a date and time in ISO 8601, for example 2024-01-01T12:00:00Z.',
  },
  not_a_time_zone: {
    ru: 'Часовой пояс «{value}» неизвестен; пример: Asia/Bishkek.',
    en: 'Time zone “{value}” is not known; an example is Asia/Bishkek.',
  },
  not_an_email: { ru: 'Введите правильный адрес электронной почты.', en: 'Enter a valid email address.' },
  not_a_phone: {
    ru: 'Введите один номер телефона, например +996 555 123456 или 0312 123456 доб. 12.',
    en: 'Enter one phone number, for example +996 555 123456 or 0312 123456 ext. 12.',
  },
  two_phones: {
    ru: 'Укажите один номер телефона: здесь их два.',
    en: 'Enter one phone number: these are two.',
  },
  not_a_country: {
    ru: 'Код страны «{value}» неизвестен; пример: KG.',
    en: 'Country code “{value}” is not known; an example is KG.',
  },
  invalid: { ru: 'Недопустимое значение.', en: 'Not a valid value.' },
  wrong_password: { ru: 'Неверный пароль.', en: 'The password is wrong.' },
  passwords_differ: { ru: 'Пароли не совпадают.', en: 'The passwords differ.' },
  password_changed: { ru: 'Пароль изменён.', en: 'The password is changed.' },
  not_a_slug: {
    ru: 'Допустимы строчные латинские буквы, цифры и дефисы между ними.',
    en: 'Use lower-case Latin letters and digits, with hyphens between them.',
  },
  slug_taken: { ru: 'Этот адрес уже занят.', en: 'This address is taken.' },
  common_password: {
    ru: 'Такой пароль слишком распространён, его легко подобрать.',
    en: 'This password is too common and easy to guess.',
  },
  password_is_email: {
    ru: 'Пароль не должен совпадать с адресом электронной почты.',
    en: 'The password must differ from the e-mail address.',
  },
  unknown_parameter: {
    ru: 'Неизвестный параметр; возможно, вы имели в виду {nearest}.',
    en: 'Unknown parameter; did you mean {nearest}?',
  },
  unknown_parameter_of: {
    ru: 'Неизвестный параметр. Допустимые: {known}.',
    en: 'Unknown parameter. Known ones: {known}.',
  },
  no_parameters: { ru: 'Этот запрос не принимает параметров.', en: 'This request takes no parameters.' },
  two_names: {
    ru: 'Это другое имя параметра {name}, а значения у них разные.',
    en: 'This is another name of {name}, and their values differ.',
  },
  unknown_ordering: {
    ru: 'Сортировки по «{value}» нет; возможно, вы имели в виду {nearest}.',
    en: 'There is no ordering by “{value}”; did you mean {nearest}?',
  },
  unknown_ordering_of: {
    ru: 'Сортировки по «{value}» нет. Допустимые поля: {known}.',
    en: 'There is no ordering by “{value}”. Known fields: {known}.',
  },
  unknown_field: {
    ru: 'Неизвестное поле {field}: оно не учтено.',
    en: 'Unknown field {field}: it is ignored.',
  },
  unknown_field_like: {
    ru: 'Неизвестное поле {field}: оно не учтено. Возможно, вы имели в виду {nearest}.',
    en: 'Unknown field {field}: it is ignored. Did you mean {nearest}?',
  },
  unknown_money: {
    ru: 'Поле {field} не поддерживается: деньги в нём потерялись бы.',
    en: 'Field {field} is not supported: the money in it would be lost.',
  },
  unknown_money_like: {
    ru: 'Поле {field} не поддерживается: деньги в нём потерялись бы. Возможно, вы имели в виду {nearest}.',
    en: 'Field {field} is not supported: the money in it would be lost. Did you mean {nearest}?',
  },
  role_of_custom_role: {
    ru: 'Эта роль компании основана на роли {role}.',
    en: 'This custom role is based on the role {role}.',
  },
  not_unique: { ru: 'Запись с таким значением уже есть.', en: 'A record with this value already exists.' },
  nul_character: { ru: 'Символ NUL недопустим.', en: 'The NUL character is not allowed.' },

  broken_json: { ru: 'Тело запроса не является верным JSON.', en: 'The body is not valid JSON.' },
  bad_request: { ru: 'Это не запрос HTTP.', en: 'This is not an HTTP request.' },
  request_timeout: { ru: 'Запрос не успел прийти полностью.', en: 'The request did not arrive in time.' },
  headers_too_large: {
    ru: 'Адрес и заголовки запроса слишком велики.',
    en: 'The address and headers of the request are too large.',
  },
  token_not_valid: { ru: 'Токен недействителен или просрочен.', en: 'The token is invalid or expired.' },
  authentication_failed: {
    ru: 'Не найдено активной учетной записи с указанными данными.',
    en: 'No active account was found with these credentials.',
  },
  permission_denied: {
    ru: 'У вас недостаточно прав для выполнения данного действия.',
    en: 'You do not have permission to perform this action.',
  },
  discount_above_limit: {
    ru: 'Скидка больше допустимой для вашей роли: не более {limit} ({percent} %).',
    en: 'The discount is above the limit of your role: at most {limit} ({percent} %).',
  },
  no_company: { ru: 'Пользователь не привязан к компании.', en: 'The user belongs to no company.' },
  no_branch: { ru: 'Сотрудник не привязан к филиалу.', en: 'The employee belongs to no branch.' },
  branch_closed: {
    ru: 'Филиал «{name}» закрыт: новые заказы и брони не принимаются.',
    en: 'Branch “{name}” is closed: it takes no new orders or bookings.',
  },
  not_found: { ru: 'Не найдено.', en: 'Not found.' },
  invalid_page: { ru: 'Неправильная страница.', en: 'Invalid page.' },
  method_not_allowed: { ru: 'Метод «{method}» не разрешён.', en: 'Method “{method}” is not allowed.' },
  payload_too_large: { ru: 'Тело запроса слишком велико.', en: 'The body is too large.' },
  unsupported_media_type: {
    ru: 'Тип содержимого «{type}» не поддерживается. Ожидается {expected}.',
    en: 'Content type “{type}” is not supported. Expected: {expected}.',
  },
  upgrade_required: {
    ru: 'Это адрес WebSocket: подключайтесь по ws:// или wss://.',
    en: 'This is the address of a WebSocket: connect with ws:// or wss://.',
  },
  throttled: {
    ru: 'Слишком много попыток. Повторите через {wait}.',
    en: 'Too many attempts. Try again in {wait}.',
  },
  too_many_requests: {
    ru: 'Слишком много запросов. Повторите через {wait}.',
    en: 'Too many requests. Try again in {wait}.',
  },
  too_many_streams: {
    ru: 'Слишком много открытых потоков событий: закройте ненужные экраны.',
    en: 'Too many open event streams: close screens that are not needed.',
  },
  unavailable: {
    ru: 'Сервис временно недоступен, повторите запрос чуть позже.',
    en: 'The service is unavailable for the moment, please try again shortly.',
  },
  internal: {
    ru: 'Внутренняя ошибка. Номер запроса: {request_id}.',
    en: 'Internal error. Request id: {request_id}.',
  },
  in_use: { ru: 'Нельзя удалить: используется ({count}).', en: 'Cannot be deleted: in use ({count}).' },
  not_a_key: {
    ru: 'Ключ состоит из 1–255 печатных символов ASCII.',
    en: 'A key has 1–255 printable ASCII characters.',
  },
  not_an_etag: {
    ru: 'Ожидалось *, W/"3" или список таких меток.',
    en: 'Expected *, W/"3" or a list of such tags.',
  },
  idempotency_in_progress: {
    ru: 'Такой же запрос ещё выполняется, повторите чуть позже.',
    en: 'The same request is still in progress, please try again shortly.',
  },
  version_conflict: {
    ru: 'Объект уже изменён другим пользователем.',
    en: 'The object has been changed by someone else.',
  },

  item_stopped: { ru: '«{title}» на стопе.', en: '“{title}” is on the stop-list.' },
  portions_left: {
    ru: '«{title}»: осталось порций: {limit}.',
    en: '“{title}”: only {limit} portions are left.',
  },
  idempotency_key_reused: {
    ru: 'Этот ключ уже использован с другим запросом.',
    en: 'This key was already used with another request.',
  },
  order_on_debt: {
    ru: 'Заказ записан в долг: примите остаток как погашение долга.',
    en: 'The rest of this order is a debt: take it as a payment of the debt.',
  },
  no_debt: { ru: 'По заказу нет долга.', en: 'Nothing is owed on the order.' },
  nothing_to_refund: { ru: 'Возвращать нечего.', en: 'There is nothing to refund.' },
  refund_above_paid: {
    ru: 'Нельзя вернуть больше, чем оплачено: осталось {amount}.',
    en: 'A refund cannot exceed what was paid: {amount} is left.',
  },
  weighed_whole: {
    ru: 'Блюдо на вес можно перенести только целиком.',
    en: 'A dish sold by weight can only be moved as a whole.',
  },
  too_many_decimals: {
    ru: 'Не больше {limit} знаков после запятой.',
    en: 'At most {limit} decimals.',
  },
  contradicts: {
    ru: 'Не согласуется с полем {field}.',
    en: 'This contradicts the field {field}.',
  },
  only_with_debt: {
    ru: 'Предоплата указывается только при оплате в долг.',
    en: 'A prepayment needs the payment method debt.',
  },
  prepaid_not_below_due: {
    ru: 'Предоплата должна быть меньше суммы к оплате ({due}).',
    en: 'The prepayment must be less than the amount due ({due}).',
  },
  debt_needs_client: { ru: 'Для оплаты в долг нужен клиент.', en: 'A debt needs a client.' },
  parts_do_not_add_up: {
    ru: 'Сумма частей ({sum}) не равна сумме к оплате ({due}).',
    en: 'The parts ({sum}) do not add up to the amount due ({due}).',
  },
  parts_of_other_method: {
    ru: 'Части оплачены разными способами: укажите способ split.',
    en: 'The parts are paid by another method: use split.',
  },
  rejects_new_line: {
    ru: 'Отклонить можно только позицию заказа, названную по id; новую просто не передавайте.',
    en: 'Only a line of the order, named by its id, can be rejected; leave a new one out.',
  },
  merge_with_itself: {
    ru: 'Заказ нельзя объединить с самим собой.',
    en: 'An order cannot be merged with itself.',
  },
  notes_do_not_fit: {
    ru: 'Примечания вместе длиннее {limit} символов: сначала сократите одно из них.',
    en: 'The notes together are longer than {limit} characters: shorten one of them first.',
  },
  nothing_left: {
    ru: 'В исходном заказе должна остаться хотя бы одна позиция.',
    en: 'At least one line must stay in the order.',
  },
  item_inactive: { ru: '«{title}» снято с продажи.', en: '“{title}” is not on sale.' },
  id_taken: {
    ru: 'Заказ с этим id уже принят с другим содержимым. Ничего не изменено.',
    en: 'An order with this id was already taken with other content. Nothing was changed.',
  },
  list_incomplete: {
    ru: 'Заказ тем временем изменили. Обновите его и повторите: ваши изменения не сохранены.',
    en: 'The order has changed meanwhile. Reload it and try again: your changes were not saved.',
  },
  order_not_open: {
    ru: 'Заказ закрыт или отменён: изменить его нельзя.',
    en: 'The order is closed or cancelled and cannot be changed.',
  },
  illegal_transition: {
    ru: 'Переход «{from}» → «{to}» невозможен.',
    en: 'Transition “{from}” → “{to}” is not possible.',
  },
  slot_taken: {
    ru: 'Стол уже забронирован: {date}, {time}–{end}.',
    en: 'The table is already booked: {date}, {time}–{end}.',
  },
  time_passed: {
    ru: 'Это время уже прошло.',
    en: 'This time has passed.',
  },
  not_enough_places: {
    ru: 'Мест за столом: {places}, гостей: {guests}. Если так и нужно, повторите запрос с confirm.',
    en: 'Places at the table: {places}, guests: {guests}. If this is intended, send the request again with confirm.',
  },
  takes_no_orders: {
    ru: 'Этот сотрудник не принимает заказы.',
    en: 'This employee takes no orders.',
  },
  works_elsewhere: {
    ru: 'Этот сотрудник работает в другом филиале.',
    en: 'This employee works in another branch.',
  },
  client_owes: {
    ru: 'За клиентом долг {amount} (заказов: {count}): сначала погасите его.',
    en: 'The client owes {amount} (orders: {count}): settle the debt first.',
  },
  other_branch: { ru: 'Принадлежит другому филиалу.', en: 'Belongs to another branch.' },
  cannot_change: { ru: 'Это поле нельзя изменить.', en: 'This field cannot be changed.' },
  unknown_branch: {
    ru: 'Филиал «{id}» не найден в вашей компании.',
    en: 'Your company has no branch “{id}”.',
  },
  last_owner: {
    ru: 'В компании должен остаться хотя бы один действующий владелец.',
    en: 'A company must keep at least one active owner.',
  },
  branch_needed: {
    ru: 'Укажите филиал: в компании их несколько.',
    en: 'Name the branch: the company has several.',
  },

  role_owner: { ru: 'Владелец', en: 'Owner' },
  role_admin: { ru: 'Администратор', en: 'Administrator' },
  role_waiter: { ru: 'Официант', en: 'Waiter' },
  role_cook: { ru: 'Повар', en: 'Cook' },
  role_cashier: { ru: 'Кассир', en: 'Cashier' },
  company_industry: { ru: 'Общественное питание', en: 'Catering' },
  company_sector: { ru: 'Кафе', en: 'Café' },
  company_plan: { ru: 'Стандарт', en: 'Standard' },
  table_free: { ru: 'Свободен', en: 'Free' },
  table_busy: { ru: 'Занят', en: 'Busy' },
  order_open: { ru: 'Открыт', en: 'Open' },
  order_closed: { ru: 'Закрыт', en: 'Closed' },
  order_cancelled: { ru: 'Отменён', en: 'Cancelled' },
  task_pending: { ru: 'Ожидает', en: 'Pending' },
  task_in_progress: { ru: 'Готовится', en: 'In progress' },
  task_ready: { ru: 'Готово', en: 'Ready' },
  booking_booked: { ru: 'Забронирован', en: 'Booked' },
  booking_arrived: { ru: 'Гости пришли', en: 'Arrived' },
  booking_no_show: { ru: 'Гости не пришли', en: 'No show' },
  booking_cancelled: { ru: 'Отменена', en: 'Cancelled' },
  notification_title_kitchen_task_ready: { ru: 'Блюдо готово', en: 'A dish is ready' },
  notification_kitchen_task_ready: {
    ru: 'Готово: {menu_item} (стол {table})',
    en: 'Ready: {menu_item} (table {table})',
  },
  task_cancelled: { ru: 'Отменено', en: 'Cancelled' },
} as const satisfies Record<string, Record<Language, string>>

export const languages = ['ru', 'en'] as const
export type Language = (typeof languages)[number]
export type MessageKey = keyof typeof messages
export type MessageParams = Record<string, string | number>

/** A text that is not translated yet. */
export interface Message {
  key: MessageKey
  params?: MessageParams
}
