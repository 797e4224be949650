import { config, type RetentionClass } from "../../trust-center.config";

/** The numbers that a policy's sentences state and that the engine keeps. Periods are ISO 8601 durations. */
export type PolicyValues = {
  retention: Record<RetentionClass, string>;
  providers: { category: string; label: string }[];
  replyPeriod: string;
  noticePeriod: string;
  mailbox: string;
  inquirySubject: string;
};

type Change = {
  readonly retention?: Readonly<Partial<Record<RetentionClass, string>>>;
  readonly providers?: readonly { readonly category: string; readonly label: string }[];
};

/**
 * The configured values that hold while policy version `number` is in force: the base of
 * trust-center.config.ts with the changes of every version up to it. The engine asks with the number
 * of the version in force, so that a period changes at the same instant as the sentence about it.
 * @param changes of each version, by number; providers are added to those before
 */
export function valuesOf(number: number, changes: Readonly<Record<number, Change>> = config.fromVersion): PolicyValues {
  const base = Object.fromEntries(Object.entries(config.retention).map(([name, { period }]) => [name, period]));
  const values: PolicyValues = {
    retention: base as Record<RetentionClass, string>,
    providers: [...config.providers],
    replyPeriod: `PT${config.clocks.replyHours}H`,
    noticePeriod: `P${config.clocks.noticeDays}D`,
    mailbox: config.company.privacyMailbox,
    inquirySubject: config.company.inquirySubject,
  };
  const due = Object.keys(changes)
    .map(Number)
    .filter((version) => version <= number);
  for (const version of due.sort((a, b) => a - b)) {
    const change = changes[version];
    Object.assign(values.retention, change?.retention);
    values.providers.push(...(change?.providers ?? []));
  }
  return values;
}
