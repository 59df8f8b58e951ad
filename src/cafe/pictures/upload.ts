import { createHash } from 'node:crypto'
import multipart from '@fastify/multipart'
import type { Multipart } from '@fastify/multipart'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { TObject, TSchema } from 'typebox'
import { ApiError, FieldError, fieldError } from '../../http/errors.ts'
import { refuseNul } from '../../http/validation/refuse-nul.ts'
import { createPictureMaker, maxPictureBytes } from './image.ts'
import type { Picture } from './image.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The file of a form. */
    sentFile: Buffer | null
    /** The new picture; null: remove it; undefined: no change. */
    picture: Picture | null | undefined
  }
}

const maxFields = 30
const maxFieldBytes = 65_536

/**
 * Lets the routes of an app take `multipart/form-data` besides JSON. Text fields become a body of the same shape,
 * which is validated as usual, and one file may be the picture in `field`. As text, `field` is null to remove the
 * picture, or its present address, which changes nothing.
 */
export async function addPictureForms(app: FastifyInstance, field: string): Promise<void> {
  const pictures = createPictureMaker()
  await app.register(multipart, {
    limits: {
      fileSize: maxPictureBytes,
      files: 1,
      fields: maxFields,
      fieldSize: maxFieldBytes,
      parts: maxFields + 1,
    },
  })
  app.addHook('onRoute', (route) => {
    if (route.schema?.body) route.schema.consumes = ['application/json', 'multipart/form-data']
  })
  app.decorateRequest('sentFile', null)
  app.decorateRequest('picture', undefined)
  app.addHook('preValidation', async (request) => {
    if (request.isMultipart()) request.body = await bodyOfForm(request, field)
  })
  app.addHook('preHandler', async (request) => {
    const { sentFile } = request
    const { [field]: said } = (request.body ?? {}) as Record<string, unknown>
    if (sentFile) request.picture = await pictures.make(sentFile, field)
    else if (said === null) request.picture = null
    request.sentFile = null
  })
}

/** @throws FieldError, ApiError `payload_too_large` */
async function bodyOfForm(request: FastifyRequest, field: string): Promise<Record<string, unknown>> {
  const body: Record<string, unknown> = {}
  const shape = request.routeOptions.schema?.body as TObject | undefined
  try {
    for await (const part of request.parts()) {
      body[part.fieldname] =
        part.type === 'file'
          ? await fileOf(request, part, field)
          : valueOf(shape?.properties[part.fieldname], part, field)
    }
  } catch (error) {
    throw asUploadError(error)
  }
  refuseNul(body)
  return body
}

/** The digest of the file in the body, so that repeated requests are recognised. */
async function fileOf(
  request: FastifyRequest,
  part: Extract<Multipart, { type: 'file' }>,
  field: string,
): Promise<string | null> {
  const file = await part.toBuffer()
  if (part.fieldname !== field) throw fieldError(part.fieldname, 'no_file_here')
  // browsers send an empty file for an empty file input
  if (file.length === 0) throw fieldError(field, 'not_a_picture')
  request.sentFile = file
  return createHash('sha256').update(file).digest('hex')
}

/** Converts text to the type of the schema if that is unambiguous. Other text stays, and validation reports it. */
function valueOf(
  schema: TSchema | undefined,
  part: Extract<Multipart, { type: 'field' }>,
  pictureField: string,
): unknown {
  const { fieldname, value } = part
  if (typeof value !== 'string') return value
  if (part.valueTruncated) throw fieldError(fieldname, 'too_long', { limit: maxFieldBytes })
  const types = typesOf(schema)
  if (types.includes('null') && (value === 'null' || value === '')) return null
  if (fieldname === pictureField) return value
  if (types.includes('boolean') && (value === 'true' || value === 'false')) return value === 'true'
  if (types.includes('integer') && /^-?\d{1,15}$/.test(value)) return Number(value)
  return value
}

interface AnySchema {
  type?: string | string[]
  anyOf?: AnySchema[]
}

const typesOf = (schema: AnySchema = {}): string[] => [
  ...[schema.type ?? []].flat(),
  ...(schema.anyOf ?? []).flatMap(typesOf),
]

function asUploadError(error: unknown): unknown {
  if (error instanceof FieldError || error instanceof ApiError) return error
  const { statusCode, code } = error as { statusCode?: number; code?: string }
  if (statusCode === 413) return new ApiError('payload_too_large', { cause: error })
  if (code === 'FST_MP_PREMATURE_CLOSE') return error
  return fieldError('non_field_errors', 'broken_form')
}
