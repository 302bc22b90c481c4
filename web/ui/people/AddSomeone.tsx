export function AddSomeone() {
  return null;
}
