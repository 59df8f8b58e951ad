import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { repository } from '../support/repository.ts'

export interface Page {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
}

/** Pages that are somebody else's, below the note on top of them. */
const quoted = new Set(['docs/postman-guide.ru.md'])

export async function page(path: string): Promise<Page> {
  return { path, text: await readFile(repository + path, 'utf8') }
}

/** Every Markdown page of the repository. */
export async function pages(): Promise<Page[]> {
  const paths = (await files()).filter((path) => path.endsWith('.md'))
  return Promise.all(paths.map(page))
}

/** Pages in the project's own words. */
export async function ownPages(): Promise<Page[]> {
  return (await pages()).filter(({ path }) => !quoted.has(path))
}

/** Every file of the repository, committed or about to be. */
export async function files(): Promise<string[]> {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z']
  const { stdout } = await promisify(execFile)('git', list, { cwd: repository, maxBuffer: 16 * 1024 * 1024 })
  return stdout.split('\0').filter(Boolean)
}

/** A table of a page: where its rows stand among the lines, and their cells as Markdown. */
export interface Table {
  readonly firstLine: number
  readonly rows: readonly (readonly string[])[]
}

/** The first table whose header begins with these cells. */
export function tableOf({ path, text }: Page, header: readonly string[]): Table {
  const lines = text.split('\n')
  const start = lines.findIndex(
    (line) => line.startsWith('|') && header.every((cell, i) => cellsOf(line)[i] === cell),
  )
  if (start < 0) throw new Error(`${path} has no table | ${header.join(' | ')} |`)
  const rest = lines.slice(start + 2)
  const length = rest.findIndex((line) => !line.startsWith('|'))
  return { firstLine: start + 2, rows: rest.slice(0, length).map(cellsOf) }
}

/** The first block of code in a language that holds a text. */
export function codeOf({ path, text }: Page, language: string, holding: string): string {
  const blocks = [...text.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'gm'))]
  const code = blocks.map(([, block]) => block!).find((block) => block.includes(holding))
  if (!code) throw new Error(`${path} has no ${language} with ${holding}`)
  return code
}

/** The text without its blocks of code. */
export const prose = (text: string): string => text.replace(/^ *```[^]*?^ *```/gm, '')

const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())
