// Runs before the first paint, so that the page never flashes in another theme. See ui/app/appearance.ts.
try {
  const { dataset } = document.documentElement;
  const theme = localStorage.getItem("tacit-theme");
  if (theme === "light" || theme === "dark") dataset.theme = theme;
  if (localStorage.getItem("tacit-contrast") === "more") dataset.contrast = "more";
} catch {
  // Storage is closed to us: the system's theme stays.
}
