/** The number that an option says, 0 or more. Without this a word runs nothing, and ends as if all were well. */
export function countOf(option: string, given: string): number {
  const count = Number(given);
  if (given.trim() !== "" && Number.isFinite(count) && count >= 0) return count;
  console.error(`${option} wants a number, not "${given}"`);
  process.exit(2);
}
