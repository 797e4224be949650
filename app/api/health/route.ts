export { dynamic, GET } from "./ready/route";
