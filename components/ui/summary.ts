/** For what opens a part of a page, such as the numbers of a chart: looks like what one can press, with room for a finger. */
export const summaryClass = "link inline-flex min-h-6 w-fit cursor-pointer items-center";
