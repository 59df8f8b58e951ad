const russianKeys = 'ёйцукенгшщзхъфывапролджэячсмитьбю'
const latinKeys = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."

/** What the same keys write on the Latin layout: `gfhjkm` for «пароль». Small letters; others stay as they are. */
export const onLatinKeys = (text: string): string =>
  text.replace(/[а-яё]/g, (letter) => latinKeys[russianKeys.indexOf(letter)] ?? letter)
