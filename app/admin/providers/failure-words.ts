const words: Record<string, string> = {
  "not-configured": "its address or key is not set",
  "unusable-secret": "its key is none (whsec_...)",
  "malformed-address": "its address is none",
  "not-https": "its address is not https",
  "private-address": "its address lies inside our network",
  "unknown-host": "its name is unknown",
  timeout: "it did not answer in time",
  "no-connection": "it could not be reached",
};

/** Why a provider was not told yet, for staff. */
export function failureWords(failure: string | null): string {
  if (!failure) return "Is being called";
  return `Not told: ${words[failure] ?? `it answered with ${failure.replace("-", " ")}`}. It is tried again`;
}
