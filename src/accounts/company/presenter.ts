import type { Language } from '../../i18n/messages.ts'
import { asLanguage, translate } from '../../i18n/translate.ts'
import type { CompanyRead } from './schema.ts'
import type { OwnedCompany } from './repository.ts'

/** Ids of the only sector, industry and plan. They never change. */
export const companyFactIds = {
  industry: '0197f3c0-0000-7000-8000-000000000001',
  sector: '0197f3c0-0000-7000-8000-000000000002',
  plan: '0197f3c0-0000-7000-8000-000000000003',
} as const

// front ends read these three fields; this service has one value of each
const sectorOf = (language: Language) => ({
  id: companyFactIds.sector,
  name: translate(language, 'company_sector'),
})
export const industryOf = (language: Language) => ({
  id: companyFactIds.industry,
  name: translate(language, 'company_industry'),
  sectors: [sectorOf(language)],
})
export const subscriptionPlanOf = (language: Language) => ({
  id: companyFactIds.plan,
  name: translate(language, 'company_plan'),
  price: '0.00',
  description: '',
  features: [],
})

/** The company as front ends read it. */
export const toCompany = ({ company, owner }: OwnedCompany, language: Language): CompanyRead => ({
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
