import { expect, test } from "vitest";
import { ROWS } from "./rows.ts";
import { titlesIn } from "./titles.ts";

// Rows whose tests lie where what they attack lies. The suites run them; here they are held to their names.
for (const { id, passes, shown = [] } of ROWS) {
  if (shown.length === 0) continue;
  test(`${id}: ${passes} (${shown.length === 1 ? "one test" : `${shown.length} tests`} elsewhere)`, () => {
    for (const { file, title } of shown) expect(titlesIn(file), `${file}: ${title}`).toContain(title);
  });
}

for (const { id, waits } of ROWS) {
  if (waits !== undefined) test.todo(`${id}: waits for ${waits}`);
}
