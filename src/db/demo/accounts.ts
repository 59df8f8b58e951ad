import { alaToo, dostuk } from './cafe.ts'
import type { DemoCompany } from './cafe.ts'
import type { Role } from '../enums.ts'

export interface DemoAccount {
  email: string
  password: string
  role: Role
  /** Name of the company and branch for people; null for none. */
  place: string | null
  company: DemoCompany | null
  /** Name of the branch; null: the whole company. */
  branch: string | null
  firstName: string
  lastName: string
  /** What to try with the account. */
  use: { ru: string; en: string }
}

/** Password of every demo account. */
export const demoPassword = 'demo12345'

/** Accounts of the demo café, in the order worth trying. */
export const demoAccounts: readonly DemoAccount[] = accounts([
  {
    email: 'waiter1@test.com',
    role: 'waiter',
    company: alaToo,
    branch: 'Центр',
    firstName: 'Айгуль',
    lastName: 'Асанова',
    use: {
      ru: 'Официант филиала «Центр»: принимает и закрывает заказы',
      en: 'Waiter of branch «Центр»: takes and closes orders',
    },
  },
  {
    email: 'cook1@test.com',
    role: 'cook',
    company: alaToo,
    branch: 'Центр',
    firstName: 'Нурлан',
    lastName: 'Бекмуратов',
    use: {
      ru: 'Повар филиала «Центр»: берёт задачи кухни и отмечает готовые',
      en: 'Cook of branch «Центр»: claims kitchen tasks and marks them ready',
    },
  },
  {
    email: 'cashier1@test.com',
    role: 'cashier',
    company: alaToo,
    branch: 'Центр',
    firstName: 'Жылдыз',
    lastName: 'Кадырова',
    use: {
      ru: 'Кассир филиала «Центр»: закрывает заказы и открывает их заново, ведёт стоп-лист',
      en: 'Cashier of branch «Центр»: closes and reopens orders, keeps the stop-list',
    },
  },
  {
    email: 'owner@test.com',
    role: 'owner',
    company: alaToo,
    branch: null,
    firstName: 'Азамат',
    lastName: 'Исаков',
    use: {
      ru: 'Владелец: видит все филиалы, может выбрать один параметром branch_id',
      en: 'Owner: sees every branch, chooses one by branch_id',
    },
  },
  {
    email: 'admin@test.com',
    role: 'admin',
    company: alaToo,
    branch: null,
    firstName: 'Елена',
    lastName: 'Пак',
    use: {
      ru: 'Администратор: ведёт залы, меню и сотрудников всех филиалов',
      en: 'Administrator: keeps floor, menu and staff of every branch',
    },
  },
  {
    email: 'waiter2@test.com',
    role: 'waiter',
    company: alaToo,
    branch: 'Юг',
    firstName: 'Тимур',
    lastName: 'Абдыкеримов',
    use: {
      ru: 'Официант филиала «Юг»: событий «Центра» не видит',
      en: 'Waiter of branch «Юг»: sees no events of «Центр»',
    },
  },
  {
    email: 'cook2@test.com',
    role: 'cook',
    company: alaToo,
    branch: 'Юг',
    firstName: 'Чынара',
    lastName: 'Молдоева',
    use: { ru: 'Повар филиала «Юг»', en: 'Cook of branch «Юг»' },
  },
  {
    email: 'owner2@test.com',
    role: 'owner',
    company: dostuk,
    branch: null,
    firstName: 'Рустам',
    lastName: 'Юлдашев',
    use: {
      ru: 'Владелец другой компании, без филиалов: branch_id везде null',
      en: 'Owner of another company, without branches: branch_id is null everywhere',
    },
  },
  {
    email: 'nocompany@test.com',
    role: 'waiter',
    company: null,
    branch: null,
    firstName: 'Мирлан',
    lastName: 'Садыков',
    use: { ru: 'Без компании: сокет закрывается с кодом 4004', en: 'No company: sockets close with 4004' },
  },
])

function accounts(people: readonly Omit<DemoAccount, 'password' | 'place'>[]): DemoAccount[] {
  return people.map((person) => {
    const { company, branch } = person
    const place = company && (branch ? `${company.name}, ${branch}` : company.name)
    return { ...person, password: demoPassword, place }
  })
}
