/** Language of the terminal by the POSIX variables: Russian if they say so, else English. */
export function terminalLanguage(environment: Record<string, string | undefined> = process.env): 'ru' | 'en' {
  const { LC_ALL, LC_MESSAGES, LANG } = environment
  return /^ru/i.test(LC_ALL || LC_MESSAGES || LANG || '') ? 'ru' : 'en'
}
