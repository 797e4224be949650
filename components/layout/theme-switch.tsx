import { Monitor, Moon, Sun } from "lucide-react";
import { setTheme } from "./theme-actions";

const choices = [
  { value: "light", label: "Light", icon: Sun },
  { value: "dark", label: "Dark", icon: Moon },
  { value: "system", label: "As the device", icon: Monitor },
] as const;

/** Light, dark or as the device: a plain form, so that it works without JavaScript. */
export function ThemeSwitch({ current }: { current: "light" | "dark" | "system" }) {
  return (
    <form action={setTheme} className="no-print">
      <fieldset className="inline-flex rounded-full border border-line p-0.5">
        <legend className="sr-only">Colours of the page</legend>
        {choices.map(({ value, label, icon: Icon }) => (
          <button
            key={value}
            type="submit"
            name="theme"
            value={value}
            aria-pressed={current === value}
            title={label}
            className="inline-flex size-8 items-center justify-center rounded-full text-muted hover:text-ink aria-pressed:bg-sunken aria-pressed:text-ink"
          >
            <Icon aria-hidden size={16} />
            <span className="sr-only">{label}</span>
          </button>
        ))}
      </fieldset>
    </form>
  );
}
