/** What one mailing costs and how long it still takes; pure, so that the desk's figures can be checked. */

export type Price = { perThousand: number; currency: string };

/** "US$0.90"; null when no price is configured. */
export function costInWords(mails: number, price: Price | null): string | null {
  if (!price) return null;
  const format = new Intl.NumberFormat("en-GB", { style: "currency", currency: price.currency });
  return format.format((mails / 1000) * price.perThousand);
}

/** Mails in one call of the mail service (R5). */
const callSize = 100;

/** Seconds that so many mails take at the service's limit, one call of each second's left free for sign-in mail (R6). */
export const secondsAtLimit = (mails: number, callsPerSecond: number): number =>
  Math.ceil(mails / callSize) / Math.max(1, callsPerSecond - 1);

/** "4 hours 10 minutes", "50 seconds"; nothing finer than what matters. */
export function spanInWords(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 120) return units(whole, "second");
  const minutes = Math.round(whole / 60);
  if (minutes < 120) return units(minutes, "minute");
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours >= 48) return units(Math.round(hours / 24), "day");
  return rest === 0 ? units(hours, "hour") : `${units(hours, "hour")} ${units(rest, "minute")}`;
}

const units = (count: number, unit: string) => `${count.toLocaleString("en-GB")} ${unit}${count === 1 ? "" : "s"}`;
