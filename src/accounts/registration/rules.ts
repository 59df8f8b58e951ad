import { latinLetters } from '../../text/transliterate.ts'

/** Short name of a company for addresses: «Кафе „Ала-Тоо“» → `kafe-ala-too`. Empty when nothing of it can be written. */
export const slugOf = (name: string): string =>
  Array.from(name.toLowerCase(), (letter) => latinLetters.get(letter) ?? letter)
    .join('')
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replace(/^-+|-+$/g, '')
