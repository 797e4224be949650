import { config } from "../trust-center.config";

const inks = ["#ffffff", "#0d1220"] as const;

/** Text on a colour: of white and near-black the one that stands out more. */
export const inkOn = (colour: string): string =>
  contrast(colour, inks[0]) >= contrast(colour, inks[1]) ? inks[0] : inks[1];

/** The one accent of pages, mails and a package's viewer, for light and dark, with the ink that stands on it. */
export const accent = {
  light: { colour: config.look.accent, ink: inkOn(config.look.accent) },
  dark: { colour: config.look.accentDark, ink: inkOn(config.look.accentDark) },
};

/** WCAG 2.2 contrast ratio of two `#rrggbb` colours, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const channel = (at: number) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}
