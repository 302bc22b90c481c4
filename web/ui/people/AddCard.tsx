export function AddCard() {
  return null;
}
