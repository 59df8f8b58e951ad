import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { orNotFound, idParam, idParams } from '../../http/params.ts'
import type { Language } from '../../i18n/messages.ts'
import { requestLanguage } from '../../i18n/request-language.ts'
import { listReply } from '../../http/pagination.ts'
import { errorReplies, Page } from '../../http/schemas.ts'
import { sendAnswer } from '../../idempotency/send-answer.ts'
import type { AccountsDeps } from '../deps.ts'
import type { Person } from '../user-repository.ts'
import { accessOfPerson, roleDisplay } from '../person-access.ts'
import { EmployeeHired, EmployeePatch, EmployeeQuery, EmployeeRead, HireBody } from './schema.ts'
import { findEmployee, listEmployees } from './repository.ts'
import { changeEmployee, hire } from './service.ts'

const list = '/api/users/employees/'
const one = `${list}:id/`
const tags = ['employees']

/** `/api/users/employees/`: every employee reads, owners and admins change. */
export const employeesRoutes =
  (deps: AccountsDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    await app.register(reading(deps))
    await app.register(writing(deps))
  }

const reading =
  ({ database }: AccountsDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const config = { access: 'employees.read' } as const
    app.get(
      list,
      {
        config,
        schema: {
          tags,
          summary: 'List employees',
          querystring: EmployeeQuery,
          response: { 200: Page(EmployeeRead), ...errorReplies },
        },
      },
      async (request) => {
        const { id } = request.actor.company!
        const { count, rows } = await database.inCompany(id, (tx) => listEmployees(tx, id, request.query))
        const language = requestLanguage(request)
        return listReply(request, { count, rows: rows.map((person) => toEmployee(person, language)) })
      },
    )
    app.get(
      one,
      {
        config,
        schema: {
          tags,
          summary: 'Read an employee',
          params: idParams,
          response: { 200: EmployeeRead, ...errorReplies },
        },
      },
      async (request) => {
        const { id } = request.actor.company!
        const person = await database.inCompany(id, (tx) => findEmployee(tx, id, idParam(request)))
        return toEmployee(orNotFound(person), requestLanguage(request))
      },
    )
  }

const writing =
  (deps: AccountsDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const config = { access: 'employees.write' } as const
    for (const url of [list, `${list}create/`]) {
      app.post(
        url,
        {
          config,
          schema: {
            tags,
            summary: 'Give somebody a login',
            body: HireBody,
            response: { 201: EmployeeHired, ...errorReplies },
          },
        },
        async (request, reply) => {
          const { actor, body, idempotentRequest } = request
          const inLanguage = (person: Person) => toEmployee(person, requestLanguage(request))
          return sendAnswer(reply, await hire(deps, actor, body, idempotentRequest, inLanguage))
        },
      )
    }
    app.patch(
      one,
      {
        config: { ...config, raises: ['last_owner'] },
        schema: {
          tags,
          summary: 'Change an employee',
          params: idParams,
          body: EmployeePatch,
          response: { 200: EmployeeRead, ...errorReplies },
        },
      },
      async (request) => {
        const person = await changeEmployee(deps, request.actor, idParam(request), request.body)
        return toEmployee(person, requestLanguage(request))
      },
    )
    app.delete(
      one,
      {
        config: { ...config, raises: ['last_owner'] },
        schema: {
          tags,
          summary: 'Dismiss an employee: the login ends, the name stays on what they did',
          params: idParams,
          response: { 204: Type.Null(), ...errorReplies },
        },
      },
      async (request, reply) => {
        await changeEmployee(deps, request.actor, idParam(request), { is_active: false })
        return reply.code(204).send(null)
      },
    )
  }

const toEmployee = (person: Person, language: Language): EmployeeRead => ({
  id: person.id,
  email: person.email,
  first_name: person.firstName,
  last_name: person.lastName,
  phone_number: person.phoneNumber,
  role: person.role,
  custom_role: person.customRole?.id ?? null,
  role_display: roleDisplay(person, language),
  branches: person.branchIds,
  branch_ids: person.branchIds,
  primary_branch_id: person.branchIds[0] ?? null,
  is_active: person.isActive,
  ...accessOfPerson(person),
})
