/** An answer that may have warnings. */
export interface Warned {
  warnings?: { field: string; code: string; message: string }[]
}

/** The fields an answer warns of. */
export const warnedOf = ({ warnings = [] }: Warned): string[] => warnings.map(({ field }) => field)

export const inEnglish = { headers: { 'accept-language': 'en' } }
