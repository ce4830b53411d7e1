/** What mysql2 puts on an error that the server sent. */
export interface ServerError extends Error {
  readonly code?: string
  readonly errno: number
  readonly sqlState: string
  readonly sqlMessage?: string
}

/**
 * Errors whose text names tables, columns, constraints and users at most; any other one may quote a value. By number:
 * mysql2 has MySQL's code for each, which for some of MariaDB's is another one's.
 */
const quotesNoValue = new Set(
  [
    [1007, 1008, 1049, 1050, 1051, 1146], // databases and tables that are there or are not
    [1048, 1054, 1060, 1061, 1091, 1264, 1364, 1406], // columns, keys, and values that do not fit
    [1044, 1045, 1142, 1143, 1227, 1290, 1792], // rights, and servers that only read
    [1205, 1213, 1317, 1969, 3024], // locks and limits
    [1451, 1452, 3819, 4025], // references and checks
  ].flat(),
)

/**
 * An error of the server without the values that it or the driver put into it, which may be personal: a duplicate key
 * quotes what is there twice. Its code, errno and sqlState stay, and the name of that key.
 */
export function withoutValues({ code, errno, sqlState, sqlMessage = '' }: ServerError): Error {
  const name = code ?? `error ${errno}`
  const text = quotesNoValue.has(errno) ? sqlMessage : [name, keyOf(sqlMessage)].join(' ').trim()
  return Object.assign(new Error(text), { code, errno, sqlState })
}

/** The end of the text, which no value can imitate. */
function keyOf(sqlMessage: string): string | undefined {
  return /for key '[\w.]+'$/.exec(sqlMessage)?.[0]
}
