/** How people name an extension of a phone number, for a regular expression without case. */
export const extensionWords = 'доб(?:авочный)?|вн(?:утр)?|ext(?:ension)?|x|#'

/** What people write between two numbers. */
export const numberJoiners = 'и|или|and|or'
