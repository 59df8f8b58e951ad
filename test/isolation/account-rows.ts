import type { Kind } from './house.ts'
import { nothing, open } from './row.ts'
import type { Row } from './row.ts'

const employeeReferences: Record<string, Kind> = {
  'branch_ids.0': 'branch',
  'branches.0': 'branch',
  primary_branch_id: 'branch',
  custom_role: 'customRole',
}
const hire: Row = {
  access: 'employees.write',
  body: async ({ branch }) => ({
    email: `${Math.random()}@cafe.test`,
    password: 'correct horse',
    role: 'cook',
    branch_ids: [branch],
  }),
  references: employeeReferences,
}
const roleName = async () => ({ name: `${Math.random()}` })
const changeRole: Row = { access: 'employees.write', of: 'customRole' }

/** Who comes in, who works here, and for which company. */
export const accountRows: Record<string, Row> = {
  'GET /api/': open,

  'POST /api/users/login/': open,
  'POST /api/auth/login/': open,
  'POST /api/users/auth/login/': open,
  'POST /api/users/logout/': open,
  'POST /api/auth/logout/': open,
  'POST /api/users/auth/logout/': open,
  'POST /api/users/refresh/': open,
  'POST /api/auth/refresh/': open,
  'POST /api/users/auth/refresh/': open,
  'POST /api/users/token/refresh/': open,
  'POST /api/token/refresh/': open,
  'POST /api/users/register/': open,
  'POST /api/users/auth/register/': open,
  'GET /api/users/industries/': open,
  'GET /api/users/subscription-plans/': open,

  'GET /api/users/profile/': { access: 'signed-in' },
  'PATCH /api/users/profile/': { access: 'signed-in', body: nothing },
  'POST /api/users/password/': { access: 'signed-in', withoutCompany: 400 },
  'PATCH /api/users/settings/change-password/': { access: 'signed-in', withoutCompany: 400 },
  'GET /api/users/sessions/': { access: 'signed-in' },
  'DELETE /api/users/sessions/:id/': {
    access: 'signed-in',
    of: 'session',
    personal: true,
    withoutCompany: 404,
  },
  'POST /api/ws-tickets/': { access: 'signed-in', withoutCompany: 201 },
  'GET /api/users/company/': { access: 'signed-in', withoutCompany: 404 },
  'PATCH /api/users/company/': { access: 'company.write', body: nothing },
  'GET /api/users/settings/company/': { access: 'signed-in', withoutCompany: 404 },
  'PATCH /api/users/settings/company/': { access: 'company.write', body: nothing },
  'GET /api/users/company/check-slug/': { access: 'company.write', query: '?slug=kafe' },
  'GET /api/users/roles/': { access: 'signed-in' },
  'POST /api/users/roles/custom/': { access: 'employees.write', body: roleName },
  'PUT /api/users/roles/custom/:id/': { ...changeRole, body: roleName },
  'PATCH /api/users/roles/custom/:id/': { ...changeRole, body: nothing },
  'DELETE /api/users/roles/custom/:id/': changeRole,
  'GET /api/users/branches/': { access: 'branches.read' },
  'POST /api/users/branches/': {
    access: 'branches.write',
    body: async () => ({ name: `${Math.random()}` }),
  },
  'GET /api/users/branches/:id/': { access: 'branches.read', of: 'branch' },
  'PUT /api/users/branches/:id/': {
    access: 'branches.write',
    of: 'branch',
    body: async () => ({ name: `${Math.random()}` }),
  },
  'PATCH /api/users/branches/:id/': { access: 'branches.write', of: 'branch', body: nothing },
  'DELETE /api/users/branches/:id/': { access: 'branches.write', of: 'branch' },
  'GET /api/users/employees/': { access: 'employees.read' },
  'POST /api/users/employees/': hire,
  'POST /api/users/employees/create/': hire,
  'GET /api/users/employees/:id/': { access: 'employees.read', of: 'employee' },
  'PATCH /api/users/employees/:id/': {
    access: 'employees.write',
    of: 'employee',
    body: nothing,
    references: employeeReferences,
  },
  'DELETE /api/users/employees/:id/': { access: 'employees.write', of: 'employee' },
}
