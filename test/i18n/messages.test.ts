import t from 'tap'
import type { LoginHints } from '../../src/accounts/hints/service.ts'
import { demoAccounts } from '../../src/db/demo/accounts.ts'
import * as values from '../../src/db/enums.ts'
import { meaningOf } from '../../src/config/describe-settings.ts'
import { settings } from '../../src/config/settings.ts'
import type { SettingName } from '../../src/config/settings.ts'
import { checkTexts, findingTexts } from '../../src/i18n/finding-texts.ts'
import { landingTexts } from '../../src/landing/texts.ts'
import { languages, messages } from '../../src/i18n/messages.ts'
import type { Language } from '../../src/i18n/messages.ts'
import { landingPage } from '../../src/landing/page.ts'
import { files, page } from '../docs/pages.ts'

// That every key the code asks for is in the catalogue, the types say: `translate`, `fieldError` and `ApiError` take no other.

const cyrillic = /\p{Script=Cyrillic}/u
/** Names, formats and signs are the same everywhere; words have small letters. */
const hasWords = (text: string) => /\p{Ll}/u.test(text)

/** Texts by where they stand. */
function textsIn(node: object, path = ''): [string, string][] {
  return Object.entries(node).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'string' ? [[path + name, value]] : textsIn(value as object, `${path}${name}.`),
  )
}

/** Every text for a person, in each language, by its name. */
function catalogue(): Map<string, Record<Language, string>> {
  const { ru, en } = landingTexts
  const english = new Map(textsIn(en))
  return new Map<string, Record<Language, string>>([
    ...Object.entries(messages),
    ...Object.entries(findingTexts),
    ...Object.entries(checkTexts),
    ...settingNames.map((name) => [name, { ru: meaningOf(name, 'ru'), en: meaningOf(name, 'en') }] as const),
    ...textsIn(ru).map(([name, text]) => [`landing ${name}`, { ru: text, en: english.get(name)! }] as const),
    ...demoAccounts.map(({ email, use }) => [`demo ${email}`, use] as const),
  ])
}

const settingNames = Object.keys(settings.properties) as SettingName[]

/** «Центр» is what the café calls it, in whatever language is spoken of it. */
const withoutNames = (text: string) => text.replace(/«[^»]*»/g, '')

/** A language is named in itself, wherever it stands. */
const isNameOfLanguage = (name: string) => name.startsWith('landing otherLanguage.')

/** Code by its path, without comments. */
async function code(): Promise<Map<string, string>> {
  const paths = (await files()).filter((path) => /^src\/.*\.ts$/.test(path))
  const read = async (path: string) => [path, withoutComments((await page(path)).text)] as const
  return new Map(await Promise.all(paths.map(read)))
}

const withoutComments = (text: string) => text.replace(/\/\*[^]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')

t.test('every text stands in every language', async (t) => {
  const texts = catalogue()
  t.ok(texts.size > 100)
  for (const [name, text] of texts) {
    t.strictSame(Object.keys(text).sort(), [...languages].sort(), name)
    for (const language of languages) t.ok(text[language].trim(), `${name} in ${language}`)
  }
  t.strictSame(
    textsIn(landingTexts.en).map(([name]) => name),
    textsIn(landingTexts.ru).map(([name]) => name),
  )
})

t.test('every text is in the language it says', async (t) => {
  for (const [name, { ru, en }] of catalogue()) {
    if (isNameOfLanguage(name) || !hasWords(ru)) continue
    t.match(ru, cyrillic, `${name} in Russian`)
    t.notMatch(withoutNames(en), cyrillic, `${name} in English`)
  }
})

t.test('a text has the same parameters in every language', async (t) => {
  const parametersOf = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()
  for (const [name, { ru, en }] of catalogue()) t.strictSame(parametersOf(en), parametersOf(ru), name)
})

t.test('every message is said somewhere', async (t) => {
  const elsewhere = [...(await code())].filter(([path]) => path !== 'src/i18n/messages.ts')
  const said = new Set(elsewhere.flatMap(([, text]) => text.match(/(?<=')\w+(?=')/g) ?? []))
  // `table_${row.status}`: the types say that each value has its text, here that no text is left over
  const composed: Record<string, readonly string[]> = {
    role: values.roles,
    table: values.tableStatuses,
    order: values.orderStatuses,
    task: values.taskStatuses,
    booking: values.bookingStatuses,
    notification: values.notificationTypes,
    notification_title: values.notificationTypes,
  }
  for (const [prefix, endings] of Object.entries(composed)) {
    t.ok(
      elsewhere.some(([, text]) => text.includes(`\`${prefix}_\${`)),
      prefix,
    )
    for (const ending of endings) said.add(`${prefix}_${ending}`)
  }
  for (const key of ['unknown_field', 'unknown_money']) said.add(`${key}_like`)
  for (const key of Object.keys(messages)) t.ok(said.has(key), key)
})

t.test('every finding of the doctor is found somewhere', async (t) => {
  const said = [...(await code())].filter(([path]) => path !== 'src/i18n/finding-texts.ts')
  for (const key of Object.keys(findingTexts))
    t.ok(
      said.some(([, text]) => new RegExp(`'${key}'|\\b${key}:`).test(text)),
      key,
    )
})

t.test('a setting has the same names, values and examples in both languages', async (t) => {
  const copied = (text: string) =>
    [...new Set(text.match(/`[^`]+`|\b[A-Z]+_[A-Z_]+\b|\b\d+\b/g) ?? [])]
      .filter((part) => !/[:@=]/.test(part))
      .sort()
  for (const name of settingNames) t.same(copied(meaningOf(name, 'ru')), copied(meaningOf(name, 'en')), name)
})

t.test('the landing page shows all its texts', async (t) => {
  for (const language of languages) {
    const page = (hints: LoginHints) =>
      landingPage({ language, baseUrl: 'http://cafe.example', hints, assetUrl: (name) => name })
    const company = { name: 'Ала-Тоо', slug: 'ala-too', language: null }
    const shown = unescaped(
      [
        page({ demoAccounts, company: null, empty: false }),
        page({ demoAccounts: [], company, empty: false }),
        page({ demoAccounts: [], company: null, empty: true }),
      ].join(''),
    )
    for (const [name, text] of textsIn(landingTexts[language])) t.ok(shown.includes(text), name)
  }
})

const unescaped = (html: string) =>
  html
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')

t.test('words for a person stand in the catalogue alone', async (t) => {
  const allowed = /^src\/(i18n\/|text\/|db\/demo|cli\/help)|texts(-ru)?\.ts$/
  const sources = await code()
  t.match(sources.get('src/i18n/messages.ts'), cyrillic, 'the look finds what is there')
  for (const [path, text] of sources)
    if (!allowed.test(path)) t.notMatch(text, cyrillic, `${path}: ${cyrillicLine(text)}`)
})

const cyrillicLine = (text: string) => text.split('\n').find((line) => cyrillic.test(line)) ?? ''
