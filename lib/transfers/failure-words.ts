const words: Record<string, string> = {
  "no-package": "the package was stopped or could not be written",
  "not-owner": "you do not own that company account on the platform any more",
  "other-key": "whoever answers there now has another key than the provider you confirmed",
  "not-accepted": "the provider checked the package and did not accept it",
  "provider-unreachable": "nobody answers there",
  "provider-unproved": "whoever answers there does not prove who they are",
  "platform-unreachable": "our platform did not say whether the company is still yours",
  timeout: "the provider did not answer in time",
  "no-connection": "nobody answers there",
  "unknown-host": "nobody answers there",
  "private-address": "its address lies where we send nothing",
  "unsigned-acknowledgement": "the provider did not sign for it",
  "status-410": "the provider does not take data there any more",
};

/** Why something did not get through, in words that follow "because" or a colon. */
export function failureWords(failure: string): string {
  if (Object.hasOwn(words, failure)) return words[failure] as string;
  const [, status] = /^status-(\d{3})$/.exec(failure) ?? [];
  return status ? `the provider answered with the code ${status}` : "the provider's answer could not be used";
}
