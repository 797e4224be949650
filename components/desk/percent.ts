/** "12.5%"; never rounds a few of many to "0%" nor almost all to "100%". */
export function percent(count: number, total: number): string {
  if (total === 0) return "–";
  const share = (count / total) * 100;
  if (count > 0 && share < 0.1) return "<0.1%";
  if (count < total && share > 99.9) return ">99.9%";
  return `${Math.round(share * 10) / 10}%`;
}
