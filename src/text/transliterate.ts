/** Russian and Kyrgyz Cyrillic to Latin letters, as in URLs. */
export const latinLetters: ReadonlyMap<string, string> = new Map(
  (
    'а:a б:b в:v г:g д:d е:e ё:e ж:zh з:z и:i й:i к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f х:kh ц:ts ' +
    'ч:ch ш:sh щ:shch ъ: ы:y ь: э:e ю:iu я:ia ң:n ө:o ү:u'
  )
    .split(' ')
    .map((pair) => pair.split(':') as [string, string]),
)
