/**
 * Cleans text before it is stored. Invisible characters (control, zero-width and other ignorable ones, lone surrogates)
 * allow different names that look the same, so they are removed, except inside an emoji, which may need them.
 */

const emoji =
  /(\p{Extended_Pictographic}[\uFE0F\p{Emoji_Modifier}]*(?:\u200D\p{Extended_Pictographic}[\uFE0F\p{Emoji_Modifier}]*)*|[0-9#*]\uFE0F\u20E3)/u
const unseen = /[\p{Default_Ignorable_Code_Point}\p{Cs}\uFFF9-\uFFFB]|(?![\t\n\v\f\r\x85])\p{Cc}/u
const emojiOrUnseen = new RegExp(`${emoji.source}|${unseen.source}`, 'gu')

/** Blanks of every kind and width; U+2800 is an empty Braille cell. */
const blanks = '\\p{White_Space}\\u2800'
const blankRun = new RegExp(`[${blanks}]+`, 'gu')
const outerBlanks = new RegExp(`^[${blanks}]+|[${blanks}]+$`, 'gu')

const visible = (text: string): string => text.normalize('NFC').replace(emojiOrUnseen, '$1')

/** One line, such as a name: runs of white space become one space; none at the ends. */
export const cleanLine = (text: string): string => visible(text).replace(blankRun, ' ').trim()

/** A text that may have several lines, such as a note. */
export const cleanText = (text: string): string =>
  visible(text)
    .replace(/\r\n?|[\v\f\x85\u2028\u2029]/g, '\n')
    .replace(outerBlanks, '')

/** The distinct words of a search text. */
export const wordsOf = (text: string): string[] => [...new Set(cleanLine(text).split(' '))].filter(Boolean)
