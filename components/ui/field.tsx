import type { ComponentProps, ReactNode } from "react";

const box =
  "block w-full min-h-11 rounded-md border border-strong-line bg-raised px-3 py-2 text-base text-ink placeholder:text-muted aria-invalid:border-bad";

type FieldProps = { id: string; label: string; hint?: ReactNode; error?: string | undefined };

/** Label, hint and error around one control; the ids bind them for screen readers. */
function Frame({ id, label, hint, error, children }: FieldProps & { children: ReactNode }) {
  return (
    <div className="space-y-1.5">
      <label htmlFor={id} className="block font-medium">
        {label}
      </label>
      {hint ? (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      ) : null}
      {children}
      {error ? (
        <p id={`${id}-error`} className="text-sm font-medium text-bad">
          {error}
        </p>
      ) : null}
    </div>
  );
}

const described = (id: string, hint: unknown, error: unknown) =>
  [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ") || undefined;

export function TextField({ id, label, hint, error, className = "", ...props }: FieldProps & ComponentProps<"input">) {
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <input
        id={id}
        name={id}
        className={`${box} ${className}`}
        aria-invalid={error ? true : undefined}
        aria-describedby={described(id, hint, error)}
        {...props}
      />
    </Frame>
  );
}

export function TextArea({
  id,
  label,
  hint,
  error,
  className = "",
  ...props
}: FieldProps & ComponentProps<"textarea">) {
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <textarea
        id={id}
        name={id}
        rows={6}
        className={`${box} ${className}`}
        aria-invalid={error ? true : undefined}
        aria-describedby={described(id, hint, error)}
        {...props}
      />
    </Frame>
  );
}

export function SelectField({
  id,
  label,
  hint,
  error,
  className = "",
  ...props
}: FieldProps & ComponentProps<"select">) {
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <select
        id={id}
        name={id}
        className={`${box} ${className}`}
        aria-invalid={error ? true : undefined}
        aria-describedby={described(id, hint, error)}
        {...props}
      />
    </Frame>
  );
}
