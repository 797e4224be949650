import type { ComponentProps } from "react";

const base =
  "inline-flex min-h-10 items-center justify-center gap-2 rounded-md px-4 py-2 text-base font-medium no-underline transition-colors disabled:cursor-not-allowed disabled:opacity-60";
const looks = {
  primary: "bg-accent text-accent-ink hover:brightness-110",
  secondary: "border border-strong-line bg-raised text-ink hover:bg-sunken",
  danger: "border border-bad bg-raised text-bad hover:bg-bad-soft",
  quiet: "text-ink underline underline-offset-4 hover:bg-sunken",
};

export type ButtonLook = keyof typeof looks;

/** The classes of a button, for a link that looks like one. */
export const buttonClass = (look: ButtonLook = "primary", extra = ""): string =>
  `${base} ${looks[look]} ${extra}`.trim();

export function Button({
  look = "primary",
  className,
  type = "submit",
  ...props
}: ComponentProps<"button"> & { look?: ButtonLook }) {
  return <button type={type} className={buttonClass(look, className)} {...props} />;
}
