const russianKeys = 'ёйцукенгшщзхъфывапролджэячсмитьбю'
const latinKeys = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."

/** The text that the same keys type in the Latin layout: `gfhjkm` for «пароль». Converts lower-case letters only. */
export const onLatinKeys = (text: string): string =>
  text.replace(/[а-яё]/g, (letter) => latinKeys[russianKeys.indexOf(letter)] ?? letter)
