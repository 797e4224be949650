import { expect, it } from "vitest";
import { otherBusiness } from "@/test/other-business";
import { rowName } from "./row-name";

const [school] = otherBusiness.systems;
const named = (collection: string, key: string[]) => {
  const found = school?.collections.find(({ name }) => name === collection);
  if (!school || !found) throw new Error(collection);
  return rowName(school, found, key);
};

it("calls a row without a date by what its key says beside the person", () => {
  expect(named("attendance", ["167", "8"])).toBe("Lesson 167");
  expect(named("pupils", ["8"])).toBeNull();
});

it("calls a row by both ends where it joins two people", () => {
  expect(named("lessons_given", ["8", "23"])).toBe("Teacher 8, Pupil 23");
});
