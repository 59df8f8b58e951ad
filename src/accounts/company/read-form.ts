import type { Language } from '../../language/messages.ts'
import { asLanguage, translate } from '../../language/translate.ts'
import type { CompanyRead } from './schema.ts'
import type { OwnedCompany } from './store.ts'

// Front ends of this trade read these three; one service for cafés has one value of each, under ids that never change.
const sectorOf = (language: Language) => ({
  id: '0197f3c0-0000-7000-8000-000000000002',
  name: translate(language, 'company_sector'),
})
const industryOf = (language: Language) => ({
  id: '0197f3c0-0000-7000-8000-000000000001',
  name: translate(language, 'company_industry'),
  sectors: [sectorOf(language)],
})
const subscriptionPlanOf = (language: Language) => ({
  id: '0197f3c0-0000-7000-8000-000000000003',
  name: translate(language, 'company_plan'),
  price: '0.00',
  description: '',
  features: [],
})

/** The company as front ends read it, in the language of who asks. */
export const companyReadForm = ({ company, owner }: OwnedCompany, language: Language): CompanyRead => ({
  id: company.id,
  name: company.name,
  slug: company.slug,
  industry: industryOf(language),
  sector: sectorOf(language),
  subscription_plan: subscriptionPlanOf(language),
  owner: owner && {
    id: owner.id,
    email: owner.email,
    first_name: owner.firstName,
    last_name: owner.lastName,
    phone_number: owner.phoneNumber,
    avatar: owner.avatar,
  },
  created_at: company.createdAt.toISOString(),
  start_date: company.startDate,
  end_date: company.endDate,
  phone: company.phone,
  language: asLanguage(company.language),
  timezone: company.timezone,
  discount_limits: { waiter: company.waiterDiscountLimit, cashier: company.cashierDiscountLimit },
})
