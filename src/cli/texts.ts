import type { Language } from '../i18n/messages.ts'

/** What commands about people answer. */
export interface CommandTexts {
  passwordReset: (email: string) => string
  userDisabled: (email: string) => string
  userEnabled: (email: string) => string
  tokensRevoked: (email: string) => string
  nobody: (email: string) => string
  noCompany: (email: string) => string
  disabled: string
}

export const commandTexts: Record<Language, CommandTexts> = {
  ru: {
    passwordReset: (email) => `Пароль ${email} изменён, все прежние сеансы завершены.`,
    userDisabled: (email) => `Учётная запись ${email} отключена, все сеансы завершены.`,
    userEnabled: (email) => `Учётная запись ${email} снова включена.`,
    tokensRevoked: (email) => `Все сеансы ${email} завершены.`,
    nobody: (email) => `учётной записи ${email} нет`,
    noCompany: (email) => `${email} не состоит ни в одной компании`,
    disabled: '(отключён)',
  },
  en: {
    passwordReset: (email) => `${email} has a new password; all earlier logins have ended.`,
    userDisabled: (email) => `The login of ${email} is closed, on every device.`,
    userEnabled: (email) => `${email} may log in again.`,
    tokensRevoked: (email) => `All logins of ${email} have ended.`,
    nobody: (email) => `nobody logs in as ${email}`,
    noCompany: (email) => `${email} belongs to no company`,
    disabled: '(disabled)',
  },
}
