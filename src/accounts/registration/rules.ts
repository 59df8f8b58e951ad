/** Cyrillic of Russian and Kyrgyz in Latin letters, as addresses write it. */
const latin = new Map(
  (
    'а:a б:b в:v г:g д:d е:e ё:e ж:zh з:z и:i й:i к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f х:kh ц:ts ' +
    'ч:ch ш:sh щ:shch ъ: ы:y ь: э:e ю:iu я:ia ң:n ө:o ү:u'
  )
    .split(' ')
    .map((pair) => pair.split(':') as [string, string]),
)

/** Short name of a company for addresses: «Кафе „Ала-Тоо“» → `kafe-ala-too`. Empty when nothing of it can be written. */
export const slugOf = (name: string): string =>
  Array.from(name.toLowerCase(), (letter) => latin.get(letter) ?? letter)
    .join('')
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replace(/^-+|-+$/g, '')
