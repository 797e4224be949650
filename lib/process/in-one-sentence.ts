/** Errors whose message is meant for whoever runs a command. */
const told = new Set([
  ...["DataMapError", "EmbeddedError", "EnvError", "ErasureRefused", "ReachError"],
  ...["StartError", "SuppressionError", "SweepRefused"],
]);

/** What whoever runs a command can do about an error: its sentence; null for one that nobody expects, of which all should be seen. */
export function inOneSentence(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const { name, message, code } = error as Error & { code?: string };
  if (told.has(name) || code?.startsWith("ERR_PARSE_ARGS")) return message;
  const chain = chainOf(error);
  return chain.some(isUnmade) || (chain.some(isOurs) && chain.some(isMissing))
    ? "The trust center's database has not been made yet. Run `npm start` once with the same variables: it makes the roles and tables."
    : null;
}

/** A query's error holds the database's own as its cause. */
function chainOf(error: unknown): Error[] {
  const found: Error[] = [];
  for (let one = error; one instanceof Error && found.length < 10; one = one.cause) found.push(one);
  return found;
}

/** Of the trust center's own database; the platform's is asked without it. */
const isOurs = (error: Error): boolean => error.constructor.name === "DrizzleQueryError";
const isMissing = (error: Error): boolean => (error as { code?: string }).code === "42P01";

/** Our roles are made with the tables, and every connection takes one of them at once. */
function isUnmade(error: Error): boolean {
  const { code, message } = error as Error & { code?: string };
  return code === "22023" && /role "tc_\w+" does not exist/.test(message);
}
